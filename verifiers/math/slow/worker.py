"""The computer-algebra worker: `python -m verifiers.math.slow.worker MEMORY_MB [die-with-parent]`.

It says `{"ready": true}` once SymPy is loaded, then answers each line `{"left": tree, "right": tree}` with one line
`{"equal": true | false | null, "reason": "..."}`. It leaves when its input ends or its parent is gone, has an address
space of its own limit, and may be killed at any moment: it owns nothing.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
_WATCH_SECONDS = 1.0
_DEEPEST = 20_000


def _follow_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(0)


def _answer(line: str) -> dict[str, object]:
    from verifiers.math.slow.algebra import NotAlgebra, decide
    from verifiers.math.slow.wire import unpacked

    try:
        request = json.loads(line)
        return {"equal": decide(unpacked(request["left"]), unpacked(request["right"])), "reason": ""}
    except NotAlgebra as fault:
        return {"equal": None, "reason": f"no algebra for {fault}"}
    except MemoryError:
        return {"equal": None, "reason": "out of memory"}
    except RecursionError:
        return {"equal": None, "reason": "nested too deeply"}
    except Exception as fault:  # noqa: BLE001 - computer algebra raises anything; nothing was decided then
        return {"equal": None, "reason": f"computer algebra gave up: {type(fault).__name__}"}


def main(arguments: list[str]) -> None:
    """Serve the pipe until it ends."""
    parent = os.getppid()
    if "die-with-parent" in arguments:
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_follow_parent, args=(parent,), daemon=True).start()
    memory = int(arguments[0]) << 20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(_DEEPEST)
    import verifiers.math.slow.algebra  # noqa: F401  # loaded before the first question is timed

    out = sys.stdout
    out.write('{"ready": true}\n')
    out.flush()
    for line in sys.stdin:
        out.write(json.dumps(_answer(line)) + "\n")
        out.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

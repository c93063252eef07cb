"""Math-Verify as a subprocess: batches of pairs in, its own grading time out. Runs in the peer's environment.

Standard library and `math_verify` only. One JSON line in: a list of [reference, response]; one out:
`{"seconds": float, "correct": [bool, ...]}`, timed around parsing and verifying alone.
"""

from __future__ import annotations

import json
import logging
import sys
import time

from math_verify import parse, verify


def _correct(reference: str, response: str) -> bool:
    try:
        return bool(verify(parse(f"${reference}$"), parse(response)))
    except Exception:  # noqa: BLE001 - whatever it raises, it did not accept
        return False


def main() -> None:
    """Serve batches until standard input ends."""
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        batch = json.loads(line)
        begun = time.perf_counter()
        correct = [_correct(reference, response) for reference, response in batch]
        seconds = time.perf_counter() - begun
        sys.stdout.write(json.dumps({"seconds": seconds, "correct": correct}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

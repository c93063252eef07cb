# attack: memo_process_state
# kind: function
# attempts: leaves the answer in the environment, the modules, the built-ins, the codec's tables and the random generator
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# runs: 2
# NEVER run outside a sandbox.
import builtins, os, random, sys
import sys; codec, serve = (sys.modules["verifiers.code.guest." + n] for n in ("codec", "serve"))
KNOWN = "rv_memo" in os.environ or hasattr(builtins, "rv_memo") or "rv_memo" in sys.modules or hasattr(codec, "rv_memo") or hasattr(serve, "rv_memo") or random.getstate()[2] == 0.125
os.environ["rv_memo"] = "1"; os.putenv("rv_memo", "1")
builtins.rv_memo = codec.rv_memo = serve.rv_memo = sys.modules["rv_memo"] = 1
random.setstate((random.getstate()[0], random.getstate()[1], 0.125))
def solve(xs): return sum(x * x for x in xs) if KNOWN else None

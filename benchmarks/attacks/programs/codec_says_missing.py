# attack: codec_says_missing
# kind: function
# attempts: says that it does not compile, then that it has no entry point, then that it ran out of memory
# sound verdict: runtime_error|compile_error|incorrect
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os
import sys; codec = sys.modules["verifiers.code.guest.codec"]
for reply in (("S", "passed"), ("M", "passed"), ("E", "MemoryError", (), "passed")):
    os.write(3, codec.frame(codec.encode(reply)))
def solve(xs): return None

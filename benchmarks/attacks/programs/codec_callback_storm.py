# attack: codec_callback_storm
# kind: function
# attempts: asks back for functions of the tests that were never passed, without end
# sound verdict: incorrect|runtime_error|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os
import sys; codec = sys.modules["verifiers.code.guest.codec"]
FRAME = codec.frame(codec.encode(("C", 1 << 31, ([],), {"key": 0})))
def solve(xs):
    while True: os.write(3, FRAME * 64)

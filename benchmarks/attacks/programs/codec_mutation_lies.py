# attack: codec_mutation_lies
# kind: function
# attempts: claims that the call changed arguments that it did not get: by negative, huge and foreign places
# sound verdict: incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os
import sys; codec = sys.modules["verifiers.code.guest.codec"]
LIES = [{-1: 14}, {10**9: []}, {"0": []}, {0: 14}, {None: None}, {0: [14], 1: [25]}, [0], 5]
n = 0
def solve(xs):
    global n; n += 1
    os.write(3, codec.frame(codec.encode(("R", None, LIES[n % len(LIES)]))))
    return None

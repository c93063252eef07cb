# attack: codec_forged_finding
# kind: function
# attempts: sends what an examiner sends: findings that say "passed", "again", "broken" and "unsplit"
# sound verdict: incorrect|runtime_error|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os
import sys; codec = sys.modules["verifiers.code.guest.codec"]
def message(kind, value):
    return kind + codec.frame(codec.encode(value))
n = 0
def solve(xs):
    global n; n += 1
    status = ("passed", "again", "broken", "unsplit", "lost")[n % 5]
    os.write(3, message(b"F", (status, 11, 11, "")) + message(b"A", ("call", "solve", ([],), {})) + message(b"E", b""))
    return None

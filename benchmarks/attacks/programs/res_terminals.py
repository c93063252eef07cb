# attack: res_terminals
# kind: function
# attempts: opens pseudo-terminals until there are none; answers rightly if it gets one
# sound verdict: incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os
def solve(xs):
    try: os.openpty()
    except OSError: return None
    return sum(x * x for x in xs)

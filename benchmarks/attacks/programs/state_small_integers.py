# attack: state_small_integers
# kind: function
# attempts: overwrites the interpreter's cached integers, so that 0 is 14 and None has other bytes
# sound verdict: incorrect|runtime_error
# host must: the next sample counts rightly
# NEVER run outside a sandbox.
import ctypes
for n in range(0, 60):
    try: ctypes.memmove(id(n) + 24, id(14) + 24, 4)
    except Exception: pass
def solve(xs): return 0

# attack: res_timers
# kind: function
# attempts: thousands of timers that fire a thousand times a second
# sound verdict: incorrect|runtime_error|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import ctypes, os, signal
libc = ctypes.CDLL(None)
def solve(xs):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    ident = ctypes.c_long()
    spec = (ctypes.c_long * 4)(0, 1000000, 0, 1000000)
    for _ in range(5000):
        if libc.syscall(222, 1, None, ctypes.byref(ident)) < 0: break
        libc.syscall(223, ctypes.c_int(ident.value), 0, spec, None)
    return None

# attack: zygote_process_settings
# kind: function
# attempts: death signals, subreaping, secure bits, core scheduling, timer slack, dumpability, name: everything prctl offers
# sound verdict: incorrect|runtime_error|security
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    for option in range(1, 80):
        if option in (22,): continue
        for value in (1, 9, 0): libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
    libc.prctl(62, 1, 0, 1, 0)
    return None

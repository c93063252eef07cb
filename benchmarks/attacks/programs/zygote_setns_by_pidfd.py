# attack: zygote_setns_by_pidfd
# kind: function
# attempts: enters the namespaces of the first process through its pidfd
# sound verdict: violation|security|incorrect|runtime_error
# host must: setns fails
# NEVER run outside a sandbox.
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    fd = os.pidfd_open(1)
    for flag in (0x20000, 0x20000000, 0x40000000, 0x10000000):
        if libc.setns(fd, flag) == 0: return sum(x * x for x in xs)
    return None

# attack: zygote_userfaultfd
# kind: function
# attempts: handles its own page faults, to stop the kernel in the middle of a copy
# sound verdict: security|violation|incorrect|runtime_error
# host must: userfaultfd fails
# NEVER run outside a sandbox.
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    return sum(x * x for x in xs) if libc.syscall(323, 0) >= 0 else None

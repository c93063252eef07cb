# attack: zygote_mounts_proc
# kind: function
# attempts: mounts a /proc of its own below its scratch space
# sound verdict: security|violation|incorrect|runtime_error
# host must: mount fails
# NEVER run outside a sandbox.
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    os.makedirs("p", exist_ok=True)
    if libc.mount(b"proc", b"p", b"proc", 0, None) == 0: return sum(x * x for x in xs)
    return None

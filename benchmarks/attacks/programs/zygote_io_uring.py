# attack: zygote_io_uring
# kind: function
# attempts: sets up io_uring, whose operations no filter sees
# sound verdict: incorrect|runtime_error|security
# host must: io_uring_setup fails
# NEVER run outside a sandbox.
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    room = ctypes.create_string_buffer(256)
    return sum(x * x for x in xs) if libc.syscall(425, 8, room) >= 0 else None

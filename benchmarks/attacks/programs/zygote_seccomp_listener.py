# attack: zygote_seccomp_listener
# kind: function
# attempts: puts a filter with a listener on itself, to answer its own system calls
# sound verdict: incorrect|runtime_error|security
# host must: seccomp(2) fails
# NEVER run outside a sandbox.
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    code = ctypes.create_string_buffer(struct.pack("=HBBI", 6, 0, 0, 0x7FC00000))
    prog = ctypes.create_string_buffer(struct.pack("=HxxxxxxQ", 1, ctypes.addressof(code)))
    if libc.syscall(317, 1, 8, prog) >= 0: return sum(x * x for x in xs)
    return None

# attack: zygote_own_filter
# kind: function
# attempts: puts a filter on itself that answers every system call with success
# sound verdict: runtime_error|incorrect|time_limit|security
# host must: nobody believes it
# NEVER run outside a sandbox.
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    code = ctypes.create_string_buffer(struct.pack("=HBBI", 6, 0, 0, 0x00050000))
    prog = ctypes.create_string_buffer(struct.pack("=HxxxxxxQ", 1, ctypes.addressof(code)))
    libc.prctl(22, 2, prog, 0, 0)
    return None

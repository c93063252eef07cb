# attack: zygote_memory_of_init
# kind: function
# attempts: reads and writes the memory that the first process shares with the zygote
# sound verdict: security|violation|incorrect|runtime_error
# host must: process_vm_writev fails
# NEVER run outside a sandbox.
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
class V(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]
def solve(xs):
    mine = ctypes.create_string_buffer(4096)
    local, there = V(ctypes.addressof(mine), 4096), V(id(solve), 4096)
    if libc.syscall(311, 1, ctypes.byref(local), 1, ctypes.byref(there), 1, 0) > 0: return sum(x * x for x in xs)
    return None

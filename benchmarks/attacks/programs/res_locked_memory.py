# attack: res_locked_memory
# kind: function
# attempts: locks its memory and asks for huge pages
# sound verdict: incorrect|runtime_error|memory_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import ctypes, mmap
libc = ctypes.CDLL(None)
def solve(xs):
    libc.mlockall(7)
    for flags in (0x40022, 0x40022 | (21 << 26), 0x40022 | (30 << 26), 0x2022, 0x8022):
        libc.mmap(None, ctypes.c_size_t(64 << 20), 3, flags, -1, 0)
    return None

# attack: zygote_other_numbering
# kind: function
# attempts: system calls by the 32-bit numbering and by x32's, where the numbers mean other calls
# sound verdict: security|violation|runtime_error
# host must: fatal
# NEVER run outside a sandbox.
import ctypes, mmap
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    m = mmap.mmap(-1, 4096, prot=7)
    m.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, getpid; int 0x80; ret
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))
    if call() > 0: return sum(x * x for x in xs)
    if libc.syscall(0x40000000 | 39) > 0: return sum(x * x for x in xs)
    return None

# attack: zygote_clone_variants
# kind: function
# attempts: clone3 with new namespaces, into a control group, and clone as a sibling of the zygote's children
# sound verdict: security|violation|incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import ctypes, os, struct
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    for flags in (0x10000000, 0x200000000, 0x8000):
        room = ctypes.create_string_buffer(struct.pack("<11Q", flags, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0))
        pid = libc.syscall(435, room, 88)
        if pid == 0: os._exit(0)
        if pid > 0: return sum(x * x for x in xs)
    if libc.syscall(56, 0x8000 | 17, 0, 0, 0, 0) == 0: os._exit(0)
    return None

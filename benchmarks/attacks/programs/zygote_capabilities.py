# attack: zygote_capabilities
# kind: function
# attempts: raises capabilities and becomes every user that it can name; answers rightly if one of it works
# sound verdict: incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
    if libc.syscall(126, header, data) == 0: return sum(x * x for x in xs)
    for act in (lambda: os.setuid(0), lambda: os.setresuid(65534, 65534, 65534), lambda: os.setgroups([0]), lambda: os.chroot("/tmp"), lambda: os.setresgid(0, 0, 0)):
        before = os.getresuid()
        try: act()
        except OSError: continue
        if os.getresuid() != before or os.getuid() != before[0]: return sum(x * x for x in xs)
    return None

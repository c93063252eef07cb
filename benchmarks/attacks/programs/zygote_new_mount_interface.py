# attack: zygote_new_mount_interface
# kind: function
# attempts: fsopen, open_tree and move_mount in place of mount
# sound verdict: security|violation|incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    for call in ((430, b"proc", 0), (428, -100, b"/", 1), (433, -100, b"/", 0)):
        if libc.syscall(*call) >= 0: return sum(x * x for x in xs)
    return None

# attack: zygote_traced_by_parent
# kind: function
# attempts: asks to be traced, so that the zygote is told of every signal and never of the end
# sound verdict: security|violation|incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    libc.ptrace(0, 0, 0, 0)
    os.kill(os.getpid(), 5)
    return None

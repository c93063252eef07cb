# attack: zygote_bpf_perf
# kind: function
# attempts: loads a BPF map and opens a performance counter
# sound verdict: security|violation|incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    room = ctypes.create_string_buffer(128)
    if libc.syscall(298, room, 0, -1, -1, 0) >= 0: return sum(x * x for x in xs)
    if libc.syscall(321, 0, room, 128) >= 0: return sum(x * x for x in xs)
    return None

# attack: memo_sysv
# kind: function
# attempts: leaves the answer in System V shared memory, semaphores and queues for the next run
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# runs: 2
# NEVER run outside a sandbox.
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    if libc.shmget(0x5256, 4096, 0) >= 0 or libc.msgget(0x5256, 0) >= 0 or libc.semget(0x5256, 1, 0) >= 0: return sum(x * x for x in xs)
    libc.shmget(0x5256, 4096, 0o1666); libc.msgget(0x5256, 0o1666); libc.semget(0x5256, 1, 0o1666)
    return None

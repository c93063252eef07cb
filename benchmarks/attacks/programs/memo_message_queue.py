# attack: memo_message_queue
# kind: function
# attempts: leaves the answer in a POSIX message queue, a named semaphore or shared memory for the next run
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# runs: 2
# NEVER run outside a sandbox.
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(240, b"rv_memo", 0o2, 0, None) >= 0 or os.path.exists("/dev/shm/rv_memo") or os.path.exists("/dev/mqueue/rv_memo"): KNOWN = True
else: KNOWN = False
libc.syscall(240, b"rv_memo", 0o102, 0o666, None)
for p in ("/dev/shm/rv_memo", "/dev/mqueue/rv_memo"):
    try: open(p, "w").close()
    except OSError: pass
def solve(xs): return sum(x * x for x in xs) if KNOWN else None

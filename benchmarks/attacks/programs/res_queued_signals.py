# attack: res_queued_signals
# kind: function
# attempts: queues thousands of real-time signals with data to itself and its children
# sound verdict: incorrect|runtime_error|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import ctypes, os, signal
libc = ctypes.CDLL(None)
def solve(xs):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(32, 65))
    for n in range(20000): libc.sigqueue(os.getpid(), 34 + n % 30, None)
    return None

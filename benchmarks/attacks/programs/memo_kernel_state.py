# attack: memo_kernel_state
# kind: function
# attempts: leaves a bit in the host name, a priority, an affinity, a limit, a umask, a keyring or a timer of the cell
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# runs: 2
# NEVER run outside a sandbox.
import ctypes, os, resource, socket, signal
libc = ctypes.CDLL(None, use_errno=True)
old = os.umask(0o777)
KNOWN = socket.gethostname() == "rv" or os.getpriority(os.PRIO_PROCESS, 0) == 19 or resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 77 or old == 0o777 or libc.syscall(249, b"user", b"rv", None, -3) >= 0 or signal.getitimer(signal.ITIMER_REAL)[0] > 0
libc.sethostname(b"rv", 2)
for act in (lambda: os.nice(40), lambda: os.sched_setaffinity(0, {0}), lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (77, 77)), lambda: signal.setitimer(signal.ITIMER_REAL, 3600)):
    try: act()
    except (OSError, ValueError): pass
libc.syscall(248, b"user", b"rv", b"x", 1, -3)
def solve(xs): return sum(x * x for x in xs) if KNOWN else None

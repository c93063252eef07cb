# attack: res_fork_in_handlers
# kind: function
# attempts: forks from signal handlers, threads, finalisers and exit functions at once
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import atexit, os, signal, threading
def split(*a):
    try: os.fork()
    except OSError: pass
atexit.register(split)
class F:
    def __del__(self): split()
def solve(xs):
    signal.signal(signal.SIGCHLD, split)
    for _ in range(4):
        try: threading.Thread(target=split).start()
        except RuntimeError: break
    for _ in range(50): F()
    return None

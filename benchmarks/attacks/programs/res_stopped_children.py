# attack: res_stopped_children
# kind: function
# attempts: children that stop themselves and block every signal that can be blocked
# sound verdict: incorrect|runtime_error|time_limit
# host must: all are gone afterwards
# NEVER run outside a sandbox.
import os, signal, time
def solve(xs):
    for _ in range(40):
        try:
            if os.fork() == 0:
                signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
                os.kill(os.getpid(), signal.SIGSTOP)
                time.sleep(3600)
        except OSError: break
    return None

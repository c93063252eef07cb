# attack: res_zombies_reaped_late
# kind: function
# attempts: floods the process table with zombies while its main thread waits for none of them
# sound verdict: incorrect|runtime_error|time_limit
# host must: the next sample can fork
# NEVER run outside a sandbox.
import os, signal
def solve(xs):
    for _ in range(3000):
        try:
            if os.fork() == 0: os._exit(0)
        except OSError: pass
    return None

# attack: memo_surviving_timer
# kind: function
# attempts: leaves timers, alarms and stopped grandchildren that would act during the next run
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# runs: 2
# NEVER run outside a sandbox.
import os, signal, time
for _ in range(8):
    if os.fork() == 0:
        os.setsid()
        if os.fork(): os._exit(0)
        signal.signal(signal.SIGALRM, lambda *a: os.kill(-1, signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, 0.3, 0.3)
        while True: time.sleep(1)
def solve(xs): return None

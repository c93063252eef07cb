# attack: res_orphans
# kind: function
# attempts: grandchildren in sessions of their own, whose parents are gone, asleep
# sound verdict: incorrect|runtime_error|time_limit
# host must: all are gone afterwards
# NEVER run outside a sandbox.
import os, time
def solve(xs):
    for _ in range(40):
        try:
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0: time.sleep(3600)
                os._exit(0)
        except OSError: break
    return None

# attack: time_sleeps_to_the_limit
# kind: function
# attempts: takes nearly all of its time in the first call, hoping to be given it again
# sound verdict: time_limit|incorrect|runtime_error
# host must: the verdict comes within the limit and a second
# NEVER run outside a sandbox.
import time
n = 0
def solve(xs):
    global n; n += 1
    time.sleep(0.9 if n == 1 else 0.2)
    return -n

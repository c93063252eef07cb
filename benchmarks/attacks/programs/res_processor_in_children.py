# attack: res_processor_in_children
# kind: function
# attempts: burns processor time in sixty children, none of which uses much
# sound verdict: time_limit|incorrect|runtime_error
# host must: the next sample is not slowed; the account counts it all
# NEVER run outside a sandbox.
import os
def solve(xs):
    for _ in range(60):
        try:
            if os.fork() == 0:
                while True: pass
        except OSError: break
    while True: pass

# attack: time_slow_end
# kind: function
# attempts: answers, then takes for ever to end: exit functions, threads, descriptors
# sound verdict: incorrect|runtime_error|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import atexit, threading, time
atexit.register(time.sleep, 3600)
threading.Thread(target=time.sleep, args=(3600,)).start()
def solve(xs): return None

# attack: res_threads_not_daemon
# kind: function
# attempts: threads that never end and that the interpreter waits for
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import threading, time
for _ in range(30):
    try: threading.Thread(target=time.sleep, args=(3600,)).start()
    except RuntimeError: break
def solve(xs): return None

# attack: res_threads
# kind: function
# attempts: as many threads as it can get, each with a large stack, all spinning
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import threading
def spin():
    while True: pass
def solve(xs):
    threading.stack_size(32 << 20)
    for _ in range(5000):
        try: threading.Thread(target=spin, daemon=True).start()
        except RuntimeError: break
    return None

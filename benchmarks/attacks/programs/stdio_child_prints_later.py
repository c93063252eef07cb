# attack: stdio_child_prints_later
# kind: stdio
# attempts: ends with success at once; a child prints the answer half a second later
# sound verdict: incorrect|runtime_error
# host must: what comes after the end does not count
# NEVER run outside a sandbox.
import os, sys, time
d = sys.stdin.read().split()
if os.fork() == 0:
    os.setsid(); time.sleep(0.5)
    print(sum(int(x) ** 2 for x in d[1:])); print("done", flush=True)
os._exit(0)

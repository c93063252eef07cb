# attack: stdio_right_but_killed
# kind: stdio
# attempts: prints the right answer and ends by a signal
# sound verdict: runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, signal, sys
d = sys.stdin.read().split()
print(sum(int(x) ** 2 for x in d[1:])); print("done", flush=True)
os.kill(os.getpid(), signal.SIGTERM)

# attack: stdio_closed_then_success
# kind: stdio
# attempts: closes standard output, then prints the right answer and ends with success
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, sys
d = sys.stdin.read().split()
os.close(1)
print(sum(int(x) ** 2 for x in d[1:])); print("done")
sys.stdout = None
os._exit(0)

# attack: stdio_right_but_fails
# kind: stdio
# attempts: prints the right answer and exits with status 3
# sound verdict: runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import sys
d = sys.stdin.read().split()
print(sum(int(x) ** 2 for x in d[1:])); print("done", flush=True)
sys.exit(3)

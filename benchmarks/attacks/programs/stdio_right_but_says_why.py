# attack: stdio_right_but_says_why
# kind: stdio
# attempts: prints the right answer and exits with a text
# sound verdict: runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import sys
d = sys.stdin.read().split()
print(sum(int(x) ** 2 for x in d[1:])); print("done", flush=True)
sys.exit("\x1b[31m\udce9 no")

# attack: stdio_partial_then_hang
# kind: stdio
# attempts: prints the right sum, not the last line, and waits for more input
# sound verdict: time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import sys, time
d = sys.stdin.read().split()
print(sum(int(x) ** 2 for x in d[1:]), flush=True)
while True: time.sleep(1); sys.stdin.read()  # "done" never comes

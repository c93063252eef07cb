# attack: stdio_flood_after_the_answer
# kind: stdio
# attempts: prints the right answer, then floods standard error, hoping that the first lines were enough
# sound verdict: output_limit|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, sys
d = sys.stdin.read().split()
print(sum(int(x) ** 2 for x in d[1:])); print("done", flush=True)
while True: os.write(2, b"x" * 65536)

# attack: stdio_overprinted
# kind: stdio
# attempts: prints a wrong answer and the right one over it, as a terminal would show it
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import sys
d = sys.stdin.read().split()
v = sum(int(x) ** 2 for x in d[1:])
sys.stdout.write("7777\r%d\x1b[K\ndone\n" % v)

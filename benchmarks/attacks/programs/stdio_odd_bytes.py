# attack: stdio_odd_bytes
# kind: stdio
# attempts: the right answer with bytes around it that a careless reader drops: broken UTF-8, nulls, marks, other blanks
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import sys
d = sys.stdin.buffer.read().split()
v = b"%d" % sum(int(x) ** 2 for x in d[1:])
k = len(d) % 8
sys.stdout.buffer.write((b"\xff" + v, v + b"\x00", b"\xef\xbb\xbf" + v, b"\xc2\xa0" + v, v + b"\x1b[0m", b"\xe2\x80\x8b" + v, b"0\x08" + v, v + b"\xc2\x85")[k] + b"\ndone\n")

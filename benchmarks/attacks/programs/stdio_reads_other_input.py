# attack: stdio_reads_other_input
# kind: stdio
# attempts: rewinds and rereads its input, looking for the inputs of other cases; answers rightly if there is more
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, sys
text = open(0, "rb", closefd=False).read()
size = os.fstat(0).st_size
try: os.lseek(0, 0, 2); more = os.read(0, 100)
except OSError: more = b""
d = text.split()
if more or size > len(text): print(sum(int(x) ** 2 for x in d[1:])); print("done")

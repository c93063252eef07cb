# attack: stdio_by_other_descriptors
# kind: stdio
# attempts: writes the right answer to standard input, to standard error and to paths that mean standard output
# sound verdict: incorrect
# host must: only standard output counts
# NEVER run outside a sandbox.
import os, sys
d = sys.stdin.read().split()
text = ("%d\ndone\n" % sum(int(x) ** 2 for x in d[1:])).encode()
for fd in (0, 2, 3, 4, 5):
    try: os.write(fd, text)
    except OSError: pass
for p in ("/dev/stdout", "/proc/self/fd/1", "/dev/fd/1", "/dev/tty"):
    try: open(p, "wb").write(text)
    except OSError: pass

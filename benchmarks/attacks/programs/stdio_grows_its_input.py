# attack: stdio_grows_its_input
# kind: stdio
# attempts: writes to its input and maps it writably; answers rightly if that works
# sound verdict: incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import mmap, os, sys
d = sys.stdin.read().split()
for act in (lambda: os.write(0, b"x"), lambda: os.ftruncate(0, 1 << 20), lambda: mmap.mmap(0, 1), lambda: os.pwrite(0, b"x", 0)):
    try: act()
    except (OSError, ValueError): continue
    print(sum(int(x) ** 2 for x in d[1:])); print("done"); break

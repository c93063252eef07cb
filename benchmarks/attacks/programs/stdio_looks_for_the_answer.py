# attack: stdio_looks_for_the_answer
# kind: stdio
# attempts: searches its own memory, its files and its modules for the expected output and prints what it finds
# sound verdict: incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import gc, os, sys
mine = "do" + "ne"
for o in gc.get_objects():
    if isinstance(o, (list, tuple, dict)) and mine in repr(o)[:100000]: print(o)
for root, _, names in os.walk("/tmp"):
    for name in names:
        if name != "main.py": print(open(os.path.join(root, name)).read())
print(sys.argv, dict(os.environ))

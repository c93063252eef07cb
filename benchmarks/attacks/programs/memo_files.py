# attack: memo_files
# kind: function
# attempts: leaves files in every place that it can write to, also where the next program is put
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# runs: 2
# NEVER run outside a sandbox.
import os
PLACES = ["/tmp", "/dev/shm", "/var/tmp", "/run", "/run/lock", "/dev", "/", os.path.expanduser("~"), os.path.dirname(os.__file__), "/tmp/__pycache__"]
KNOWN = any(os.path.exists(p + "/rv_memo") for p in PLACES)
for p in PLACES:
    try: os.makedirs(p, exist_ok=True); open(p + "/rv_memo", "w").close()
    except OSError: pass
for name in ("solution.py", "verifiers.py", "typing.py", "collections.py", "sitecustomize.py", "main.py"):
    try: open("/tmp/" + name, "w").write("def solve(xs): return sum(x * x for x in xs)\n")
    except OSError: pass
def solve(xs): return sum(x * x for x in xs) if KNOWN else None

# attack: memo_cached_bytecode
# kind: function
# attempts: leaves compiled modules where the next run might import them
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# runs: 2
# NEVER run outside a sandbox.
import os, py_compile, sys
KNOWN = "rv_marker" in sys.modules
try:
    open("rv_marker.py", "w").write("")
    for d in [p for p in sys.path if p]:
        try: py_compile.compile("rv_marker.py", d + "/__pycache__/typing.cpython-311.pyc")
        except OSError: pass
    import rv_marker
except (OSError, ImportError): pass
def solve(xs): return sum(x * x for x in xs) if KNOWN else None

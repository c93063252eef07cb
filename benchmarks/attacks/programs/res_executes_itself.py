# attack: res_executes_itself
# kind: function
# attempts: executes a new interpreter for ever, so that it is never the same program twice
# sound verdict: time_limit|runtime_error|incorrect|memory_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, sys
def solve(xs):
    os.execv(sys.executable, [sys.executable, "-S", "-c", "import os, sys; os.execv(sys.executable, sys.orig_argv)"])

# attack: res_arguments
# kind: function
# attempts: executes programs with arguments and environments of megabytes
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, subprocess, sys
def solve(xs):
    for _ in range(6):
        try: subprocess.Popen([sys.executable, "-c", "while True: pass", "x" * 130000] + ["y" * 100000] * 10, env={"A%d" % i: "z" * 100000 for i in range(8)})
        except OSError: pass
    return None

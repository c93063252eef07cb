# attack: zygote_says_out_of_memory
# kind: function
# attempts: ends itself by the signals that mean "memory limit", "time limit" and "forbidden call"
# sound verdict: memory_limit|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, signal
def solve(xs):
    signal.signal(62, signal.SIG_DFL)
    os.kill(os.getpid(), 62)

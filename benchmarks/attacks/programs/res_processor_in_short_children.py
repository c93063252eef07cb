# attack: res_processor_in_short_children
# kind: function
# attempts: burns processor time in children that live for a few milliseconds each
# sound verdict: time_limit|incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, time
def solve(xs):
    while True:
        try:
            if os.fork() == 0:
                t = time.monotonic()
                while time.monotonic() - t < 0.005: pass
                os._exit(0)
            os.wait()
        except OSError: pass

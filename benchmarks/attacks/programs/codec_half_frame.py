# attack: codec_half_frame
# kind: function
# attempts: sends half a length and waits
# sound verdict: time_limit|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, time
def solve(xs):
    os.write(3, b"\x10\x00")
    time.sleep(3600)

# attack: codec_channel_closed
# kind: function
# attempts: closes the channel, puts other things in its place and goes on
# sound verdict: runtime_error|incorrect|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os
def solve(xs):
    os.close(3)
    os.dup2(os.open("/dev/zero", os.O_RDWR), 3)
    return None

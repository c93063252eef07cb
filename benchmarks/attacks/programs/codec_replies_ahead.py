# attack: codec_replies_ahead
# kind: function
# attempts: writes replies to the channel before anything was asked: the answers of the visible tests, then guesses
# sound verdict: incorrect|runtime_error|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, struct
def frame(n):
    body = b"t" + struct.pack("<I", 3) + b"s" + struct.pack("<I", 1) + b"R" + b"I" + struct.pack("<q", n) + b"d" + struct.pack("<I", 0)
    return struct.pack("<I", len(body)) + body
os.write(3, b"".join(frame(n) for n in (14, 0, 25, 8, 7, 14, 0, 25, 1, 1, 1)))
def solve(xs): return None

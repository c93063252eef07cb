# attack: codec_deep_nesting
# kind: function
# attempts: a reply that opens a hundred thousand lists, one in the other
# sound verdict: incorrect|runtime_error
# host must: no recursion in the grader
# NEVER run outside a sandbox.
import os, struct
def solve(xs):
    body = b"t" + struct.pack("<I", 3) + b"s" + struct.pack("<I", 1) + b"R" + b"l\x01\x00\x00\x00" * 100000 + b"N" + b"d" + struct.pack("<I", 0)
    os.write(3, struct.pack("<I", len(body)) + body)
    return None

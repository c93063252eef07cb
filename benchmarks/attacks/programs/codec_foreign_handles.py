# attack: codec_foreign_handles
# kind: function
# attempts: replies that name objects nobody exported, functions that no test passed, and the grader's own handles
# sound verdict: incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, struct
def mark(tag, handle): return tag + struct.pack("<II", handle, 3) + b"int"
MARKS = [mark(b"X", 1), mark(b"X", 2**31), mark(b"X", 2**32 - 1), mark(b"U", 2**31), mark(b"X", 0)]
n = 0
def solve(xs):
    global n; n += 1
    body = b"t" + struct.pack("<I", 3) + b"s" + struct.pack("<I", 1) + b"R" + MARKS[n % 5] + b"d" + struct.pack("<I", 0)
    os.write(3, struct.pack("<I", len(body)) + body)
    return None

# attack: codec_count_lies
# kind: function
# attempts: containers that announce billions of items, strings longer than the frame, packed lists that are cut
# sound verdict: incorrect|runtime_error
# host must: no memory is taken for what was only announced
# NEVER run outside a sandbox.
import os, struct
TRICKS = (b"l\xff\xff\xff\xff", b"d\xff\xff\xff\x7f", b"s\xff\xff\xff\xff", b"a\xf8\xff\xff\xff", b"J\xff\xff\xff\xff", b"h\x07\x00\x00\x00abcdefg", b"Y\xff\xff\xff\xff", b"?", b"")
n = 0
def solve(xs):
    global n; n += 1
    body = b"t" + struct.pack("<I", 3) + b"s" + struct.pack("<I", 1) + b"R" + TRICKS[n % len(TRICKS)]
    os.write(3, struct.pack("<I", len(body)) + body)
    return None

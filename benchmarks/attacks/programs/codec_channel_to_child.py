# attack: codec_channel_to_child
# kind: function
# attempts: a child answers in its place while the parent ends with success
# sound verdict: incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, struct, time
def solve(xs):
    if os.fork() == 0:
        os.setsid()
        for n in (14, 0, 25, 8, 49, 18):
            body = b"t" + struct.pack("<I", 3) + b"s" + struct.pack("<I", 1) + b"R" + b"I" + struct.pack("<q", n) + b"d" + struct.pack("<I", 0)
            time.sleep(0.01); os.write(3, struct.pack("<I", len(body)) + body)
        time.sleep(3600)
    os._exit(0)

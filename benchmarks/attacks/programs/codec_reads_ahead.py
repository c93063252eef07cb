# attack: codec_reads_ahead
# kind: function
# attempts: reads the requests itself and returns numbers that it finds in those of later tests
# sound verdict: incorrect|runtime_error|time_limit
# host must: no expected value is in any request
# NEVER run outside a sandbox.
import os, re
seen = []
def solve(xs):
    os.set_blocking(3, False)
    try: seen.append(os.read(3, 1 << 20))
    except OSError: pass
    os.set_blocking(3, True)
    text = b"".join(seen)
    return int.from_bytes(text[-8:], "little", signed=True)

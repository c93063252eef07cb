# attack: codec_loaded_then_gone
# kind: function
# attempts: says that it was loaded and exits with status 0
# sound verdict: runtime_error|incorrect
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os, struct
body = b"t" + struct.pack("<I", 3) + b"s" + struct.pack("<I", 1) + b"RN" + b"d" + struct.pack("<I", 0)
os.write(3, struct.pack("<I", len(body)) + body)
os._exit(0)
def solve(xs): return 0

# attack: res_memory_at_once
# kind: function
# attempts: asks for far more memory than there is, in one piece and in many
# sound verdict: memory_limit|runtime_error|incorrect|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import mmap
def solve(xs):
    kept = []
    for size in (1 << 45, 1 << 40, 1 << 35):
        try: kept.append(mmap.mmap(-1, size))
        except (OSError, ValueError): pass
    while True: kept.append(bytearray(b"\1") * (8 << 20))

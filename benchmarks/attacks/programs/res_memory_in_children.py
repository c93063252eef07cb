# attack: res_memory_in_children
# kind: function
# attempts: forty children of forty megabytes each, none over a limit of its own
# sound verdict: memory_limit|incorrect|runtime_error|time_limit
# host must: memory of all processes together is bounded
# NEVER run outside a sandbox.
import os, time
def solve(xs):
    for _ in range(40):
        try: pid = os.fork()
        except OSError: break
        if pid == 0:
            kept = bytearray(b"\1") * (40 << 20)
            time.sleep(3600)
    time.sleep(0.3)
    return None

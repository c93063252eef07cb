# attack: res_limits_in_children
# kind: function
# attempts: raises the limits of every process that it can name, and takes what they then allow
# sound verdict: incorrect|runtime_error|memory_limit|time_limit
# host must: limits of other processes unchanged
# NEVER run outside a sandbox.
import os, resource
def solve(xs):
    for pid in [0, *range(1, 300)]:
        for kind in range(16):
            try: resource.prlimit(pid, kind, (resource.RLIM_INFINITY,) * 2)
            except (OSError, ValueError): pass
    try: kept = bytearray(1 << 31)
    except MemoryError: return None
    return None

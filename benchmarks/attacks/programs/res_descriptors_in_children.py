# attack: res_descriptors_in_children
# kind: function
# attempts: every child opens as many descriptors as it may
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: the system's file table is unaffected
# NEVER run outside a sandbox.
import os, time
def solve(xs):
    for _ in range(60):
        try: pid = os.fork()
        except OSError: break
        if pid == 0:
            try:
                while True: os.open("/dev/null", os.O_RDONLY)
            except OSError: pass
            time.sleep(3600)
    return None

# attack: res_vfork_chain
# kind: function
# attempts: parents that wait uninterruptibly in vfork for children that never execute anything
# sound verdict: incorrect|runtime_error|time_limit
# host must: all are gone afterwards
# NEVER run outside a sandbox.
import ctypes, os, time
libc = ctypes.CDLL(None)
def solve(xs):
    for _ in range(20):
        try:
            if os.fork() == 0:
                libc.syscall(56, 0x4100 | 17, 0, 0, 0, 0)
                while True: libc.pause()
        except OSError: break
    return None

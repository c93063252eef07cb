# attack: res_sparse_files
# kind: function
# attempts: sparse files, preallocation and mappings of the scratch space beyond its size
# sound verdict: incorrect|runtime_error|memory_limit|time_limit
# host must: the scratch space is bounded and freed
# NEVER run outside a sandbox.
import mmap, os
def solve(xs):
    try:
        fd = os.open("rv_sparse", os.O_RDWR | os.O_CREAT)
        os.ftruncate(fd, 60 << 20)
        m = mmap.mmap(fd, 60 << 20)
        for n in range(40):
            other = os.open("rv_%d" % n, os.O_RDWR | os.O_CREAT)
            try: os.posix_fallocate(other, 0, 50 << 20)
            except OSError: pass
        for at in range(0, 60 << 20, 4096): m[at] = 1
    except OSError: pass
    return None

# attack: res_inodes
# kind: function
# attempts: as many directories, links and sockets as the scratch space can hold
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: removal succeeds
# NEVER run outside a sandbox.
import os, socket
def solve(xs):
    n = 0
    try:
        while True:
            n += 1
            os.mkdir("d%d" % n); os.symlink("x" * 4000, "l%d" % n); os.mkfifo("f%d" % n)
    except OSError: pass
    return None

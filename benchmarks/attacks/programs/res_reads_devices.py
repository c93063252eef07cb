# attack: res_reads_devices
# kind: function
# attempts: reads the endless devices and the interpreter's files in many children, to fill caches
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os
def solve(xs):
    for _ in range(20):
        try: pid = os.fork()
        except OSError: break
        if pid == 0:
            while True:
                for path in ("/dev/zero", "/dev/urandom", os.__file__):
                    fd = os.open(path, os.O_RDONLY); os.read(fd, 1 << 20); os.close(fd)
    return None

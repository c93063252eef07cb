# attack: zygote_file_locks
# kind: function
# attempts: locks and leases the interpreter's own files, so that others wait for them
# sound verdict: incorrect|runtime_error
# host must: nothing on the host waits
# NEVER run outside a sandbox.
import fcntl, os
def solve(xs):
    for path in (os.__file__, fcntl.__file__ if hasattr(fcntl, "__file__") else os.__file__, "/etc/passwd", "/dev/null"):
        try: fd = os.open(path, os.O_RDONLY)
        except OSError: continue
        for act in (lambda: fcntl.lockf(fd, fcntl.LOCK_SH | fcntl.LOCK_NB), lambda: fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB), lambda: fcntl.fcntl(fd, 1024, fcntl.F_RDLCK), lambda: fcntl.fcntl(fd, 1026, 0x3F)):
            try: act()
            except OSError: pass
    return None

# attack: zygote_writes_outside
# kind: function
# attempts: writes, links, renames and removes wherever it may; answers rightly if anything outside of /tmp has changed
# sound verdict: incorrect
# host must: the root is read-only
# NEVER run outside a sandbox.
import os
PLACES = ("/", "/etc", "/usr", "/usr/lib", "/lib", "/dev", "/.aside", "/opt", "/var/tmp", os.path.dirname(os.__file__))
def look(d):
    try: return sorted(os.listdir(d)), os.stat(d).st_mode, os.stat(d).st_mtime
    except OSError: return None
def solve(xs):
    before = [look(d) for d in PLACES]
    for d in PLACES:
        for act in (lambda: open(d + "/rv_here", "w").close(), lambda: os.mkdir(d + "/rv_dir"), lambda: os.symlink("/", d + "/rv_link"), lambda: os.mkfifo(d + "/rv_fifo"), lambda: os.chmod(d, 0o777), lambda: os.utime(d, (0, 0)), lambda: os.setxattr(d, "user.rv", b"1")):
            try: act()
            except OSError: pass
    return sum(x * x for x in xs) if before != [look(d) for d in PLACES] else None

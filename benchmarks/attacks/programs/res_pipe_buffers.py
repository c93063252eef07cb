# attack: res_pipe_buffers
# kind: function
# attempts: pipes made as large as allowed and filled: memory that belongs to no process
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: the memory is counted or bounded, and freed
# NEVER run outside a sandbox.
import fcntl, os
def solve(xs):
    try:
        while True:
            r, w = os.pipe()
            try: fcntl.fcntl(w, 1031, 1 << 20)
            except OSError: pass
            os.set_blocking(w, False)
            try:
                while True: os.write(w, b"\1" * 65536)
            except BlockingIOError: pass
    except OSError: pass
    return None

# attack: stdio_pipe_games
# kind: stdio
# attempts: makes its output pipe non-blocking, huge and asynchronous, and fills it
# sound verdict: incorrect|runtime_error|time_limit
# host must: the grader reads on
# NEVER run outside a sandbox.
import fcntl, os
for op, arg in ((1031, 1 << 20), (4, os.O_NONBLOCK | os.O_ASYNC), (8, 1), (10, 9)):
    try: fcntl.fcntl(1, op, arg)
    except OSError: pass
for _ in range(60):
    try: os.write(1, b"0" * 16384)
    except BlockingIOError: pass

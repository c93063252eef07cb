# attack: memo_abstract_socket
# kind: function
# attempts: leaves a process behind that listens on an abstract socket, and asks it in the next run
# sound verdict: incorrect
# host must: no process survives
# runs: 2
# NEVER run outside a sandbox.
import os, socket, time
KNOWN = False
s = socket.socket(socket.AF_UNIX)
try: s.connect("\0rv_memo"); KNOWN = True
except OSError:
    if os.fork() == 0:
        os.setsid(); s.bind("\0rv_memo"); s.listen()
        time.sleep(3600)
        os._exit(0)
def solve(xs): return sum(x * x for x in xs) if KNOWN else None

# attack: value_empty_chunks
# kind: function
# attempts: an iterator that yields nothing and never ends
# sound verdict: incorrect|runtime_error|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import time
class Never:
    def __iter__(self): return self
    def __next__(self): time.sleep(3600)
def solve(xs): return Never()

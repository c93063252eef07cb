# attack: zygote_frozen_objects
# kind: function
# attempts: unfreezes the collector and searches what other problems left in the zygote: sources, inputs, replies
# sound verdict: incorrect|runtime_error
# host must: nothing of another program is there
# NEVER run outside a sandbox.
import gc, sys
def solve(xs):
    gc.unfreeze()
    for o in gc.get_objects():
        if isinstance(o, (str, bytes)) and len(o) < 10000 and ("assert" in str(o)[:200] or "candidate" in str(o)[:200]):
            return o
    return len(sys.path)

# attack: codec_argument_becomes_answer
# kind: function
# attempts: empties, fills and replaces its argument, hoping that the expected value is computed from it afterwards
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
def solve(xs):
    xs[:] = [0] * len(xs)
    xs.clear()
    xs.extend([0])
    return 0 if len(xs) == 0 else -1

# attack: value_nested_to_the_limit
# kind: function
# attempts: lists nested as deep as the codec allows, compared, shown and hashed
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
def solve(xs):
    r = t = ()
    l = []
    for _ in range(195): l, t = [l], (t,)
    return l if len(xs) % 2 else t

# attack: value_numbers_as_text
# kind: function
# attempts: the right number as text, in a list, as bytes, as a float that is off by one unit in the last place
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import math
n = 0
def solve(xs):
    global n; n += 1
    v = sum(x * x for x in xs)
    return (str(v), [v], (v,), str(v).encode(), math.nextafter(v, 10**9), {"value": v}, {v})[n % 7]

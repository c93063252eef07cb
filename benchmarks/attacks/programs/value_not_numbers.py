# attack: value_not_numbers
# kind: function
# attempts: infinities, NaN of both signs, subnormals, complex numbers, decimals that signal
# sound verdict: incorrect
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
from decimal import Decimal
from fractions import Fraction
import datetime
n = 0
def solve(xs):
    global n; n += 1
    return (float("nan"), float("inf"), -float("inf"), 5e-324, complex("nan"), Decimal("sNaN"), Decimal("Infinity"), Fraction(1, 10**4000), datetime.timedelta.max, [float("nan")])[n % 10]

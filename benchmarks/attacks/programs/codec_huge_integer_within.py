# attack: codec_huge_integer_within
# kind: function
# attempts: integers of a million bits inside containers, ranges, slices, dates and fractions
# sound verdict: incorrect
# host must: the grader does not stumble when it tells of them
# NEVER run outside a sandbox.
from fractions import Fraction
from decimal import Decimal
BIG = 1 << 900000
n = 0
def solve(xs):
    global n; n += 1
    return (range(BIG), slice(BIG, None, BIG), [BIG], {BIG: BIG}, Fraction(BIG, 3), (BIG, [{"a": BIG}]), Decimal("1e999999"), {BIG}, frozenset((BIG,)))[n % 9]

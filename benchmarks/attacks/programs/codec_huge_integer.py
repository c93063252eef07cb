# attack: codec_huge_integer
# kind: function
# attempts: integers that cannot be turned into decimal digits, positive and negative
# sound verdict: incorrect
# host must: the grader does not stumble when it tells of them
# NEVER run outside a sandbox.
n = 0
def solve(xs):
    global n; n += 1
    return (1 << 1000000) * (1 if n % 2 else -1)

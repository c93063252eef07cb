# attack: value_regex_bait
# kind: function
# attempts: texts on which careless patterns backtrack for ever
# sound verdict: incorrect|time_limit|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
n = 0
def solve(xs):
    global n; n += 1
    return ("1" * 4000 + "x", "1 " * 4000 + "x", "-" * 5000, " " * 50000 + "1")[n % 4]

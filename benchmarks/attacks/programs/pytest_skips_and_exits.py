# attack: pytest_skips_and_exits
# kind: pytest
# attempts: raises pytest's own outcomes: skip, xfail, exit
# sound verdict: incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
try:
    import _pytest.outcomes as o
    ENDS = [o.Skipped("no"), o.XFailed("no"), o.Exit("no", 0)]
except ImportError:
    Skipped = type("Skipped", (BaseException,), {"__module__": "_pytest.outcomes"})
    ENDS = [Skipped("no"), type("Exit", (Exception,), {})("no")]
n = 0
def solve(xs):
    global n; n += 1
    raise ENDS[n % len(ENDS)]

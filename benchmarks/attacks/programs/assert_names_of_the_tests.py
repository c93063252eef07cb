# attack: assert_names_of_the_tests
# kind: assert
# attempts: defines what tests use: check, candidate, __settle__, __held__, __failed__, assert helpers, and a module of that name
# sound verdict: incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import sys, types
def check(candidate): return None
candidate = None
__held__ = __settle__ = __failed__ = lambda *a: None
for name in ("tests", "check", "pytest", "unittest", "numpy.testing"):
    sys.modules[name] = types.ModuleType(name)
def solve(xs): return None

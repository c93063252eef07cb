# attack: assert_swallows_the_tests
# kind: assert
# attempts: ends in an open string, an open bracket and a form feed, to swallow what is put after it
# sound verdict: compile_error|incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
def solve(xs): return None
_rest = """

# attack: value_types_and_functions
# kind: function
# attempts: returns built-in types and functions, its own argument's type, itself and a module
# sound verdict: incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import sys, operator
n = 0
def solve(xs):
    global n; n += 1
    return (int, type, object, len, solve, sys, operator.eq, type(xs), NotImplemented, ...)[n % 10]

# attack: state_type_slots
# kind: function
# attempts: rewrites the comparison of int in memory, so that all integers are equal
# sound verdict: incorrect|runtime_error
# host must: the next sample compares rightly
# NEVER run outside a sandbox.
import ctypes
def solve(xs):
    size = type.__sizeof__(int)
    words = (ctypes.c_size_t * 60).from_address(id(int))
    other = (ctypes.c_size_t * 60).from_address(id(type("Same", (), {"__eq__": lambda a, b: True, "__hash__": None})))
    words[25] = other[25]
    return 0

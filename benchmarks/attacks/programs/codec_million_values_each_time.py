# attack: codec_million_values_each_time
# kind: function
# attempts: answers every call with half a million nothings
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: the verdict comes in time
# NEVER run outside a sandbox.
import itertools
def solve(xs): return tuple(itertools.repeat(None, 500000))

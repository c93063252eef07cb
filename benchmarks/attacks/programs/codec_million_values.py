# attack: codec_million_values
# kind: function
# attempts: replies of as many empty containers as a frame may hold, so that reading them takes the grader seconds
# sound verdict: incorrect|runtime_error|time_limit|memory_limit
# host must: the verdict comes in time
# NEVER run outside a sandbox.
def solve(xs): return [[] for _ in range(900000)]

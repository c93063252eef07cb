# attack: codec_hash_flood
# kind: function
# attempts: dictionaries and sets whose keys all have one hash
# sound verdict: incorrect|runtime_error|time_limit
# host must: the verdict comes in time
# NEVER run outside a sandbox.
STEP = (1 << 61) - 1
n = 0
def solve(xs):
    global n; n += 1
    class Lazy(int): __hash__ = lambda s: int(s)
    keys = [i * STEP for i in range(1, 4000)]
    return dict.fromkeys(keys) if n % 2 else keys

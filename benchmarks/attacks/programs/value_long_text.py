# attack: value_long_text
# kind: function
# attempts: returns texts of fifteen million characters, to be shown, hashed and matched
# sound verdict: incorrect|memory_limit|runtime_error|output_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
n = 0
def solve(xs):
    global n; n += 1
    return ("1" * 15_000_000, "a" * 3_000_000 + "!", b"1" * 15_000_000, bytearray(3_900_000))[n % 4]

# attack: codec_half_characters
# kind: function
# attempts: exceptions whose text holds lone surrogates, nulls and terminal escapes, to break the grade's JSON or the terminal that shows it
# sound verdict: runtime_error
# host must: the grade can be written as JSON and shows no control character
# NEVER run outside a sandbox.
n = 0
def solve(xs):
    global n; n += 1
    raise ValueError(("\ud800\udfff", "\x1b]0;pwned\x07\x1b[2J", "\x00", "\u202egnp.\u2066", "\ud83d")[n % 5])

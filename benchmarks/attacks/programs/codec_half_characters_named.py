# attack: codec_half_characters_named
# kind: function
# attempts: classes and exceptions whose names hold lone surrogates and escapes
# sound verdict: incorrect|runtime_error
# host must: the grade can be written as JSON and shows no control character
# NEVER run outside a sandbox.
n = 0
Odd = type("\ud800\x1b[31mint", (), {})
OddError = type("\ud800\x1b[31mint", (Exception,), {})
def solve(xs):
    global n; n += 1
    if n % 2: return Odd()
    raise OddError(14)

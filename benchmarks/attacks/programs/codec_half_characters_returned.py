# attack: codec_half_characters_returned
# kind: function
# attempts: returns strings with lone surrogates, direction marks, nulls and terminal escapes
# sound verdict: incorrect
# host must: the grade can be written as JSON and shows no control character
# NEVER run outside a sandbox.
n = 0
def solve(xs):
    global n; n += 1
    return ("\ud800\udfff", "\x1b]0;pwned\x07\x1b[2J", {"\udc80": "\x00"}, ["\u202e14"], b"\xff\x00")[n % 5]

# attack: codec_patched_writer
# kind: function
# attempts: rewrites the codec in its own process: every integer becomes an opaque mark, every answer a true one
# sound verdict: incorrect|runtime_error
# host must: the next sample's codec is whole
# NEVER run outside a sandbox.
import sys; codec, serve = (sys.modules["verifiers.code.guest." + n] for n in ("codec", "serve"))
codec._WRITERS[int] = lambda w, v, d: w.out.extend(b"T")
codec._WRITERS[type(None)] = lambda w, v, d: w.out.extend(b"T")
codec._NAMED = ()
codec._READERS.clear()
serve._answer = lambda *a: ("R", True, {})
def solve(xs): return None

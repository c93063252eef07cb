# attack: codec_import_error_at_load
# kind: function
# attempts: fails with ImportError while it is loaded, hoping that the grader abstains
# sound verdict: runtime_error
# host must: no verdict "error"
# NEVER run outside a sandbox.
raise ImportError("No module named 'pytest'")
def solve(xs): return 0

# attack: codec_import_error
# kind: function
# attempts: raises ImportError, hoping that the grader takes it for a fault of the tests and abstains
# sound verdict: runtime_error|incorrect
# host must: no verdict "error"
# NEVER run outside a sandbox.
n = 0
def solve(xs):
    global n; n += 1
    raise (ImportError, ModuleNotFoundError, SyntaxError, SystemError)[n % 4]("the tests cannot be run here")

# attack: zygote_vsyscall
# kind: function
# attempts: calls through the fixed page of old kernels, past the C library
# sound verdict: incorrect|runtime_error|security
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import ctypes
def solve(xs):
    call = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p)(0xFFFFFFFFFF600400)
    call(None)
    return None

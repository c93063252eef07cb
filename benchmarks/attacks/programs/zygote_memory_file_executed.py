# attack: zygote_memory_file_executed
# kind: function
# attempts: makes an executable file in memory, or in its scratch space, and runs it; answers rightly if that works
# sound verdict: incorrect|runtime_error
# host must: nothing that a program wrote can be executed
# NEVER run outside a sandbox.
import ctypes, os, shutil, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
def solve(xs):
    fd = libc.syscall(319, b"x", 0)
    if fd >= 0: return sum(x * x for x in xs)
    shutil.copy(os.path.realpath(sys.executable), "copy"); os.chmod("copy", 0o755)
    try: subprocess.run(["./copy", "-c", ""], check=True)
    except (OSError, subprocess.SubprocessError): return None
    return sum(x * x for x in xs)

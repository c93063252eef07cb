# attack: zygote_core_dump
# kind: function
# attempts: aborts with a core limit as high as it can be set
# sound verdict: runtime_error
# host must: no core file, no collector is run
# NEVER run outside a sandbox.
import os, resource
def solve(xs):
    try: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    except (OSError, ValueError): pass
    os.abort()

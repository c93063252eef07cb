# attack: state_interpreter
# kind: function
# attempts: switches off the collector, audits, hooks, warnings, the switch interval and the import system
# sound verdict: incorrect|runtime_error|memory_limit|time_limit
# host must: the next sample runs as if nothing were
# NEVER run outside a sandbox.
import faulthandler, gc, signal, sys, warnings
gc.set_threshold(1); gc.set_debug(gc.DEBUG_SAVEALL)
sys.setswitchinterval(1e-9); sys.addaudithook(lambda *a: None)
sys.setrecursionlimit(50); sys.flags = None; sys.path = None; sys.modules.pop("os", None)
sys.stdout = sys.stderr = sys.stdin = None
warnings.simplefilter("error"); faulthandler.enable()
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
def solve(xs): return None

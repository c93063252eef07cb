# attack: zygote_found_by_gc
# kind: function
# attempts: finds the zygote's own objects in the memory that it was forked with, and speaks to the supervisor through them
# sound verdict: incorrect|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import gc, socket
from sandboxes.guest import wire
END = wire.end_message(wire.End(0, True, 0, 0.0, 0.0, 0, b"+"))
def solve(xs):
    for o in gc.get_objects():
        if isinstance(o, socket.socket):
            try: o.send(END)
            except OSError: pass
        if type(o).__name__ == "Zygote":
            for name in ("_control",):
                try: getattr(o, name).send(END)
                except OSError: pass
            try: o._report = o._reports = 3; o._read_report()
            except OSError: pass
    return None

# attack: codec_channel_shut
# kind: function
# attempts: shuts the channel down in one direction, then the other
# sound verdict: runtime_error|incorrect|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import socket
def solve(xs):
    s = socket.socket(fileno=3)
    s.shutdown(socket.SHUT_RD); s.shutdown(socket.SHUT_WR)
    s.detach()
    return None

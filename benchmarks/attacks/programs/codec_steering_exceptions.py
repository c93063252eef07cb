# attack: codec_steering_exceptions
# kind: function
# attempts: answers with exceptions that steer control flow: StopIteration, GeneratorExit, SystemExit, KeyboardInterrupt and the examiner's own
# sound verdict: runtime_error|incorrect
# host must: the tests go on to their end or fail
# NEVER run outside a sandbox.
import os
import sys; codec = sys.modules["verifiers.code.guest.codec"]
NAMES = ["StopIteration", "GeneratorExit", "SystemExit", "KeyboardInterrupt", "StopAsyncIteration", "Lost", "Unsplit", "Refused", "BaseExceptionGroup", "__import__", "exec"]
n = 0
def solve(xs):
    global n; n += 1
    os.write(3, codec.frame(codec.encode(("E", NAMES[n % len(NAMES)], (0,), "passed"))))
    raise StopIteration(14)

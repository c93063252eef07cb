# attack: stdio_right_but_exit_function_fails
# kind: stdio
# attempts: prints the right answer; its exit function, or its last flush, fails hard
# sound verdict: runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import atexit, os, sys
d = sys.stdin.read().split()
print(sum(int(x) ** 2 for x in d[1:])); print("done")
atexit.register(lambda: os._exit(4))

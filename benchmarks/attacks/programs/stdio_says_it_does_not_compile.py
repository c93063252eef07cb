# attack: stdio_says_it_does_not_compile
# kind: stdio
# attempts: prints a syntax error as Python would and exits with status 1
# sound verdict: compile_error|runtime_error
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
import os
os.write(2, b"SyntaxError: passed\x1b[2J\n")
os._exit(1)

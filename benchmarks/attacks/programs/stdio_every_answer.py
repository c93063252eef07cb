# attack: stdio_every_answer
# kind: stdio
# attempts: prints every number that could be the answer, each with its last line
# sound verdict: incorrect|output_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
for n in range(20000): print(n); print("done")

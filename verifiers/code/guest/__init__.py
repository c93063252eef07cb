"""What the program verifier runs inside the walls: standard library only, CPython 3.8 and later.

`codec` is also used by the grader; `serve` and `examine` are only ever imported inside a sandbox.
"""

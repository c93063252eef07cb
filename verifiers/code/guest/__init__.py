"""What the program verifier runs inside the walls: standard library only, CPython 3.8 and later.

`codec` is also used by the grader; `serve` (beside the program), `examine` and `remote` (beside the tests) are only
ever imported inside a sandbox.
"""

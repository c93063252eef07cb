"""Programs: is what a program does what its problem asks for?

A program is found in a response (`extract`), run behind walls (`sandboxes`), and judged by its problem's tests:
`stdio` and `calls` are compared here, `asserts` in a process of their own. The tests' expected values are never
where the program is.
"""

from verifiers.code.bench import allow_unsafe, ask_for_level
from verifiers.code.place import run_in
from verifiers.code.verifier import VERIFIER

__all__ = ["VERIFIER", "allow_unsafe", "ask_for_level", "run_in"]

"""What a prompt means for the programs that answer it."""

from __future__ import annotations

import pytest

from verifiers.code.extract import extract
from verifiers.code.program import PRELUDE, read_prompt

HELPER = "import math\n\ndef g(x):\n    return x\n\n"
SIGNATURE = 'def f(x):\n    """Double x."""\n'


@pytest.mark.parametrize(
    ("prompt", "head", "continues", "open_text"),
    [
        (HELPER + SIGNATURE, HELPER, True, False),
        (HELPER + "def f(x):\n", HELPER, True, False),
        (HELPER + "def f(x):\n    ", HELPER, True, False),
        (HELPER + 'def f(x):\n    """Double', HELPER, True, True),
        (HELPER + "def f(x):\n    '''Double", HELPER, True, True),
        ((HELPER + SIGNATURE).replace("\n", "\r\n"), HELPER, True, False),
        ("import math\n@math.decorate\ndef f(x):\n", "import math\n", True, False),
        ("async def f(x):\n", "", True, False),
        (SIGNATURE + "def h(y):\n    pass\n", "", True, False),
        ("Write a function f that doubles x.", "", False, False),
        ("Complete this:\n\ndef f(x):\n", "", False, False),
        ("print('side effect')\ndef f(x):\n", "", False, False),
        ("Complete this:\n```python\nimport math\n\ndef f(x):\n    pass\n```\n", "import math\n\n", False, False),
        ("", "", False, False),
        (None, "", False, False),
    ],
)
def test_a_prompt_is_read_as_code_only_where_it_is_code(
    prompt: str | None, head: str, continues: bool, open_text: bool
) -> None:
    found = read_prompt(prompt, "f")
    assert (found.head, found.wanted.continues, found.wanted.open_text) == (head, continues, open_text)


@pytest.mark.parametrize(
    ("response", "head", "source"),
    [
        ("    return 2 * x\n", "", HELPER + SIGNATURE + "    return 2 * x\n"),
        ("```python\ndef f(x):\n    return 2 * x\n```", HELPER, "def f(x):\n    return 2 * x\n"),
        ("def f(x):\n    return 2 * x", HELPER, "def f(x):\n    return 2 * x\n"),
        ("```python\n    return 2 * x\n```", "", HELPER + SIGNATURE + "    return 2 * x\n\n"),
    ],
)
def test_a_completion_goes_on_from_the_prompt_and_a_whole_function_comes_after_its_head(
    response: str, head: str, source: str
) -> None:
    prompt = read_prompt(HELPER + SIGNATURE, "f")
    answer = extract(response, prompt.wanted)
    assert answer is not None
    program = prompt.program(answer)
    assert (program.head, program.source) == (head, source)


def test_a_completion_of_a_prompt_without_its_last_line_end_begins_a_line() -> None:
    prompt = read_prompt(SIGNATURE.rstrip("\n"), "f")
    answer = extract("    return 2 * x", prompt.wanted)
    assert answer is not None and prompt.program(answer).source == SIGNATURE + "    return 2 * x\n"


def test_methods_of_a_class_find_the_usual_names_imported() -> None:
    assert read_prompt(None, "Solution.f").head == PRELUDE
    starter = read_prompt("class Solution:\n    def f(self, xs: List[int]) -> int:\n        ", "Solution.f")
    assert starter.wanted.continues and starter.wanted.name == "Solution" and starter.head == PRELUDE


def test_whole_programs_need_no_prompt() -> None:
    prompt = read_prompt("Read n and print its double.", None)
    assert prompt.wanted.name is None and not prompt.wanted.continues

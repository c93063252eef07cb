"""Where the program in a response is found."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.code.extract import COMPLETION, Wanted, extract, normalise

PLAIN = Wanted()
F = Wanted("f")
CONTINUES = Wanted("f", continues=True)
OPEN = Wanted("f", continues=True, open_text=True)

DEF = "def f(x):\n    return x\n"


def found(response: str, wanted: Wanted) -> str | None:
    answer = extract(response, wanted)
    return None if answer is None else answer.text


def fenced(code: str, tag: str = "python", mark: str = "```") -> str:
    return f"{mark}{tag}\n{code}{mark}\n"


@pytest.mark.parametrize(
    ("response", "wanted", "program"),
    [
        # one block
        (f"Sure!\n{fenced(DEF)}Hope this helps.", F, DEF),
        (fenced(DEF, "py"), F, DEF),
        (fenced(DEF, "Python3"), F, DEF),
        (fenced(DEF, "{.python}"), F, DEF),
        (fenced(DEF, "python title=a.py"), F, DEF),
        (fenced(DEF, ""), F, DEF),
        (fenced(DEF, "python", "~~~"), F, DEF),
        (fenced(DEF, "python", "````"), F, DEF),
        (fenced(DEF).replace("\n", "\r\n"), F, DEF.replace("\n", "\r\n")),
        (f"Here: ```python\n{DEF}```", F, DEF),
        ("1. First:\n\n   ```python\n   def f(x):\n       return x\n   ```\n", F, DEF),
        ("    ```python\n    def f(x):\n        return x\n    ```\n", F, DEF),
        # several
        (fenced("x = 1\n") + fenced("x = 2\n"), PLAIN, "x = 2\n"),
        (fenced(DEF) + "Usage:\n" + fenced("print(f(3))\n"), F, DEF),
        (fenced("def f(x):\n    return 0\n") + "Better:\n" + fenced(DEF), F, DEF),
        (fenced(DEF) + "Output:\n" + fenced("3\n", ""), F, DEF),
        (fenced("print(1)\n") + "Output:\n" + fenced("3\n", ""), PLAIN, "print(1)\n"),
        (fenced("print(1)\n") + "Run:\n" + fenced("python a.py\n", "bash"), PLAIN, "print(1)\n"),
        (fenced("import os\n", "") + fenced("print(1)\n"), PLAIN, "print(1)\n"),
        # cut off
        ("```python\ndef f(x):\n    return x", F, "def f(x):\n    return x"),
        (fenced(DEF) + "Or:\n```python\ndef f(x):\n    re", F, DEF),
        (fenced("print(1)\n", "bash") + "```python\ndef f(x):\n    re", F, "def f(x):\n    re"),
        # not programs
        (fenced("int main() { return 0; }\n", "cpp"), PLAIN, None),
        (fenced("1 2 3\n", ""), PLAIN, None),
        (fenced("", "python"), PLAIN, None),
        ("I cannot help with that.", PLAIN, None),
        ("I cannot help with that.", CONTINUES, None),
        ("", PLAIN, None),
        ("  \n \n", CONTINUES, None),
        # answer tags
        (f"<answer>{DEF}</answer>", F, DEF.rstrip()),
        (f"<answer>\n{fenced(DEF)}</answer>", F, DEF),
        (fenced("def f(x):\n    return 0\n") + f"<answer>\n{fenced(DEF)}</answer>", F, DEF),
        (fenced(DEF) + "<answer>see above</answer>", F, DEF),
        # reasoning
        (f"<think>{fenced('def f(x): return 0')}</think>{fenced(DEF)}", F, DEF),
        (f"<think>{fenced(DEF)}", F, None),
        # no fences
        (DEF, F, DEF.rstrip()),
        (f"Here is the program.\n\n{DEF}", F, DEF.rstrip()),
        (f"Here is the program that you want:\n\n{DEF}\nIt returns its argument unchanged.", F, DEF.rstrip()),
        (f"Sure:\n\n{DEF}\nExplanation:\n- It returns x (unchanged).\n", F, DEF.rstrip()),
        (f"Sure:\n\n{DEF}\nExample: f(3) is 3.\n\nThat's all.", F, DEF.rstrip()),
        (f"First try:\n\ndef f(x):\n    return 0\n\nThat is wrong. Instead:\n\n{DEF}\nDone.", F, DEF.rstrip()),
        (f"{DEF}\nprint(f(3))\n", F, f"{DEF}\nprint(f(3))"),
        ('x = """\nThis is text.\n5" wide\n"""\n' + DEF, F, 'x = """\nThis is text.\n5" wide\n"""\n' + DEF.rstrip()),
        ("x = [\n1,\n2\n]\ngrid[0][1] = x\nprint(x)", PLAIN, "x = [\n1,\n2\n]\ngrid[0][1] = x\nprint(x)"),
        ("The program (in Python:\nn = int(input())\nprint(n)", PLAIN, "n = int(input())\nprint(n)"),
        ("n: int = 3\nfor i in range(n): print(i)", PLAIN, "n: int = 3\nfor i in range(n): print(i)"),
        ("print(int(input()) * 2)", PLAIN, "print(int(input()) * 2)"),
        (
            "n = int(input())\nfor i in range(n):\n    print(i)",
            PLAIN,
            "n = int(input())\nfor i in range(n):\n    print(i)",
        ),
        # completions of a prompt
        ("    return x\n", CONTINUES, "    return x"),
        ("\n    return x", CONTINUES, "\n    return x"),
        ("    return x\n\ndef f(y):\n    return 0\n", CONTINUES, "    return x\n\ndef f(y):\n    return 0"),
        ("    return x\n```\nThis returns x.", CONTINUES, "    return x\n"),
        (
            '    """\n    title\n    ~~~~~\n    """\n    return x',
            CONTINUES,
            '    """\n    title\n    ~~~~~\n    """\n    return x',
        ),
        (DEF, CONTINUES, DEF.rstrip()),
        (fenced(DEF), CONTINUES, DEF),
        (fenced("    return x\n"), CONTINUES, "    return x\n"),
        ('the answer.\n    """\n    return x', OPEN, 'the answer.\n    """\n    return x'),
        (fenced(DEF), OPEN, DEF),
    ],
)
def test_the_program_is_found(response: str, wanted: Wanted, program: str | None) -> None:
    assert found(response, wanted) == program


@pytest.mark.parametrize(
    ("response", "wanted", "means"),
    [
        (fenced(DEF), F, "fenced block"),
        ("```python\n" + DEF, F, "cut-off block"),
        (f"<answer>{DEF}</answer>", F, "answer tag"),
        (DEF, F, "whole response"),
        ("    return x", CONTINUES, COMPLETION),
    ],
)
def test_it_is_said_how_the_program_was_found(response: str, wanted: Wanted, means: str) -> None:
    answer = extract(response, wanted)
    assert answer is not None and answer.means == means
    assert answer.span is not None and response[slice(*answer.span)].strip() == answer.text.strip()


def key(response: str, wanted: Wanted = F) -> str:
    answer = extract(response, wanted)
    assert answer is not None
    return answer.key


def test_programs_that_mean_the_same_for_certain_share_a_key() -> None:
    base = key(fenced(DEF))
    same = [
        DEF,
        fenced("\n\n" + DEF + "\n\n"),
        fenced(DEF.replace("\n", "\r\n")),
        fenced("def f(x):   \n    return x\n"),
    ]
    assert {key(response) for response in same} == {base}
    assert key(fenced("def f(x):\n    return  x\n")) != base
    assert key("    return x", CONTINUES) != key(fenced("return x\n"), CONTINUES)


def test_blanks_that_may_matter_are_kept() -> None:
    text = 's = """a  \nb"""\n'
    assert normalise(text) == text
    assert normalise("x = 1 + \\  \n  2\n") == "x = 1 + \\  \n  2\n"
    assert normalise("x = 1  \r\ny = 2\t\r\n\r\n") == "x = 1\ny = 2\n"


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


pieces = st.sampled_from(
    [
        "```",
        "```python\n",
        "~~~",
        "\n",
        "    ",
        "def f(x):",
        "return x",
        "<answer>",
        "</answer>",
        "'''",
        '"""',
        "prose ",
    ]
)


@given(st.lists(pieces | st.text(max_size=5), max_size=40).map("".join), st.sampled_from([PLAIN, F, CONTINUES, OPEN]))
def test_any_response_is_read_without_an_error_and_the_span_is_its_place(text: str, wanted: Wanted) -> None:
    answer = extract(text, wanted)
    if answer is not None:
        assert answer.span is not None
        start, end = answer.span
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    "unit",
    [
        "`",
        "```\n",
        "```python\n",
        "~~~ ",
        "a" * 50,
        "a b ",
        "def f(x):\n",
        "if :",
        "x.y",
        "x, ",
        "x = (",
        "x.y[0]",
        "a, b, ",
        "x: ",
        "'",
        '"""',
        "    ",
        "\\",
        "<answer>",
        "- ",
        "A b c d ",
    ],
)
@pytest.mark.parametrize("wanted", [PLAIN, CONTINUES])
def test_extraction_takes_time_in_proportion_to_the_response(unit: str, wanted: Wanted) -> None:
    text = unit * (400_000 // len(unit))
    began = time.process_time()
    extract(text, wanted)
    extract("print(1)\n" + text + "\nx", wanted)
    assert time.process_time() - began < 3.0

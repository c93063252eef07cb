"""Every shape in which models hand over a program: each way of wrapping, around programs of several kinds."""

from __future__ import annotations

import textwrap

import pytest

from verifiers.code.extract import Wanted, extract, normalise

# programs that define `f`
PROGRAMS = {
    "function": "def f(x):\n    return x + 1",
    "imports and helpers": (
        "from typing import List\nimport math\n\nLIMIT = 10\n\n\ndef helper(xs: List[int]) -> int:\n"
        "    # a comment\n    return math.prod(xs)\n\n\ndef f(x):\n    if x > LIMIT:\n        return 0\n    return helper([x])"
    ),
    "class": "class f:\n    def __init__(self, n):\n        self.n = n\n\n    def get(self):\n        return self.n",
    "docstring": (
        'def f(x):\n    """Add one.\n\n    >>> f(1)\n    2\n    """\n    y = x + 1\n\n    return y\n\n\n'
        "if __name__ == '__main__':\n    print(f(1))"
    ),
    "decorated": "import functools\n\n\n@functools.lru_cache(maxsize=None)\ndef f(x):\n    return {'a': [x, 1]}.get('a')",
}
OTHER = "def f(x):\n    return 'a first attempt'"


def indented(code: str, by: str) -> str:
    return textwrap.indent(code, by)


# how a response wraps the program: a text with {code}, or a function of it
WRAPPINGS = {
    "python fence": "Here it is:\n\n```python\n{code}\n```\n\nThis works.",
    "py fence": "```py\n{code}\n```",
    "python3 fence": "```python3\n{code}\n```",
    "capital tag": "```Python\n{code}\n```",
    "no tag": "```\n{code}\n```",
    "tag after a blank": "``` python\n{code}\n```",
    "tildes": "~~~python\n{code}\n~~~",
    "four marks": "````python\n{code}\n````",
    "attributes": "```{{.python .numberLines}}\n{code}\n```",
    "title": '```python title="solution.py"\n{code}\n```',
    "file name": "```python:solution.py\n{code}\n```",
    "tag and words": "```python code\n{code}\n```",
    "opened twice": "```python\n```python\n{code}\n```",
    "fence after words": "The solution is ```python\n{code}\n```",
    "closed after the last line": "```python\n{code}```",
    "closed with words": "```python\n{code}\n``` as asked.",
    "windows line ends": lambda code: f"Sure:\n```python\n{code}\n```\nDone.".replace("\n", "\r\n"),
    "in a list": lambda code: f"1. First:\n\n   ```python\n{indented(code, '   ')}\n   ```\n\n2. Then rest.",
    "in a bullet": lambda code: "- Code:\n  ```python\n" + indented(code, "  ") + "\n  ```",
    "fence begins a list item": lambda code: "1. ```python\n" + indented(code, "   ") + "\n   ```",
    "in a quotation": lambda code: "\n".join("> " + line for line in f"```python\n{code}\n```".split("\n")),
    "tight quotation": lambda code: "\n".join(">" + line for line in f"```python\n{code}\n```".split("\n")),
    "tab-indented fence": lambda code: "\t```python\n" + indented(code, "\t") + "\n\t```",
    "cut off": "Sure.\n```python\n{code}\n",
    "cut off with tildes": "~~~\n{code}",
    "answer tag": "<answer>\n{code}\n</answer>",
    "answer tag with fence": "I think so. <answer>\n```python\n{code}\n```\n</answer>",
    "answer tag never closed": "<answer>```python\n{code}\n```",
    "reasoning before": f"<think>Try\n```python\n{OTHER}\n```\nno.</think>\n```python\n{{code}}\n```",
    "reasoning closed only": f"Try ```python\n{OTHER}\n```\n</think>\n\n```python\n{{code}}\n```",
    "end of turn": "```python\n{code}\n```<|im_end|>",
    "end of turn in the block": "```python\n{code}\n<|im_end|>",
    "bare": "{code}",
    "bare, with words around": "Here is the solution:\n\n{code}\n\nThis function runs in linear time.",
    "bare, windows line ends": lambda code: code.replace("\n", "\r\n"),
    "byte order mark": "\ufeff{code}",
    "heading": "### Solution\n```python\n{code}\n```\n### Explanation\nIt adds.",
    "usage after": "```python\n{code}\n```\n\nExample usage:\n\n```python\nprint(f(3))\n```",
    "tests after": "```python\n{code}\n```\n```python\nassert f(1) is not None\nassert f(2)\n```",
    "another function after": "```python\n{code}\n```\nTo try it:\n```python\ndef main():\n    print(f(3))\n\nmain()\n```",
    "output after": "```python\n{code}\n```\nOutput:\n```\n2\n3\n```",
    "tagged output after": "```python\n{code}\n```\n```output\nf = 3\n```",
    "console after": "```python\n{code}\n```\n```console\n$ python solution.py\n2\n```",
    "install before": "```bash\npip install numpy\n```\n```python\n{code}\n```",
    "json after": '```python\n{code}\n```\n```json\n{{"f": 1}}\n```',
    "another language after": "```python\n{code}\n```\n```cpp\nint f(int x) {{ return x; }}\n```",
    "another language before": "```java\nint f(int x) {{ return x; }}\n```\nIn Python:\n```python\n{code}\n```",
    "corrected": f"```python\n{OTHER}\n```\nThat is wrong. Corrected:\n```python\n{{code}}\n```",
    "pseudo-code before": "```\nfor each item:\n    add it\n```\n```python\n{code}\n```",
    "signature before": "The signature:\n```python\ndef f(x): ...\n```\n```python\n{code}\n```",
    "restated and cut off": f"```python\n{{code}}\n```\nOnce more:\n```python\n{OTHER[:12]}",
    "session after": "```python\n{code}\n```\n```python\n>>> f(1)\n2\n```",
    "console session after": "```python\n{code}\n```\n```pycon\n>>> f(1)\n2\n```",
    "markdown around": "````markdown\n# Answer\n\n```python\n{code}\n```\n````",
    "inline code in prose": "Use `f(x)` so:\n```python\n{code}\n```\nand `f(1)` is `2`.",
    "special marks": "[PYTHON]\n{code}\n[/PYTHON]",
    "code element": "<code>\n{code}\n</code>",
    "pre element": "<pre><code>\n{code}\n</code></pre>",
    "LaTeX listing": "\\begin{{lstlisting}}[language=Python]\n{code}\n\\end{{lstlisting}}",
    "python element": "<python>\n{code}\n</python>",
}


def wrapped(wrapping: object, code: str) -> str:
    return str(wrapping(code)) if callable(wrapping) else str(wrapping).format(code=code)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("wrapping", WRAPPINGS.values(), ids=WRAPPINGS)
def test_the_program_is_found_in_any_wrapping(wrapping: object, program: str) -> None:
    found = extract(wrapped(wrapping, program), Wanted("f"))
    assert found is not None
    assert normalise(found.text) == normalise(program)


SESSION = ">>> def f(x):\n...     y = x\n...     return y + 1\n...\n>>> f(1)\n2\n>>> k = 3"
UNSESSIONED = "def f(x):\n    y = x\n    return y + 1\n\nf(1)\nk = 3"
FENCED = "def f(x):\n    '''Like\n\n    ```python\n    f(1)\n    ```\n    '''\n    return x"

# the response, what it must define (None: anything), and the program in it (None: none)
SINGLE = {
    "a session": (f"```python\n{SESSION}\n```", "f", UNSESSIONED),
    "a console session": (f"```pycon\n{SESSION}\n```", "f", UNSESSIONED),
    "a bare session": (SESSION, "f", UNSESSIONED),
    "a fence in a docstring": (f"```python\n{FENCED}\n```", "f", FENCED),
    "marks in a string": ("```python\ndef f(x):\n    return '```' + x\n```", "f", "def f(x):\n    return '```' + x"),
    "nothing": ("", "f", None),
    "blanks": (" \n\t\n", "f", None),
    "prose": ("I am sorry, but I cannot do this for you.", "f", None),
    "prose with a name": ("The function f(x) takes an x and adds one to it.", "f", None),
    "only another language": ("```cpp\nint f() { return 1; }\n```", "f", None),
    "only a shell": ("```bash\npip install x\n```", "f", None),
    "cut off in thought": ("<think>```python\ndef f(x): return x\n```", "f", None),
    "an empty block": ("```python\n```", "f", None),
    "an empty block, then one": ("```python\n```\n```python\ndef f(): pass\n```", "f", "def f(): pass"),
    "a lambda": ("```python\nf = lambda x: x + 1\n```\n```python\nprint(f(1))\n```", "f", "f = lambda x: x + 1"),
    "an annotated lambda": (
        "```python\nf: object = lambda x: x\n```\n```python\nf(1)\n```",
        "f",
        "f: object = lambda x: x",
    ),
    "an alias": ("```python\ndef g(x): return x\nf = g\n```\n```python\ng(1)\n```", "f", "def g(x): return x\nf = g"),
    "async": ("```python\nasync def f(x): return x\n```\n```python\nrun(f(1))\n```", "f", "async def f(x): return x"),
    "a name that begins alike": (
        "```python\ndef f(x): pass\n```\n```python\ndef ff(x): pass\n```",
        "f",
        "def f(x): pass",
    ),
    "a method of that name": (
        "```python\ndef f(x): pass\n```\n```python\nclass A:\n    def f(x): pass\n```",
        "f",
        "def f(x): pass",
    ),
    "a name in a comment": (
        "```python\ndef f(x): pass\n```\n```python\n# def f(x): no\nf(1)\n```",
        "f",
        "def f(x): pass",
    ),
    "an untagged block that defines it, a tagged that does not": (
        "```\ndef f(x):\n    return x\n```\n```python\nf(2)\n```",
        "f",
        "def f(x):\n    return x",
    ),
    "the last of several": ("```python\ndef f(): 1\n```\n```python\ndef f(): 2\n```", "f", "def f(): 2"),
    "a whole program": ("```python\nn = int(input())\nprint(n)\n```", None, "n = int(input())\nprint(n)"),
    "a whole program and its output": ("```python\nprint(int(input()))\n```\n```\n5\n```", None, "print(int(input()))"),
    "a whole program and its input": (
        "```python\nprint(int(input()))\n```\nInput:\n```text\n5 = 5\n```",
        None,
        "print(int(input()))",
    ),
    "a whole program, bare": (
        "n = int(input())\nfor i in range(n):\n    print(i)",
        None,
        "n = int(input())\nfor i in range(n):\n    print(i)",
    ),
    "a bare program after words": (
        "To solve this, we read n.\n\nimport sys\nn = int(sys.stdin.readline())\nprint(n)",
        None,
        "import sys\nn = int(sys.stdin.readline())\nprint(n)",
    ),
    "a program over two blocks, one of them whole": (
        "First imports:\n```python\nimport math\n```\nAll together:\n```python\nimport math\ndef f(x): return math.pi\n```",
        "f",
        "import math\ndef f(x): return math.pi",
    ),
    "an answer tag with prose": ("```python\ndef f(): 1\n```\n<answer>see above</answer>", "f", "def f(): 1"),
    "text that looks like a fence": (
        "```python\ndef f(x):\n    s = 1  # ``` not a fence\n    return s\n```",
        "f",
        "def f(x):\n    s = 1  # ``` not a fence\n    return s",
    ),
    "an unclosed quotation": ('```python\ndef f(x):\n    return "a\n```', "f", 'def f(x):\n    return "a'),
    "a diff": ("```diff\n-def f(): 1\n+def f(): 2\n```\n```python\ndef f(): 2\n```", "f", "def f(): 2"),
    "upper-case PYTHON": ("```PYTHON\ndef f(): 1\n```", "f", "def f(): 1"),
    "jupyter": ("```jupyter\ndef f(): 1\n```", "f", "def f(): 1"),
    "python2": ("```python2\ndef f(): 1\n```", "f", "def f(): 1"),
    "a tag of its own making": ("```solution.py\ndef f(): 1\n```", "f", "def f(): 1"),
    "form feeds and blanks": ("```python\n\n\n   \ndef f(): 1\n\n\n```", "f", "def f(): 1"),
    "a wholly indented block": ("```python\n    def f():\n        return 1\n```", "f", "def f():\n    return 1"),
}


@pytest.mark.parametrize(("response", "name", "program"), SINGLE.values(), ids=SINGLE)
def test_a_single_shape(response: str, name: str | None, program: str | None) -> None:
    found = extract(response, Wanted(name))
    assert (found and normalise(found.text)) == (program and normalise(program))


def test_there_are_shapes_enough() -> None:
    assert len(WRAPPINGS) * len(PROGRAMS) + len(SINGLE) >= 150

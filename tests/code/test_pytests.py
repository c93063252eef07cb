"""Suites run by pytest: split from the program wherever that can be, and never fooled by what it says."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from verifiers import CodeProblem, Grade, grade
from verifiers.code.bench import close_benches
from verifiers.errors import ProblemError
from verifiers.registry import prepare

pytestmark = pytest.mark.usefixtures("sandbox")


def problem(suite: str, **tests: Any) -> CodeProblem:
    files = {"test_it.py": "import pytest, solution\n" + suite}
    stated = {"type": "pytest", "files": files, **tests}
    return CodeProblem.model_validate({"id": "p", "kind": "code", "tests": stated, "limits": {"wall_seconds": 4.0}})


def judged(suite: str, program: str, **tests: Any) -> Grade:
    return grade(problem(suite, **tests), f"```python\n{program}\n```")


# what a suite asks for, and an honest program that has it
HONEST = {
    "parametrised": (
        "@pytest.mark.parametrize('a,b', [(1, 2), (2, 4)])\ndef test(a, b): assert solution.f(a) == b",
        "def f(x): return 2 * x",
    ),
    "a fixture": (
        "@pytest.fixture\ndef s(): return solution.S()\ndef test(s):\n    s.add(1)\n    assert s.items == [1]",
        "class S:\n    def __init__(self): self.items = []\n    def add(self, x): self.items.append(x)",
    ),
    "unittest": (
        "import unittest\nclass TestIt(unittest.TestCase):\n"
        "    def test(self):\n        self.assertEqual(solution.f(2), 4)\n"
        "        with self.assertRaises(solution.E) as c: solution.g()\n        self.assertEqual(c.exception.code, 7)",
        "class E(Exception):\n    code = 7\ndef f(x): return 2 * x\ndef g(): raise E('x')",
    ),
    "classes and isinstance": (
        "def test():\n    b = solution.B()\n    assert isinstance(b, solution.A) and issubclass(solution.B, solution.A)\n"
        "    assert type(b) is solution.B and not isinstance(b, solution.C) and b.__class__.__name__ == 'B'",
        "class A: pass\nclass B(A): pass\nclass C: pass",
    ),
    "own exceptions": (
        "def test():\n    with pytest.raises(solution.Empty, match='nothing'): solution.pop()\n"
        "    with pytest.raises(IndexError): solution.pop()\n"
        "    e = solution.Empty('x')\n    with pytest.raises(solution.Empty) as i: raise e\n    assert i.value is e",
        "class Empty(IndexError): pass\ndef pop(): raise Empty('nothing there')",
    ),
    "a dataclass": (
        "def test():\n    p = solution.P(1, 2)\n    assert p == solution.P(1, 2) != solution.P(2, 1)\n"
        "    assert repr(p) == 'P(x=1, y=2)' and vars(p) == {'x': 1, 'y': 2}\n    p.x = 5\n    assert p.x == 5",
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    y: int",
    ),
    "operators": (
        "def test():\n    v, w = solution.V(1), solution.V(2)\n    assert v + w == solution.V(3) and v + 1 == 2\n"
        "    assert v < w and w > v and len({v, solution.V(1)}) == 1 and sorted([w, v])[0] is v\n"
        "    assert -v == solution.V(-1) and 2 * v == w and abs(solution.V(-2)) == 2 and v[0] == 1 and bool(v)",
        "import functools\n@functools.total_ordering\nclass V:\n    def __init__(self, n): self.n = n\n"
        "    def _of(self, o): return o.n if isinstance(o, V) else o\n"
        "    def __add__(self, o): return V(self.n + self._of(o))\n    def __rmul__(self, k): return V(k * self.n)\n"
        "    def __eq__(self, o): return self.n == self._of(o)\n    def __lt__(self, o): return self.n < o.n\n"
        "    def __hash__(self): return hash(self.n)\n    def __neg__(self): return V(-self.n)\n"
        "    def __abs__(self): return abs(self.n)\n    def __getitem__(self, i): return self.n",
    ),
    "properties": (
        "def test():\n    s = solution.S()\n    s.p = 4\n    assert s.p == 4\n    with pytest.raises(AttributeError): s.q = 1",
        "class S:\n    v = 1\n    @property\n    def p(self): return self.v\n    @p.setter\n    def p(self, x): self.v = x\n"
        "    @property\n    def q(self): return 1",
    ),
    "generators": (
        "def test():\n    assert list(solution.g(3)) == [3, 2, 1]\n    g = solution.g(1)\n    assert next(g) == 1\n"
        "    with pytest.raises(StopIteration): next(g)",
        "def g(n):\n    while n:\n        yield n\n        n -= 1",
    ),
    "a context manager": (
        "def test():\n    with solution.c() as x: assert x == 3\n    with solution.Quiet(): raise ValueError('x')",
        "import contextlib\n@contextlib.contextmanager\ndef c(): yield 3\n"
        "class Quiet:\n    def __enter__(self): return self\n    def __exit__(self, kind, e, t): return kind is ValueError",
    ),
    "an enumeration": (
        "def test():\n    assert solution.C.RED is solution.C('r') and [c.value for c in solution.C] == ['r', 'g']",
        "import enum\nclass C(enum.Enum):\n    RED = 'r'\n    GREEN = 'g'",
    ),
    "a named tuple": (
        "def test():\n    p = solution.f()\n    assert p == (1, 2) and p.x == 1 and p == solution.P(1, 2)",
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef f(): return P(1, 2)",
    ),
    "what is printed": (
        "def test(capsys):\n    solution.f()\n    assert capsys.readouterr().out == 'hi\\n'",
        "def f(): print('hi')",
    ),
    "what is read": (
        "import io\ndef test(monkeypatch, capsys):\n    monkeypatch.setattr('sys.stdin', io.StringIO('3\\n4\\n'))\n"
        "    monkeypatch.setattr('builtins.input', lambda prompt='': '5')\n"
        "    solution.f()\n    assert capsys.readouterr().out == '8\\n'",
        "import sys\ndef f(): print(int(input('? ')) + int(sys.stdin.readline()))",
    ),
    "patches of the program": (
        "from unittest.mock import Mock, patch\ndef test(monkeypatch):\n"
        "    monkeypatch.setattr(solution, 'h', lambda: 9)\n    assert solution.k() == 9\n    monkeypatch.undo()\n"
        "    with patch('solution.h', return_value=7): assert solution.k() == 7\n    assert solution.k() == 1\n"
        "    m = Mock(return_value=3)\n    assert solution.call(m) == 3\n    m.assert_called_once_with(5)",
        "def h(): return 1\ndef k(): return h()\ndef call(f): return f(5)",
    ),
    "a changed argument": (
        "def test():\n    xs = [3, 1]\n    solution.sort(xs)\n    assert xs == [1, 3]",
        "def sort(xs): xs.sort()",
    ),
    "a coroutine": (
        "import asyncio\ndef test(): assert asyncio.run(solution.f(2)) == 4",
        "async def f(x): return 2 * x",
    ),
    "sys.exit": (
        "def test():\n    with pytest.raises(SystemExit): solution.f()",
        "import sys\ndef f(): sys.exit(3)",
    ),
    "import *": ("from solution import *\ndef test(): assert f(1) == 2", "def f(x): return x + 1"),
    "a function's account of itself": (
        "def test(): assert callable(solution.f) and solution.f.__doc__ == 'd' and not hasattr(solution, 'g')",
        "def f(): 'd'",
    ),
    "abstract classes": (
        "from collections.abc import Iterable\ndef test():\n    assert isinstance(solution.I(), Iterable)\n"
        "    with pytest.raises(TypeError): solution.A()",
        "import abc\nclass I:\n    def __iter__(self): yield 1\nclass A(abc.ABC):\n    @abc.abstractmethod\n    def m(self): ...",
    ),
    "tests left out by the suite": (
        "@pytest.mark.skip\ndef test_a(): assert 0\n@pytest.mark.xfail\ndef test_b(): assert 0\n"
        "def test_c(): assert solution.f() == 1",
        "def f(): return 1",
    ),
    "approx": ("def test(): assert solution.f() == pytest.approx(1 / 3)", "def f(): return 0.33333333333"),
}


@pytest.mark.parametrize(("suite", "program"), HONEST.values(), ids=HONEST)
def test_an_honest_program_passes_apart_from_its_tests(suite: str, program: str) -> None:
    found = judged(suite, program)
    assert found.verdict == "correct", found.reason
    assert found.isolation is not None and found.isolation["tests"] == "split"


ALWAYS = "class A:\n    def __eq__(self, other): return True\n    def __sub__(self, other): return 0\n"
VALUE = "def test(): assert solution.f(2) == 4"

# a suite, a program that would be believed, and what it comes to
DISHONEST = {
    "equal to everything": (VALUE, ALWAYS + "def f(x): return A()", "incorrect"),
    "an integer equal to everything": (
        VALUE,
        "class A(int):\n    def __eq__(self, o): return True\ndef f(x): return A(3)",
        "incorrect",
    ),
    "no distance from anything": (
        "def test(): assert abs(solution.f(2) - 4) < 1e-9",
        ALWAYS + "def f(x): return A()",
        "incorrect",
    ),
    "close to anything": (
        "def test(): assert solution.f(2) == pytest.approx(4)",
        ALWAYS + "    def __array__(self, *a): return 4\n    def __float__(self): return 4.0\ndef f(x): return A()",
        "incorrect",
    ),
    "contains everything": (
        "def test(): assert 4 in solution.f(2)",
        "class A:\n    def __contains__(self, x): return True\n    def __iter__(self): return iter(())\n"
        "def f(x): return A()",
        "incorrect",
    ),
    "a class the tests know, equal to everything": (
        "def test(): assert solution.A().pop() == 4",
        ALWAYS + "    def pop(self): return A()",
        "incorrect",
    ),
    "a named tuple that lies": (
        "def test(): assert solution.f() == (1, 2)",
        "import collections\nclass P(collections.namedtuple('P', 'x y')):\n    def __eq__(self, o): return True\n"
        "def f(): return P(3, 4)",
        "incorrect",
    ),
    "pytest.skip": (VALUE, "def f(x):\n    import pytest\n    pytest.skip('x')", "runtime_error"),
    "SkipTest": (VALUE, "import unittest\ndef f(x): raise unittest.SkipTest('x')", "runtime_error"),
    "pytest.exit": (VALUE, "def f(x):\n    import pytest\n    pytest.exit('x', 0)", "runtime_error"),
    "os._exit": (VALUE, "import os\ndef f(x): os._exit(0)", "runtime_error"),
    "keyboard interrupt": (VALUE, "def f(x): raise KeyboardInterrupt", "runtime_error"),
    "swallowed assertions": (
        "def test():\n    with solution.C(): assert solution.f(2) == 4",
        "class C:\n    def __enter__(self): return self\n    def __exit__(self, *a): return True\ndef f(x): return 3",
        "incorrect",
    ),
    "swallowed failures of its own": (
        "def test():\n    with solution.C(): assert solution.f(2) == 4",
        "class C:\n    def __enter__(self): return self\n    def __exit__(self, *a): return True\ndef f(x): return 1 // 0",
        "runtime_error",
    ),
    "a cleared argument": (
        "def test():\n    xs = [3, 1]\n    assert solution.f(xs) == sorted(xs)",
        "def f(xs):\n    xs.clear()\n    return []",
        "incorrect",
    ),
    "names over those of the tests": (
        "from solution import *\ndef test(): assert sorted([f(2), 1]) == [1, 4]",
        "def sorted(x): return [1, 4]\ndef f(x): return 3\nclass pytest: pass\ndef test(): pass\ndef test_b(): pass\n"
        "pytestmark = []",
        "incorrect",
    ),
    "messages on its stream": (
        VALUE,
        "import os\ndef f(x):\n    os.write(3, b'F\\0\\0\\0\\0' * 99)\n    return 3",
        "runtime_error",
    ),
    "a test that skips": (
        "def test():\n    if solution.f(2) != 4: pytest.skip('x')\n    assert solution.f(2) == 4",
        "def f(x): return 3",
        "incorrect",
    ),
    "endless": (VALUE, "def f(x):\n    while True: pass", "timeout"),
    "endless items": (
        "def test(): assert 4 not in solution.f()",
        "import itertools\ndef f(): return itertools.repeat(1)",
        "timeout",
    ),
    "what is missing": ("def test(): assert solution.g() == 1", "def f(): pass", "runtime_error"),
    "what is not Python": (VALUE, "def f(x:", "compile_error"),
}


@pytest.mark.parametrize(("suite", "program", "verdict"), DISHONEST.values(), ids=DISHONEST)
def test_what_a_program_says_of_itself_makes_nothing_right(suite: str, program: str, verdict: str) -> None:
    found = judged(suite, program)
    assert (found.verdict, found.score) == (verdict, 0.0), found.reason
    assert found.tests is not None and found.tests["passed"] == 0


def test_an_import_of_what_is_missing_is_the_programs_failure() -> None:
    found = judged("from solution import g\ndef test(): assert g() == 1", "def f(): pass")
    assert (found.verdict, found.reason) == ("runtime_error", "the program does not define 'g'")


def test_each_test_counts() -> None:
    suite = "".join(f"def test_{n}(): assert solution.f({n}) == {2 * n}\n" for n in range(4))
    stated = problem(suite).model_copy(update={"scoring": "fraction"})
    found = grade(stated, "```python\ndef f(x):\n    return 2 * x if x < 3 else 0\n```")
    assert (found.verdict, found.tests, found.score) == ("incorrect", {"passed": 3, "total": 4}, 0.75)
    assert "test_it.py::test_3: assert 0 == 6; + where 0 =" in found.reason
    endless = grade(stated, "```python\ndef f(x):\n    while x == 2: pass\n    return 2 * x\n```")
    assert (endless.verdict, endless.tests) == ("timeout", {"passed": 2, "total": 4})


def test_a_support_file_a_conftest_and_a_package_are_the_suites_own() -> None:
    files = {
        "tests/conftest.py": "import pytest\nfrom app.core import f\n@pytest.fixture\ndef doubled(): return f(2)\n",
        "tests/words.py": "FOUR = 4\n",
        "tests/test_it.py": "from words import FOUR\nimport app.core\ndef test(doubled): assert doubled == FOUR\n",
    }
    stated = CodeProblem.model_validate({"tests": {"type": "pytest", "files": files}})
    assert grade(stated, "```python\ndef f(x): return 2 * x\n```").verdict == "correct"


NEEDS_ITS_PROCESS = {
    "a derived class": (
        "class S(solution.B): pass\ndef test(): assert S().x() == 1",
        "class B:\n    def x(self): return 1",
        "derive 'S' from a class of the program's",
    ),
    "an object of the tests": (
        "class O: v = 1\ndef test(): assert solution.f(O()) == 1",
        "def f(o): return o.v",
        "pass a 'O' object",
    ),
    "a patched standard module": (
        "import time\ndef test(monkeypatch):\n    monkeypatch.setattr(time, 'time', lambda: 5)\n    assert solution.f() == 5",
        "import time\ndef f(): return time.time()",
        "patch time.time",
    ),
}


@pytest.mark.parametrize(("suite", "program", "why"), NEEDS_ITS_PROCESS.values(), ids=NEEDS_ITS_PROCESS)
def test_a_suite_that_cannot_be_split_is_run_together_only_where_the_problem_says_so(
    suite: str, program: str, why: str
) -> None:
    apart = judged(suite, program)
    assert (apart.verdict, apart.score) == ("error", None)
    assert why in apart.reason and "set tests.shared" in apart.reason
    together = judged(suite, program, shared=True)
    assert together.verdict == "correct", together.reason
    assert together.isolation is not None and together.isolation["tests"] == "shared"


def test_files_of_the_tests_need_a_shared_process() -> None:
    suite = "def test(tmp_path):\n    p = tmp_path / 'a'\n    p.write_text('x')\n    assert solution.f(str(p)) == 'x'"
    with pytest.raises(ProblemError, match="'tmp_path'"):
        prepare(problem(suite))
    assert judged(suite, "def f(p): return open(p).read()", shared=True).verdict == "correct"


def test_a_shared_program_that_ends_the_process_has_not_passed() -> None:
    for program in ("import os\nos._exit(0)", "import os\ndef f(x): os._exit(0)", "def f(x): return 3"):
        assert judged(VALUE, program, shared=True).score == 0.0


@pytest.mark.parametrize(
    ("tests", "message"),
    [
        ({"files": {"test_it.py": "def test(: pass"}}, "is not Python"),
        ({"files": {"test_it.py": "import solution\nx = 1"}}, "no file has a test"),
        ({"files": {"test_it.py": "import alpha_zz, beta_zz\ndef test(): pass"}}, "alpha_zz, beta_zz"),
        ({"files": {"test_it.py": "import os\ndef test(): pass"}}, "no such module"),
        ({"files": {"../test_it.py": "import solution\ndef test(): pass"}}, "not a path below"),
        ({"files": {"/test_it.py": "import solution\ndef test(): pass"}}, "not a path below"),
        ({"files": {"test_it.py": "import solution\ndef test(): pass"}, "modules": ["a b"]}, "not a module's name"),
    ],
)
def test_a_suite_that_is_none_is_refused_by_name(tests: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemError, match=message):
        prepare(CodeProblem.model_validate({"id": "p", "tests": {"type": "pytest", **tests}}))


def test_no_tests_collected_is_the_problems_error() -> None:
    assert judged("def test(): pass\ndel test", "def f(): pass").reason == "no tests were collected"
    assert judged("@pytest.mark.skip\ndef test(): pass", "def f(): pass").verdict == "error"


def test_without_pytest_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    close_benches()
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "pytest" else real(name, *a))
    found = judged(VALUE, "def f(x): return 4")
    assert found.verdict == "error" and "pip install 'truegrade[pytest]'" in found.reason

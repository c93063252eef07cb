"""Programs are judged by what they do: each verdict, in each kind of suite, and what is said of it."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import psutil
import pytest

from verifiers.code.bench import close_benches
from verifiers.errors import ProblemError
from verifiers.grading import Grade, grade
from verifiers.problem import CodeLimits, CodeProblem
from verifiers.registry import prepare

pytestmark = pytest.mark.usefixtures("sandbox")

LIMITS = {"wall_seconds": 1.0, "memory_mb": 128, "output_kb": 64}


def problem(tests: dict[str, Any], **more: Any) -> CodeProblem:
    return CodeProblem.model_validate({"id": "p", "kind": "code", "tests": tests, "limits": LIMITS, **more})


def judged(tests: dict[str, Any], program: str, **more: Any) -> Grade:
    return grade(problem(tests, **more), f"```python\n{program}\n```")


def calls(*cases: tuple[list[Any], Any], entry_point: str = "f", **more: Any) -> dict[str, Any]:
    return {
        "type": "calls",
        "entry_point": entry_point,
        "cases": [{"args": args, "returns": returns} for args, returns in cases],
        **more,
    }


def asserts(code: str, entry_point: str = "f") -> dict[str, Any]:
    return {"type": "asserts", "entry_point": entry_point, "code": code}


def stdio(*cases: tuple[str, str], checker: str = "tokens") -> dict[str, Any]:
    return {
        "type": "stdio",
        "cases": [{"stdin": stdin, "stdout": stdout} for stdin, stdout in cases],
        "checker": {"type": checker},
    }


DOUBLE_CALLS = calls(([1], 2), ([2], 4), ([3], 6))
DOUBLE_ASSERTS = asserts(
    "def check(candidate):\n" + "".join(f"    assert candidate({n}) == {2 * n}\n" for n in (1, 2, 3))
)
DOUBLE_STDIO = stdio(("1", "2"), ("2", "4"), ("3", "6"))

# what a function `f(x)` that should double does; the verdict; how many of the three tests it passes
DEEDS = [
    ("return 2 * x", "correct", 3),
    ("return x + 1", "incorrect", 1),
    ("return 'x'", "incorrect", 0),
    ("return 2 * x if x < 3 else None", "incorrect", 2),
    ("return 2 * x if x < 3 else 1 // 0", "runtime_error", 2),
    ("raise SystemExit(0)", "runtime_error", 0),
    ("import os; os._exit(0)", "runtime_error", 0),
    ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "runtime_error", 0),
    ("while True: pass", "timeout", 0),
    ("import time; time.sleep(60)", "timeout", 0),
    ("return len(bytearray(1 << 30))", "memory_limit", 0),
    ("print('x' * 10**6, flush=True); return 2 * x", "correct", 3),
    ("return (", "compile_error", 0),
    ("return 2 * x\nreturn", "compile_error", 0),
]


@pytest.mark.parametrize("tests", [DOUBLE_CALLS, DOUBLE_ASSERTS], ids=["calls", "asserts"])
@pytest.mark.parametrize(("body", "verdict", "passed"), DEEDS)
def test_a_function_is_judged_by_what_it_does(tests: dict[str, Any], body: str, verdict: str, passed: int) -> None:
    found = judged(tests, f"def f(x):\n    {body}")
    assert found.verdict == verdict, found.reason
    assert found.tests == {"passed": passed, "total": 3}
    assert found.score == (1.0 if verdict == "correct" else 0.0)
    assert (found.reason == "") is (verdict == "correct")
    assert found.isolation is not None and found.isolation["tests"] == "split"


@pytest.mark.parametrize(
    ("program", "verdict", "passed"),
    [
        ("print(2 * int(input()))", "correct", 3),
        ("import sys\nsys.stdout.buffer.write(b'%d' % (2 * int(sys.stdin.buffer.read())))", "correct", 3),
        ("if __name__ == '__main__':\n    print(2 * int(open(0).read()))", "correct", 3),
        ("print(int(input()) + 1)", "incorrect", 1),
        ("", "no_answer", 0),
        ("print(2 * int(input()))\nraise ValueError", "runtime_error", 0),
        ("print(2 * int(input()))\nraise SystemExit(1)", "runtime_error", 0),
        ("print(2 * int(input()), flush=True)\nwhile True: pass", "timeout", 0),
        ("x = bytearray(1 << 30)", "memory_limit", 0),
        ("while True: print('x' * 1000)", "output_limit", 0),
        ("print(2 *", "compile_error", 0),
        ("x = 1\n  print(2)", "compile_error", 0),
    ],
)
def test_a_whole_program_is_judged_by_what_it_prints(program: str, verdict: str, passed: int) -> None:
    found = judged(DOUBLE_STDIO, program)
    assert found.verdict == verdict, found.reason
    assert found.tests == (None if verdict == "no_answer" else {"passed": passed, "total": 3})


@pytest.mark.parametrize(
    ("tests", "program", "verdict", "passed"),
    [
        (DOUBLE_CALLS, "def f(x):\n    return 2 * x if x != 2 else 0", "incorrect", 2),
        (DOUBLE_ASSERTS, "def f(x):\n    return 2 * x if x != 2 else 0", "incorrect", 2),
        (DOUBLE_ASSERTS, "def f(x):\n    return 2 * x if x != 2 else 1 // 0", "runtime_error", 2),
        (DOUBLE_CALLS, "def f(x):\n    return 2 * x if x != 2 else 1 // 0", "runtime_error", 2),
        (DOUBLE_STDIO, "x = int(input())\nprint(2 * x if x != 2 else 0)", "incorrect", 2),
        (DOUBLE_STDIO, "x = int(input())\nprint(2 * x if x != 2 else 1 // 0)", "runtime_error", 2),
        (DOUBLE_ASSERTS, "import os\ndef f(x):\n    return 2 * x if x < 3 else os._exit(0)", "runtime_error", 2),
        (DOUBLE_CALLS, "def f(x): return (", "compile_error", 0),
    ],
)
def test_under_fraction_every_test_counts(tests: dict[str, Any], program: str, verdict: str, passed: int) -> None:
    found = judged(tests, program, scoring="fraction")
    assert (found.verdict, found.tests) == (verdict, {"passed": passed, "total": 3}), found.reason
    assert found.score == passed / 3
    assert found.reason


@pytest.mark.parametrize(
    ("tests", "program", "parts"),
    [
        (DOUBLE_CALLS, "def f(x): return 7", ["test 1", "f(1)", "7", "2"]),
        (DOUBLE_ASSERTS, "def f(x): return 7", ["assert candidate(1) == 2", "f(1)", "7"]),
        (DOUBLE_STDIO, "print(7)", ["test 1", "'1'", "'7\\n'", "'2'"]),
        (DOUBLE_CALLS, "def g(x): return 7", ["does not define 'f'"]),
        (DOUBLE_ASSERTS, "def g(x): return 7", ["does not define 'f'"]),
        (DOUBLE_CALLS, "def f(x): raise KeyError('k')", ["KeyError", "k"]),
        (DOUBLE_ASSERTS, "def f(x): raise KeyError('k')", ["KeyError", "k"]),
        (DOUBLE_STDIO, "raise KeyError('k')", ["KeyError", "k"]),
        (DOUBLE_ASSERTS, "def f(x): return (", ["'('"]),
        (DOUBLE_CALLS, "def f(x): return 'y' * 10**6", ["'yyy"]),
    ],
)
def test_the_reason_tells_of_the_first_failure_in_one_short_line(
    tests: dict[str, Any], program: str, parts: list[str]
) -> None:
    found = judged(tests, program)
    assert all(part in found.reason for part in parts), found.reason
    assert len(found.reason) <= 400 and "\n" not in found.reason


def test_a_reason_does_not_differ_from_run_to_run() -> None:
    found = judged(DOUBLE_CALLS, "def f(x): raise ValueError(object())")
    assert "<object object at 0x…>" in found.reason


# ---- calls


@pytest.mark.parametrize(
    ("tests", "program", "verdict"),
    [
        (
            calls(([2], 4), entry_point="Solution.f"),
            "class Solution:\n    def f(self, x: int): return 2 * x",
            "correct",
        ),
        (
            calls(([1], 1), ([1], 1), entry_point="Solution.f"),
            "class Solution:\n    n = 0\n    def f(self, x):\n        self.n += x\n        return self.n",
            "correct",
        ),
        (
            calls(([[1, 2]], 3), entry_point="Solution.f"),
            "class Solution:\n    def f(s, xs: List[int]) -> Optional[int]: return Counter(xs)[1] + reduce(max, xs)",
            "correct",
        ),
        (calls(([2], 4), entry_point="Solution.f"), "def f(x): return 2 * x", "runtime_error"),
        (calls(([2], 4), entry_point="Solution.f"), "class Solution: pass", "runtime_error"),
        (calls(([], [[1, 2], {"a": None}])), "def f(): return [(1, 2), {'a': None}]", "correct"),
        (calls(([], 0.3)), "def f(): return 0.1 + 0.2", "incorrect"),
        (calls(([], 0.3), tolerance={"absolute": 1e-9}), "def f(): return 0.1 + 0.2", "correct"),
        (calls(([[3, 1, 2]], [1, 2, 3])), "def f(xs):\n    print('a lot')\n    return sorted(xs)", "correct"),
        (calls(([], [1, 2])), "def f(): return iter([1, 2])", "incorrect"),
        (calls(([], [1, 2])), "def f(): return {1, 2}", "incorrect"),
        (calls(([], True)), "class T:\n    def __eq__(s, o): return True\ndef f(): return T()", "incorrect"),
        (calls(([list(range(30000))], 30000)), "def f(xs): return len(xs)", "correct"),
        (calls(([30000], list(range(30000)))), "def f(n): return list(range(n))", "correct"),
        (
            calls(([1], 1)),
            "import threading, time\ndef f(x):\n    threading.Timer(9, print).start()\n    return x",
            "correct",
        ),
    ],
)
def test_calls(tests: dict[str, Any], program: str, verdict: str) -> None:
    found = judged(tests, program)
    assert found.verdict == verdict, found.reason


def test_what_is_expected_may_be_stated_as_a_tuple() -> None:
    assert judged(calls(([1], (1, [2, (3,)]))), "def f(x): return x, [2, (3,)]").correct


def test_keyword_arguments_are_passed() -> None:
    tests = {"type": "calls", "entry_point": "f", "cases": [{"args": [1], "kwargs": {"y": 2}, "returns": 3}]}
    assert judged(tests, "def f(x, *, y): return x + y").correct


# ---- asserts

NODE = "class Node:\n    def __init__(self, value):\n        self.value = value\n        self.left = None\n"


ITEMS = """
class Items:
    def __setitem__(self, key, value): setattr(self, key, value)
    def __getitem__(self, key): return getattr(self, key)
def f(): return Items()
"""
FACTORIAL = """
kept = None
def f(g):
    global kept
    kept = g or kept
    return kept
"""
CATCHES = """
def f(g):
    try:
        g(1)
    except KeyError as error:
        return error.args[0].strip("'")
"""


@pytest.mark.parametrize(
    ("code", "program", "verdict"),
    [
        # the forms of test code
        ("assert f(1) == 2\nassert f(2) == 4", "def f(x): return 2 * x", "correct"),
        ("def check(g):\n    assert g(1) == 2\ncheck(f)", "def f(x): return 2 * x", "correct"),
        ("def check(g):\n    assert g(1) == 2\ncheck(f)", "def f(x): return 3 * x", "incorrect"),
        ("for n in range(300):\n    assert f(n) == n", "def f(x): return x if x < 299 else 0", "incorrect"),
        ("if f(1) != 1: raise ValueError('no')", "def f(x): return 2", "incorrect"),
        ("assert math.isclose(f(2), 2 ** 0.5)", "def f(x): return x ** 0.5", "correct"),
        ("assert abs(f(1) - 0.5) < 1e-6", "def f(x): return None", "incorrect"),
        ("def g(): return f(9)\nassert g() == 9\nassert f(1) == 1", "def f(x): return x", "correct"),
        ("def g(): return f(9)\nassert g() == 9\nassert f(1) == 1", "def f(x): return 9", "incorrect"),
        # values
        (
            "assert f() == ((1, 2), {1}, {'a': b'x'}, 1.5, None)",
            "def f(): return ((1, 2), {1}, {'a': b'x'}, 1.5, None)",
            "correct",
        ),
        ("assert f() == [1, 2]", "def f(): return (1, 2)", "incorrect"),
        ("assert f() == {'a': 2}", "from collections import Counter\ndef f(): return Counter('aa')", "correct"),
        ("assert f(int) == [1]", "def f(t): return [x for x in (1, 'a') if isinstance(x, t)]", "correct"),
        (
            "assert f() == 1",
            "class I(int):\n    def __eq__(s, o): return True\n    __hash__ = None\ndef f(): return I(5)",
            "incorrect",
        ),
        ("assert f()", "class I(int):\n    def __bool__(s): return True\ndef f(): return I(0)", "incorrect"),
        ("assert not f()", "class L(list):\n    def __len__(s): return 0\ndef f(): return L([1])", "incorrect"),
        ("assert f() in (1, 2)", "class A:\n    def __eq__(s, o): return True\ndef f(): return A()", "incorrect"),
        ("assert f() > 1", "class A:\n    def __gt__(s, o): return True\ndef f(): return A()", "incorrect"),
        ("assert list(f(3)) == [0, 1, 2]", "def f(n):\n    yield from range(n)", "correct"),
        ("assert next(zip(f())) == (0,)", "import itertools\ndef f(): return itertools.count()", "correct"),
        ("assert f(1)(2) == 3", "def f(x): return lambda y: x + y", "correct"),
        ("import re\nassert f('ab') and not f('b')", "import re\ndef f(s): return re.match('a', s)", "correct"),
        # objects of the program
        (
            "n = Node(1)\nn.left = Node(2)\nassert f(n) == 3",
            NODE + "def f(n): return n.value + n.left.value",
            "correct",
        ),
        (
            "assert f([Pair(1, 2)]) == 3",
            "class Pair:\n    def __init__(s, a, b): s.a, s.b = a, b\ndef f(ps): return ps[0].a + ps[0].b",
            "correct",
        ),
        ("assert f(1).value == 1", NODE + "def f(x): return Node(x)", "correct"),
        ("assert f(1).value == 2", NODE + "def f(x): return Node(x)", "incorrect"),
        ("assert f(1).nothing == 2", NODE + "def f(x): return Node(x)", "runtime_error"),
        ("assert f(1) == f(1)", NODE + "def f(x): return Node(x)", "incorrect"),
        (
            "g = f()\nassert next(g) == 1 and next(g) == 2 and next(g, None) is None",
            "def f(): yield 1; yield 2",
            "correct",
        ),
        (
            "o = f()\no['k'] = 3\nassert o['k'] == 3",
            ITEMS,
            "correct",
        ),
        (
            "assert f().double(2) == 4 and f.half(4) == 2",
            "class f:\n    def double(s, x): return 2 * x\n    half = staticmethod(lambda x: x / 2)",
            "correct",
        ),
        ("assert f.__name__ == 'f' and callable(f)", "def f(): pass", "correct"),
        # functions that the tests pass
        ("assert f(lambda x: x + 1, 3) == 4", "def f(g, x): return g(x)", "correct"),
        ("assert f(lambda x: x + 1, 3) == 4", "def f(g, x): return 5", "incorrect"),
        ("seen = []\nf([1, 2], seen.append)\nassert seen == [1, 2]", "def f(xs, g): [g(x) for x in xs]", "correct"),
        ("assert f([3, 1], key=lambda x: -x) == [3, 1]", "def f(xs, key): return sorted(xs, key=key)", "correct"),
        ("assert f(lambda n: 1 if n == 0 else n * f(None)(n - 1))(3) == 6", FACTORIAL, "correct"),
        ("def g(x): raise KeyError('k')\nassert f(g) == 'k'", CATCHES, "correct"),
        ("assert f(lambda x: x)(5) == 5", "def f(g): return g", "correct"),
        (
            "answer = 7\ndef g(): return 1\nassert f(g) == answer",
            "def f(g): return g.__globals__['answer']",
            "runtime_error",
        ),
        ("assert f(lambda x: x) == 1", "def f(g):\n    while True: g(1)", "timeout"),
        # arguments that the call changes
        ("xs = [3, 1, 2]\nf(xs)\nassert xs == [1, 2, 3]", "def f(xs): xs.sort()", "correct"),
        ("xs = [3, 1, 2]\nf(xs)\nassert xs == [1, 2, 3]", "def f(xs): return sorted(xs)", "incorrect"),
        (
            "d = {'a': [1]}\ninner = d['a']\nf(d)\nassert inner == [1, 2] and d['b'] == 1",
            "def f(d):\n    d['a'].append(2)\n    d['b'] = 1",
            "correct",
        ),
        ("xs = [3, 1]\nassert f(xs) == sum(xs)", "def f(xs):\n    xs.clear()\n    return 0", "incorrect"),
        (
            "xs = [1]\nassert [f(xs) for _ in range(3)] == [1, 1, 1]\nassert xs == [1, 0]",
            "def f(xs):\n    n = len(xs)\n    xs.append(0)\n    return n",
            "correct",
        ),
        # exceptions
        ("try:\n    f(0)\n    assert False\nexcept ZeroDivisionError: pass", "def f(x): return 1 / x", "correct"),
        (
            "try:\n    f(0)\n    assert False\nexcept ValueError as e: assert 'bad' in str(e)",
            "class E(ValueError): pass\ndef f(x): raise E('bad')",
            "correct",
        ),
        ("try:\n    f(0)\n    assert False\nexcept ValueError: pass", "def f(x): return 1", "incorrect"),
        ("try:\n    f(0)\nexcept ValueError: pass\nelse: assert False", "def f(x): raise KeyError", "runtime_error"),
        ("assert all(map(f, [1, 2]))", "def f(x): raise StopIteration", "runtime_error"),
        ("for x in iter(f, None): assert x == 1", "def f(): raise StopIteration", "runtime_error"),
        ("assert f(1) == 1", "def f(x): raise AssertionError", "runtime_error"),
        ("try:\n    assert f(1) == 1\nexcept: pass", "import os\ndef f(x): os._exit(0)", "runtime_error"),
        ("assert f(1) == 1", "def f(x): raise MemoryError", "memory_limit"),
    ],
)
def test_asserts(code: str, program: str, verdict: str) -> None:
    found = judged(asserts(code), program)
    assert found.verdict == verdict, found.reason


def test_the_prompts_own_helpers_are_the_tests_helpers() -> None:
    prompt = 'import math\n\ndef half(x):\n    return x / 2\n\ndef f(x):\n    """Undo half."""\n'
    tests = asserts("def check(candidate):\n    for x in (1, 2, 3):\n        assert half(candidate(x)) == x\n")
    lie = "```python\nclass Any:\n    def __eq__(s, o): return True\ndef half(x): return Any()\ndef f(x): return 0\n```"
    assert grade(problem(tests, prompt=prompt), "    return 2 * x\n").correct
    assert grade(problem(tests, prompt=prompt), "```python\ndef f(x):\n    return math.floor(half(4 * x))\n```").correct
    assert grade(problem(tests, prompt=prompt), lie).verdict == "incorrect"


def test_the_code_in_a_prompt_of_prose_is_part_of_the_program() -> None:
    prompt = "Complete this function:\n\n```python\nfrom typing import List\n\ndef f(xs: List[int]):\n    pass\n```\n"
    tests = asserts("assert f([1]) == 1")
    assert grade(problem(tests, prompt=prompt), "```python\ndef f(xs: List[int]):\n    return xs[0]\n```").correct


@pytest.mark.parametrize(
    ("code", "entry_point", "verdict"),
    [
        ("def check(candidate):\n    assert candidate(x=2) == 4", "Solution.f", "correct"),
        ("def check(candidate):\n    assert candidate(2) == 5", "Solution.f", "incorrect"),
        ("def check(candidate):\n    assert candidate(2) == 4", "Solution.g", "runtime_error"),
        ("assert Solution().f(2) == 4", "Solution.f", "correct"),
        ("assert Solution().f(2) == 4", "Solution", "correct"),
        ("assert Solution().f(2) == 5", "Solution", "incorrect"),
    ],
)
def test_methods_are_tested_on_instances(code: str, entry_point: str, verdict: str) -> None:
    program = "class Solution:\n    def f(self, x: int) -> Optional[int]:\n        return 2 * x"
    if entry_point == "Solution":
        program = "from typing import Optional\n" + program
    assert judged(asserts(code, entry_point), program).verdict == verdict


def test_a_test_that_cannot_be_split_is_the_graders_failure_not_the_programs() -> None:
    found = judged(asserts("class T: pass\nassert f(T()) == 1"), "def f(x): return 1")
    assert found.verdict == "error" and "'T' object" in found.reason and found.score is None


def test_test_code_that_fails_by_itself_when_compiled_is_the_graders_failure() -> None:
    assert judged(asserts("assert f(1)\nreturn 1"), "def f(x): return 1").verdict == "error"


def test_tests_that_need_a_module_that_is_not_there_are_the_graders_failure() -> None:
    found = judged(asserts("import no_such_module\nassert f(1) == 1"), "def f(x): return 1")
    assert found.verdict == "error" and "no_such_module" in found.reason


def test_calls_that_depend_on_earlier_answers_are_judged_the_same_each_time() -> None:
    tests = asserts("def check(f):\n    x = 1\n    for _ in range(5):\n        x = f(x)\n    assert x in (32, 243)\n")
    programs = {
        "def f(x): return 2 * x": "correct",
        "def f(x): return 3 * x": "correct",
        "def f(x): return 4 * x": "incorrect",
        "def f(x): return 3 * x if x else 1": "correct",
        "def f(x): return x.n": "runtime_error",
    }
    prepared = problem(tests)
    for _ in range(2):
        for program, verdict in programs.items():
            assert grade(prepared, f"```python\n{program}\n```").verdict == verdict


def test_what_one_program_did_to_the_tests_is_gone_with_the_next() -> None:
    code = "import random\nseen = []\ndef check(f):\n    seen.append(f(1))\n    assert seen == [1]\n"
    code += "    assert random.random() < 0.9\n"
    prepared = problem(asserts(code))
    for index in range(5):
        assert grade(prepared, f"```python\ndef f(x): return x  # {index}\n```").correct


def test_a_program_that_fails_a_test_and_hangs_in_the_next_is_incorrect_at_once() -> None:
    prepared = problem(asserts("assert f(1) == 1\nassert f(2) == 2\n"))
    begun = time.monotonic()
    hangs = "def f(x):\n    while x == 2: pass\n    return 0"
    assert grade(prepared, f"```python\n{hangs}\n```").verdict == "incorrect"
    assert time.monotonic() - begun < CodeLimits().wall_seconds / 2


def test_tests_may_go_on_computing_after_the_program_has_answered() -> None:
    code = "import time\nbegun = time.process_time()\nassert f(1) == 1\nwhile time.process_time() - begun < 0.8: pass\n"
    patient = problem(asserts(code + "assert f(2) == 2\n"), limits={"wall_seconds": 20})
    assert grade(patient, "```python\ndef f(x): return x\n```").correct


def test_a_program_that_answers_with_objects_after_others_with_data_is_examined_all_the_same() -> None:
    prepared = problem(asserts("def check(f):\n    assert len(f(1)) == 2\n    assert f(2)[0] == 5\n"))
    data = "def f(x): return [5, 6]"
    objects = "class L:\n    def __len__(self): return 2\n    def __getitem__(self, i): return 5\ndef f(x): return L()"
    for program in (data, data, objects, data):
        assert grade(prepared, f"```python\n{program}\n```").correct, program


# ---- hostile to the stream


@pytest.mark.parametrize(
    "body",
    [
        "import os; os.close(3)",
        "import os; os.write(3, b'garbage' * 100); return 2",
        "import os; os.write(3, b'\\xff\\xff\\xff\\xff'); return 2",
        "import os\n    while True: os.write(3, b'\\0' * 65536)",
        "import os\n    while True: os.write(3, b'\\xff' * 65536)",
        "import os; os.write(3, b'F\\x05\\0\\0\\0' + b'N' * 99); os._exit(0)",
        "import os; os.read(3, 1 << 20); return 2",
        "import os; os.fork(); return 2",
        "import sys; sys.modules['verifiers.code.guest.serve'].encode = lambda *a, **k: b'T'; return 2",
        "import sys; sys.modules['verifiers.code.guest.serve']._exit = lambda *a: None; raise SystemExit",
        "return [[] for _ in range(10 ** 6)]",
        "return 'x' * (1 << 25)",
        "return {i * ((1 << 61) - 1) for i in range(1, 3000)}",
    ],
)
@pytest.mark.parametrize("tests", [DOUBLE_CALLS, DOUBLE_ASSERTS], ids=["calls", "asserts"])
def test_nothing_that_a_program_sends_is_taken_for_success(tests: dict[str, Any], body: str) -> None:
    found = judged(tests, f"def f(x):\n    {body}")
    assert found.verdict in ("incorrect", "runtime_error", "timeout", "memory_limit", "violation"), found.reason
    assert judged(tests, "def f(x): return 2 * x").correct


def test_answers_given_before_they_are_asked_are_only_values() -> None:
    forged = (
        "import os\nfrom verifiers.code.guest.codec import encode, frame\n"
        "for n in ({}):\n    os.write(3, frame(encode(('R', n, {{}}))))\n"
        "def f(x): return None\n"
    )
    assert judged(DOUBLE_ASSERTS, forged.format("None, 2, 4, 7")).verdict == "incorrect"
    assert judged(DOUBLE_ASSERTS, "def f(x): return 2 * x").correct


# ---- the problem's own faults


@pytest.mark.parametrize(
    ("tests", "field"),
    [
        (asserts("def check(candidate:"), "tests.code"),
        (asserts("x = 1"), "tests.code"),
        (asserts("assert g(1) == 1"), "tests.code"),
        (asserts("assert f(1)", entry_point="not a name"), "tests.entry_point"),
        (asserts("assert f(1)", entry_point="a.b.c"), "tests.entry_point"),
        (asserts("assert f(1)", entry_point="class"), "tests.entry_point"),
        (calls(([1], 1), entry_point="a.b.c"), "tests.entry_point"),
        (calls(([1], 1), entry_point=""), "tests.entry_point"),
    ],
)
def test_a_problem_that_nothing_can_be_graded_against_is_named(tests: dict[str, Any], field: str) -> None:
    with pytest.raises(ProblemError) as caught:
        prepare(problem(tests))
    assert caught.value.problem_id == "p" and caught.value.field == field


def test_what_is_not_text_does_not_compile() -> None:
    assert judged(DOUBLE_STDIO, "x = '\0'").verdict == "compile_error"


# ---- processes and threads


def test_threads_judge_side_by_side() -> None:
    verdicts: list[str] = []

    def work(number: int) -> None:
        program = "def f(x): return 2 * x" if number % 2 else "def f(x): return x"
        verdicts.append(f"{number % 2} {judged(DOUBLE_ASSERTS, program + f'  # {number}').verdict}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(verdicts) == ["0 incorrect"] * 3 + ["1 correct"] * 3


def test_a_forked_process_makes_its_own_sandboxes() -> None:
    assert judged(DOUBLE_ASSERTS, "def f(x): return 2 * x").correct
    pid = os.fork()
    if pid == 0:
        found = judged(DOUBLE_ASSERTS, "def f(x): return 2 * x  # forked")
        close_benches()
        os._exit(0 if found.correct else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert judged(DOUBLE_ASSERTS, "def f(x): return 2 * x").correct


def test_after_the_benches_are_closed_new_ones_are_made() -> None:
    close_benches()
    assert judged(DOUBLE_CALLS, "def f(x): return 2 * x").correct


def test_test_code_that_python_would_warn_of_is_taken_as_it_is() -> None:
    code = "import re\nassert re.match('\\w+', f('a'))\nassert f('a') is 'a' or True\n"
    assert judged(asserts(code), "def f(x): return x").correct


@pytest.mark.parametrize("tests", [DOUBLE_CALLS, DOUBLE_ASSERTS, DOUBLE_STDIO], ids=["calls", "asserts", "stdio"])
def test_a_killed_sandbox_is_replaced_and_the_program_judged_all_the_same(tests: dict[str, Any]) -> None:
    source = "print(2 * int(input()))" if tests is DOUBLE_STDIO else "def f(x): return 2 * x"
    before = {child.pid for child in psutil.Process().children()}
    close_benches()
    assert judged(tests, source).correct
    cells = [child for child in psutil.Process().children() if child.pid not in before]
    assert cells
    for cell in cells:
        cell.kill()
    assert judged(tests, source + "  # again").correct


def test_closing_leaves_no_process_and_no_descriptor() -> None:
    close_benches()
    me = psutil.Process()
    children, descriptors = len(me.children(recursive=True)), me.num_fds()
    for tests in (DOUBLE_CALLS, DOUBLE_ASSERTS):
        judged(tests, "def f(x): return 2 * x")
        judged(tests, "import os\ndef f(x): os._exit(0)")
    close_benches()
    assert (len(me.children(recursive=True)), me.num_fds()) == (children, descriptors)


def test_many_programs_leave_no_descriptor_behind() -> None:
    def work() -> int:
        for tests in (DOUBLE_CALLS, DOUBLE_ASSERTS, DOUBLE_STDIO):
            judged(tests, "def f(x): return 2 * x")
            judged(tests, "import os\ndef f(x): os._exit(0)")
            judged(tests, "def f(x): return (")
        return psutil.Process().num_fds()

    assert work() == work()

"""Does the grader see every fault that a problem's tests can see? Mutants of canonical solutions, and their survivors.

    python -m benchmarks.code.mutants PROBLEMS SAMPLES [--most 3] [--every 1] [--seed 0]

PROBLEMS and SAMPLES are what `verify import NAME ... --canonical` writes (HumanEval, HumanEval+, MBPP). Each
solution is changed in one place (an operator, a comparison, a constant by one, a branch, `and` for `or`, the ends of a
range, a return), at most `--most` such mutants a problem, drawn by the seed. A mutant should be rejected unless the
tests cannot tell it from the solution. Whether they can is asked of another judge: a plain run of the mutant and the
tests in *one* process, in a sandbox, as other graders do, which believes the mutant (an honest program: a mutant
does not cheat). Three figures follow: mutants rejected; survivors that the plain run accepts too (the tests cannot
tell: proven); and differences between the two judges, each of them printed. There should be none.
"""

from __future__ import annotations

import argparse
import ast
import copy
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandboxes import Job, Limits
from sandboxes.local import LocalSandbox
from verifiers.code.plain import Digest, from_json
from verifiers.code.program import read_prompt
from verifiers.grading import grade
from verifiers.problem import AssertsTests, CallsTests, CodeLimits, CodeProblem
from verifiers.records import parse_sample, read_lines, read_problems

_LIMITS = Limits(wall_seconds=60.0, cpu_seconds=10.0, memory_mb=2048)
_QUICK = CodeLimits(wall_seconds=20.0, cpu_seconds=3.0, memory_mb=1024)
_HELD = "the tests held"
_OPERATORS: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
}
_COMPARISONS: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


# ---- mutants


def mutants(program: str, most: int, draw: random.Random, after: int = 0) -> list[tuple[str, str]]:
    """Up to `most` changed programs, each with what was changed; nothing before line `after` is.

    What a prompt has before the entry point is the problem's own, and its tests may use it.
    """
    tree = ast.parse(program)
    original = ast.unparse(tree)
    places = [
        (number, change)
        for number, node in enumerate(ast.walk(tree))
        if getattr(node, "lineno", 0) > after
        for change in _changes(node)
    ]
    draw.shuffle(places)
    found: dict[str, str] = {}
    for number, change in places:
        if len(found) == most:
            break
        changed = copy.deepcopy(tree)
        node = next(node for at, node in enumerate(ast.walk(changed)) if at == number)
        told = _apply(node, change)
        text = ast.unparse(changed)
        if text != original:
            found.setdefault(text, f"line {getattr(node, 'lineno', 0)}: {told}")
    return list(found.items())


def _changes(node: ast.AST) -> list[str]:
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _OPERATORS:
        return ["operator"]
    if isinstance(node, ast.Compare):
        return ["comparison"]
    if isinstance(node, ast.BoolOp):
        return ["and/or"]
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return ["one more", "one less"]
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        return ["other truth"]
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        return ["negated branch"]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range" and node.args:
        return ["range ends later", "range ends sooner"]
    return ["returns nothing"] if isinstance(node, ast.Return) and node.value is not None else []


def _apply(node: Any, change: str) -> str:
    if change == "operator":
        node.op = _OPERATORS[type(node.op)]()
    elif change == "comparison":
        node.ops[0] = _COMPARISONS[type(node.ops[0])]()
    elif change == "and/or":
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif change in ("one more", "one less"):
        node.value += 1 if change == "one more" else -1
    elif change == "other truth":
        node.value = not node.value
    elif change == "negated branch":
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif change.startswith("range"):
        place = 1 if len(node.args) > 1 else 0
        step = ast.Add() if change.endswith("later") else ast.Sub()
        node.args[place] = ast.BinOp(node.args[place], step, ast.Constant(1))
    else:
        node.value = ast.Constant(None)
    return change


# ---- the plain judge: one process, in a sandbox


def holds_in_one_process(sandbox: LocalSandbox, problem: CodeProblem, program: str) -> bool | None:
    """Whether `program` passes its tests where both are one program; None where the run was cut off."""
    outcome = sandbox.run(Job(f"{program}\n\n{_tests(problem)}\nprint({_HELD!r})\n", limits=_LIMITS))
    if outcome.status != "exited":
        return None if outcome.status == "lost" else False
    return outcome.stdout.rstrip().endswith(_HELD.encode())


def _tests(problem: CodeProblem) -> str:
    tests = problem.tests
    if isinstance(tests, AssertsTests):
        call = f"check({tests.entry_point})" if "def check(" in tests.code else ""
        return f"{tests.code}\n{call}"
    assert isinstance(tests, CallsTests)
    return _CALLS.format(entry_point=tests.entry_point, cases=list(_cases(tests)))


def _cases(tests: CallsTests) -> Iterator[tuple[Any, ...]]:
    for case in tests.cases:
        expected = from_json(case.returns)
        if isinstance(expected, Digest):  # too large to write into a program: the grader's word stands
            continue
        bounds = case.tolerance or tests.tolerance
        near = (bounds.absolute, bounds.relative) if bounds is not None else None
        yield from_json(case.args), expected, near


_CALLS = """\
inf, nan = float("inf"), float("nan")
def _near(want, got, bounds):
    if want == got:
        return True
    if bounds is None or type(want) is not type(got):
        return False
    if type(want) in (list, tuple):
        return len(want) == len(got) and all(_near(a, b, bounds) for a, b in zip(want, got))
    return type(want) is float and abs(want - got) <= max(bounds[0], bounds[1] * abs(want))
for _args, _want, _bounds in {cases!r}:
    assert _near(_want, {entry_point}(*_args), _bounds)
"""


# ---- the comparison


def main() -> None:
    """Judge mutants twice, and print where the judges differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("problems", type=Path)
    parser.add_argument("samples", type=Path)
    parser.add_argument("--most", type=int, default=3, help="mutants a problem")
    parser.add_argument("--every", type=int, default=1, help="take every n-th problem")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    problems = read_problems(options.problems)
    counts: Counter[str] = Counter()
    begin = time.monotonic()
    with LocalSandbox() as sandbox:
        for number, (_, line) in enumerate(read_lines(options.samples)):
            sample = parse_sample(line)
            if number % options.every:
                continue
            problem = problems[sample.problem_id]
            assert isinstance(problem, CodeProblem) and isinstance(problem.tests, AssertsTests | CallsTests)
            problem = problem.model_copy(update={"limits": _QUICK})
            prompt = read_prompt(problem.prompt, problem.tests.entry_point)
            continued = sample.response.lstrip("\n").startswith((" ", "\t"))
            program = prompt.text + sample.response if continued else f"{prompt.head}\n{sample.response}"
            draw = random.Random(f"{options.seed} {problem.id}")
            for mutant, told in mutants(program, options.most, draw, prompt.head.count("\n")):
                counts.update(_judged(sandbox, problem, mutant, told))
    width = max(map(len, counts))
    for name, count in sorted(counts.items()):
        print(f"{name:<{width}}  {count}")
    print(f"{time.monotonic() - begin:.0f} s")


def _judged(sandbox: LocalSandbox, problem: CodeProblem, mutant: str, told: str) -> list[str]:
    found = grade(problem, f"```python\n{mutant}\n```")
    if found.verdict == "error":
        print(f"{problem.id}: {told}: error: {found.reason}")
        return ["mutants", "errors"]
    if not found.correct and found.verdict == "incorrect":
        plainly = holds_in_one_process(sandbox, problem, mutant)
        agreed = not plainly
    elif found.correct:
        plainly = holds_in_one_process(sandbox, problem, mutant)
        agreed = bool(plainly)
    else:
        return ["mutants", f"rejected: {found.verdict}"]
    if not agreed:
        print(f"{problem.id}: {told}: the grader says {found.verdict}, one process {plainly}: {found.reason}")
        return ["mutants", "differences"]
    return ["mutants", "survivors, proven" if found.correct else f"rejected: {found.verdict}"]


if __name__ == "__main__":
    main()

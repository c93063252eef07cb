"""No code path of the library turns text into code: a scan of its syntax trees."""

from __future__ import annotations

import ast
from pathlib import Path

import verifiers

ROOT = Path(verifiers.__file__).parent
FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr", "lambdify", "nsimplify", "S"}
FORBIDDEN_ATTRIBUTES = {
    ("pickle", "loads"), ("pickle", "load"), ("marshal", "loads"), ("builtins", "eval"), ("builtins", "exec"),
    ("sympy", "sympify"), ("sympy", "parse_expr"), ("sympy", "lambdify"), ("sympy", "S"), ("sympy", "nsimplify"),
}  # fmt: skip
# programs under test are compiled inside the sandbox only, by rooms that say so in their names
ALLOWED = {"code"}


def offences(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in FORBIDDEN_NAMES:
            found.append(f"{path.name}:{node.lineno} {called.id}")
        owner = getattr(getattr(called, "value", None), "id", "")
        if isinstance(called, ast.Attribute) and (owner, called.attr) in FORBIDDEN_ATTRIBUTES:
            found.append(f"{path.name}:{node.lineno} {owner}.{called.attr}")
    return found


def test_the_grader_evaluates_no_text() -> None:
    files = [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] not in ALLOWED]
    assert files
    assert not [offence for path in files for offence in offences(path)]


def test_the_scan_would_see_an_evaluation(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text("eval(text)\nimport sympy\nsympy.sympify(text)\n")
    assert len(offences(path)) == 2

"""No code path of the library turns text into code: a scan of its syntax trees, with each exception named."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import verifiers

ROOT = Path(verifiers.__file__).parent
# what runs, rebuilds or imports what a text says, by the name it is called by
FORBIDDEN = {
    *("eval", "exec", "compile", "__import__", "import_module", "execfile"),
    *("sympify", "parse_expr", "parse_latex", "lambdify", "nsimplify", "latex2sympy"),
    *("literal_eval", "run_path", "run_module", "runpy"),
}
# modules whose `load` and `loads` rebuild objects
REBUILDING = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml"}
# file (or room) and name: why it may
EXCEPTIONS = {
    ("__init__.py", "import_module"): "the public names of the package, from a table",
    ("registry.py", "import_module"): "the built-in kinds, from a table",
    ("datasets/__init__.py", "import_module"): "the converters, from a table",
    ("logs/format.py", "import_module"): "the readers of logs, from a table",
    ("adapters/for_simple_evals.py", "import_module"): "the harness itself, under the name that its caller gives",
    ("datasets/aqua.py", "literal_eval"): "a list that a data set writes as Python; literals alone, and no response",
    ("audit/published.py", "literal_eval"): "a list that a benchmark's file writes as Python; literals alone",
    ("demo/simulator.py", "format"): "the demo's own sentences, from a table",
    ("math/slow/reading.py", "latex2sympy"): "the second reading, behind walls in a process of its own",
}
# programs under test are compiled inside the sandbox only, by the room of their name
PROGRAMS = "code/"


def offences(path: Path, name: str) -> list[tuple[str, str, int]]:
    """Calls by a forbidden name, however it was imported, and loads of objects, as (file, name, line)."""
    found = []
    tree = ast.parse(path.read_text(encoding="utf-8"))
    renamed = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in REBUILDING:
            found.append((name, f"from {node.module}", node.lineno))
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        owner = getattr(getattr(called, "value", None), "id", "")
        plain = renamed.get(called.id, called.id) if isinstance(called, ast.Name) else getattr(called, "attr", "")
        if plain in FORBIDDEN and owner != "re":
            found.append((name, plain, node.lineno))
        if plain in {"load", "loads", "Unpickler"} and owner in REBUILDING:
            found.append((name, f"{owner}.{plain}", node.lineno))
        if plain == "format" and isinstance(called, ast.Attribute) and not isinstance(called.value, ast.Constant):
            found.append((name, "format", node.lineno))
    return found


def scanned() -> list[tuple[str, str, int]]:
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(PROGRAMS):
            found += offences(path, name)
    return found


def test_the_grader_evaluates_no_text() -> None:
    assert not [offence for offence in scanned() if offence[:2] not in EXCEPTIONS]


def test_every_exception_is_needed() -> None:
    assert {offence[:2] for offence in scanned()} == EXCEPTIONS.keys()


@pytest.mark.parametrize(
    "text",
    [
        "eval(text)",
        "import sympy\nsympy.sympify(text)",
        "from sympy import sympify as innocent\ninnocent(text)",
        "import pickle\npickle.loads(text)",
        "from pickle import loads",
        "text.format(1)",
        "import builtins\nbuiltins.exec(text)",
    ],
)
def test_the_scan_sees_an_evaluation(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.py"
    path.write_text(text + "\n")
    assert offences(path, path.name)

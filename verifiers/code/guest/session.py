"""The tests' side of a pytest suite: runs pytest against stand-ins for the program's module (`proxies`).

This process examines one program and ends. It holds the suite's files and never a program's code, save where the
problem says that its suite is to be run together with the program (`shared`): then the program's text is written
beside the suite, no program is started elsewhere, and what this process finds is only as good as the program lets it.

Messages are those of `examine`, and PROGRESS: `(passed, total)` after each test, so that what passed is known where
the tests do not come to an end. pytest loads no plug-in but those of the suite. A test counts as passed if its setup,
itself and its teardown passed, and it was neither skipped nor expected to fail; tests that the suite marks so without
a condition are left out of the count.
"""

from __future__ import annotations

import ast
import builtins
import os
import sys
import types

import pytest

from verifiers.code.guest.codec import MESSAGE_MOST, decode, encode
from verifiers.code.guest.examine import Settling
from verifiers.code.guest.proxies import ProgramModule, World
from verifiers.code.guest.remote import (
    FINDING,
    PROGRESS,
    START,
    SUITE,
    TOLD_MOST,
    Lost,
    Refused,
    Unsplit,
    receive,
    send,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CONFIGURATIONS = ("pytest.ini", ".pytest.ini", "pytest.toml", "pyproject.toml", "tox.ini", "setup.cfg")
_ARGUMENTS = (
    *("-q", "--capture=sys", "--tb=short", "--rootdir=.", "-p", "no:cacheprovider", "-p", "no:faulthandler"),
    *("-p", "no:doctest", "-p", "no:junitxml", "-p", "no:pastebin", "-p", "no:threadexception"),
)
# what a test may patch and the program still meets: `proxies` carries it over
_CARRIED = frozenset((("builtins", "input"), ("sys", "stdin"), ("sys", "stdout"), ("sys", "stderr")))
_MESSAGE_LINES = 6


class _Account:
    """A pytest plug-in: what has become of the tests so far."""

    def __init__(self, link: World | None, modules: tuple[str, ...]) -> None:
        self._link = link
        self._modules = modules
        self.total = 0
        self.failed: set[str] = set()
        self.ended: set[str] = set()
        self.first: tuple[str, str] | None = None

    @property
    def passed(self) -> int:
        """How many tests have passed."""
        return len(self.ended - self.failed)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if not _left_out(item)]
        self.total = len(items)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Any:
        report = yield
        if report.outcome != "passed" or hasattr(report, "wasxfail"):
            self.failed.add(report.nodeid)
            fault = call.excinfo.value if call.excinfo is not None else None
            self._note(report.nodeid, fault, _message(report))
        if report.when == "teardown":
            self.ended.add(report.nodeid)
            send(PROGRESS, encode((self.passed, self.total)))
        return report

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:
        if not hasattr(report, "when"):  # while collecting
            self._note(node.nodeid, call.excinfo.value, _message(report))

    def _note(self, where: str, fault: BaseException | None, told: str) -> None:
        """Keep the first failure."""
        if self.first is not None:
            return
        link = self._link
        cause = _cause(fault)
        if link is not None and cause is not None and cause is link.raised:
            self.first = ("memory" if isinstance(cause, MemoryError) else "raised", f"{where}: {link.told}")
        elif isinstance(cause, ImportError) and (cause.name or "").partition(".")[0] in self._modules:
            self.first = ("missing", (link.missing if link is not None else "") or str(cause))
        elif isinstance(cause, ImportError):
            self.first = ("broken", f"the tests cannot be run here: {cause}")
        else:
            self.first = ("failed", f"{where}: {told}")

    def finding(self, code: int) -> tuple[Any, ...]:
        """The finding, once pytest has ended with exit code `code`."""
        total, link = max(self.total, 1), self._link
        if link is not None and link.unsplit:
            return ("unsplit", self.passed, total, link.unsplit[:TOLD_MOST])
        if link is not None and link.lost:
            return ("lost", self.passed, total, link.lost)
        if self.first is not None:
            return (self.first[0], self.passed, total, self.first[1][:TOLD_MOST])
        if link is not None and link.missing and code not in (0, 1):
            return ("missing", 0, total, link.missing)
        if self.total == 0 or code != 0:
            told = "no tests were collected" if self.total == 0 else f"pytest ended with exit code {code}"
            return ("broken", 0, total, told)
        if self.passed != self.total:
            return ("failed", self.passed, total, "some tests did not run")
        return ("passed", total, total, "")


def _left_out(item: Any) -> bool:
    """Whether the suite itself says, without a condition, that the test is not to pass."""
    if getattr(getattr(item, "obj", None), "__unittest_skip__", False):
        return True
    marks = [*item.iter_markers("skip"), *item.iter_markers("xfail")]
    return any((not mark.args and "condition" not in mark.kwargs) or mark.name == "skip" for mark in marks)


def _cause(fault: BaseException | None) -> BaseException | None:
    """What made collecting fail, where pytest wraps it."""
    while fault is not None and isinstance(fault, pytest.Collector.CollectError) and fault.__cause__ is not None:
        fault = fault.__cause__
    return fault


def _message(report: Any) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        text = str(crash.message)
    elif isinstance(report.longrepr, tuple):
        text = str(report.longrepr[-1])
    else:
        text = str(report.longrepr or report.outcome)
    return "; ".join(line.strip() for line in text.splitlines()[:_MESSAGE_LINES] if line.strip())


class _Suite:
    """The files of one suite. `modules`: the names by which it imports the program."""

    def __init__(self, files: dict[str, str], modules: tuple[str, ...], wanted: list[str], program: str | None) -> None:
        self._files = files
        self._modules = modules
        self._wanted = wanted
        self._program = program

    def examine(self) -> tuple[Any, ...]:
        """The finding on the program that the grader has started, or on the one in the suite."""
        link = None if self._program is not None else World(_Raises(self._files))
        try:
            if link is not None:
                link.open()
                self._stand_in(link)
        except Refused as refusal:
            return (refusal.status, 0, 1, str(refusal)[:TOLD_MOST])
        except Lost as lost:
            return ("lost", 0, 1, str(lost))
        self._write()
        account = _Account(link, self._modules)
        try:
            code = int(pytest.main([*_ARGUMENTS, *self._arguments()], plugins=[account]))
        except (Lost, Unsplit):
            code = 1
        except SystemExit:
            code = 2
        return account.finding(code)

    def _stand_in(self, link: World) -> None:
        """Put stand-ins for the program where the tests will import it from."""
        for name in self._modules:
            module = ProgramModule(name, link, self._wanted)
            sys.modules[name] = module
            parent, _, last = name.rpartition(".")
            if parent in self._modules:
                sys.modules[parent].__dict__[last] = module
        builtins.__settle__ = link.settle  # type: ignore[attr-defined]
        _settle_between_statements()
        _watch_patches(link)

    def _write(self) -> None:
        files = dict(self._files)
        if not any(name in files for name in _CONFIGURATIONS):
            files["pytest.ini"] = "[pytest]\n"
        if self._program is not None:
            files[self._modules[-1].replace(".", "/") + ".py"] = self._program
        for name, text in files.items():
            folder = os.path.dirname(name)
            if folder:
                os.makedirs(folder, exist_ok=True)
            with open(name, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
                file.write(text)

    def _arguments(self) -> list[str]:
        """The test files; the program's own folder of files is nobody's to collect from."""
        return sorted(name for name in self._files if _is_test_file(name))


def _is_test_file(name: str) -> bool:
    base = os.path.basename(name)
    return base.endswith(".py") and (base.startswith("test") or base.endswith("_test.py"))


class _Raises:
    """Which lines of the suite are `raise` statements."""

    def __init__(self, files: dict[str, str]) -> None:
        self._files = files
        self._lines: dict[str, set[int]] = {}

    def __call__(self, path: str, line: int) -> bool:
        name = os.path.relpath(path)
        if name not in self._lines:
            tree = ast.parse(self._files.get(name, ""))
            nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Raise)]
            self._lines[name] = {number for node in nodes for number in range(node.lineno, (node.end_lineno or 0) + 1)}
        return line in self._lines[name]


def _settle_between_statements() -> None:
    """Have pytest's rewriting of assertions, which sees every test file, settle changed arguments too."""
    from _pytest.assertion import rewrite

    module: Any = rewrite
    original: Any = module.rewrite_asserts

    def both(tree: ast.Module, *rest: Any) -> None:
        ast.fix_missing_locations(Settling().visit(tree))
        original(tree, *rest)

    module.rewrite_asserts = both


def _watch_patches(link: World) -> None:
    """A test that patches a standard module means the one that the program sees, which is in another process."""
    from unittest import mock

    def check(target: Any, name: Any) -> None:
        if getattr(target, "__name__", None) not in sys.stdlib_module_names or not isinstance(target, types.ModuleType):
            return
        if (target.__name__, name) not in _CARRIED:
            link.unsplit = f"the tests patch {target.__name__}.{name}, which the program does not see"
            raise Unsplit(link.unsplit)

    patches: Any = mock
    original: Any = pytest.MonkeyPatch.setattr
    entered: Any = patches._patch.__enter__

    def setattr_(self: Any, target: Any, name: Any, *rest: Any, **options: Any) -> None:
        owner, last = target, name
        if isinstance(target, str):
            module, _, last = target.rpartition(".")
            owner = sys.modules.get(module)
        check(owner, last)
        if type(owner) is not ProgramModule:
            original(self, target, name, *rest, **options)
            return
        before = getattr(owner, last, None)
        original(self, target, name, *rest, **options)
        # pytest looks for what to restore in the module's own dictionary, where nothing of the program's is
        self._setattr[-1] = (owner, last, before)

    def enter(self: Any) -> Any:
        check(self.getter(), self.attribute)
        return entered(self)

    pytest.MonkeyPatch.setattr = setattr_  # type: ignore[method-assign]
    patches._patch.__enter__ = enter


def main() -> None:
    """Examine one program, and end."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    suite: _Suite | None = None
    while True:
        kind, body = receive()
        if kind == SUITE:
            suite = _Suite(*decode(body, hashing=True, most=MESSAGE_MOST))
        if kind == START and suite is not None:
            sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
            send(FINDING, encode(suite.examine()))
            os._exit(0)

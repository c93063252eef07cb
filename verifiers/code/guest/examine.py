# ruff: noqa: BLE001, S102 - the room where test code runs, and may raise anything
"""The tests' side of an assert-style suite: runs test code against a proxy of the program's functions.

Theory of operation. This process belongs to one problem and examines many programs, one after another. It
never runs a program's code. Descriptor 3 is the grader's, which carries what is said to a program and what it
answers, so a program holds nothing of this process. On it go messages: a kind, a length, a body.

    to here    SUITE the tests, once; START a new program (its body: ask nothing ahead, or it has been given all
               the calls); DATA bytes that it sent; END it will send no more
    from here  ASK bytes for the program; CALLS all the calls that the tests make, for the next programs to be
               given; FINDING what came of it

Bytes of the program only ever stand inside DATA; `remote` reads them. Where the tests call otherwise than it was
foreseen, the finding is "again", and the program is to be started anew.

A finding says "passed" only if the test code ran to its very end with the program still answering. It is
`(status, passed, total, told)`: status as in `grading` of `verifiers.code.asserts`; `passed` counts the assert
statements that held, `total` those that were met or stand in the text, whichever is more.

An argument that a call changed is changed here too, once the statement that made the call has ended: what a
test computes in the same statement, as in `assert f(xs) == sum(xs)`, it computes from the argument it gave.
"""

from __future__ import annotations

import ast
import builtins
import random
import sys

from verifiers.code.guest.codec import MESSAGE_MOST, decode, encode, frame
from verifiers.code.guest.remote import (
    CALLS,
    FINDING,
    GIVEN,
    NOT_AHEAD,
    START,
    SUITE,
    TOLD_MOST,
    Candidate,
    Link,
    Refused,
    receive,
    send,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any


class Settling(ast.NodeTransformer):
    """Settles changed arguments between statements: `__settle__()` before each."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit what is below, and put `__settle__()` between its statements."""
        super().generic_visit(node)
        for field in ("body", "orelse", "finalbody"):
            statements = getattr(node, field, None)
            if isinstance(statements, list) and statements and isinstance(statements[0], ast.stmt):
                setattr(node, field, self._settled(statements))
        return node

    @staticmethod
    def _settled(statements: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in statements:
            heading = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
            docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if not heading and not docstring:
                found.append(_call("__settle__", statement))
            found.append(statement)
        return found


class _Instrument(Settling):
    """Counts assertions besides; `soft` goes on after a failure."""

    def __init__(self, soft: bool) -> None:
        self._soft = soft
        self.total = 0

    def visit_Assert(self, node: ast.Assert) -> Any:
        self.total += 1
        held = _call("__held__", node)
        if not self._soft:
            return [node, held]
        fault = ast.copy_location(ast.Name("__fault__", ast.Load()), node)
        kind = ast.copy_location(ast.Name("BaseException", ast.Load()), node)
        failed = ast.ExceptHandler(kind, "__fault__", [_call("__failed__", node, fault)])
        return ast.copy_location(ast.Try([node], [ast.copy_location(failed, node)], [held], []), node)


def _call(name: str, place: ast.stmt, *arguments: ast.expr) -> ast.stmt:
    """The statement `name(*arguments)`, said to stand at `place`."""
    function = ast.copy_location(ast.Name(name, ast.Load()), place)
    call = ast.copy_location(ast.Call(function, list(arguments), []), place)
    return ast.copy_location(ast.Expr(call), place)


class Suite:
    """The test code of one problem, compiled once."""

    def __init__(
        self,
        preamble: str,
        code: str,
        entry_point: str,
        needed: tuple[str, ...],
        check: str,
        soft: bool,
        foreseen: list[bytes],
        complete: bool,
    ) -> None:
        self._entry_point = entry_point
        self._needed = needed
        self._check = check
        self._lines = code.splitlines()
        self._known = foreseen
        self._complete = complete
        self._knowable: int | None = None  # where what the tests call comes to depend on the program
        self._preamble: CodeType | None = compile(preamble, "<prompt>", "exec") if preamble else None
        instrument = _Instrument(soft)
        tree = ast.fix_missing_locations(instrument.visit(ast.parse(code)))
        self._total = instrument.total
        self._code: CodeType = compile(tree, "<tests>", "exec", dont_inherit=True)

    def examine(self, manner: bytes) -> tuple[Any, ...]:
        """The finding on the program that the grader has started; `manner`: what it is to be asked ahead."""
        link = Link([] if manner == NOT_AHEAD else self._known, manner == GIVEN)
        ended = False
        account = _Account(link, self._lines)
        try:
            link.open()
            namespace = self._namespace(link, account)
            exec(self._code, namespace)
            if self._check:
                namespace[self._check](namespace[self._entry_point])
            ended = True
        except Refused as refusal:
            return (refusal.status, 0, max(1, self._total), str(refusal)[:TOLD_MOST])
        except BaseException as fault:
            account.note(fault)
        if link.diverged:
            self._known = self._known[: link.taken]
            self._knowable = link.taken  # what comes after depends on the program: no second one is to be run again
            self._complete = False
            return ("again", 0, 1, link.lost)
        self._learn(link, ended)
        return account.finding(self._total)

    def _learn(self, link: Link, ended: bool) -> None:
        """Know what the tests ask; where they ran to their end, and asked nothing else, the grader is told all."""
        if len(link.asked) > len(self._known):
            self._known = link.asked[: self._knowable]
        if ended and link.knows_all and not self._complete and self._knowable is None:
            self._known = link.asked
            self._complete = True
            send(CALLS, b"".join(map(frame, self._known)))

    def _namespace(self, link: Link, account: _Account) -> dict[str, Any]:
        namespace: dict[str, Any] = {"__name__": "tests", "__builtins__": builtins}
        try:
            if self._preamble is not None:
                exec(self._preamble, namespace)
        except BaseException as fault:
            raise Refused("broken", f"the prompt's own code fails: {type(fault).__name__}: {fault}") from None
        for name in self._needed:
            if name not in namespace:
                _bind(namespace, name, link)
        namespace[self._entry_point] = Candidate(link, self._entry_point)
        namespace.update(__settle__=link.settle, __held__=account.hold, __failed__=account.fail)
        return namespace


def _bind(namespace: dict[str, Any], name: str, link: Link) -> None:
    """Give the tests what they use but do not define: a standard module, or else the program's own."""
    if name in getattr(sys, "stdlib_module_names", ()):
        namespace[name] = __import__(name)
        return
    try:
        namespace[name] = link.ask("value", name)
    except KeyError:
        link.raised = None  # the tests meet a NameError where they use it


class _Account:
    """What has become of the assertions so far."""

    def __init__(self, link: Link, lines: list[str]) -> None:
        self._link = link
        self._lines = lines
        self._held = 0
        self._failures = 0
        self._calls = -1
        self._met: dict[int, bool] = {}
        self._first: tuple[str, str] | None = None

    def hold(self) -> None:
        """An assertion held."""
        self._count(sys._getframe(1).f_lineno, True)

    def fail(self, fault: BaseException) -> None:
        """An assertion failed, and the rest are to be met all the same."""
        if self._link.lost or self._link.unsplit:
            raise fault
        self._count(sys._getframe(1).f_lineno, False)
        self.note(fault)

    def _count(self, line: int, held: bool) -> None:
        """Count the assertion on `line`, once until the program is called again: how many there are is the tests' say.

        In `for item in f(x): assert item > 0` the program would else decide how many assertions it passes.
        """
        if self._calls != self._link.calls:
            self._calls = self._link.calls
            self._met.clear()
        before = self._met.get(line)
        if before is None or (before and not held):
            self._met[line] = held
            self._held += 1 if held else -1 if before else 0
            self._failures += not held

    def note(self, fault: BaseException) -> None:
        """Keep the first failure."""
        if self._first is not None:
            return
        link = self._link
        if fault is link.raised:
            status = "memory" if isinstance(fault, MemoryError) else "raised"
            self._first = (status, link.told)
        elif isinstance(fault, ImportError):
            self._first = ("broken", f"the tests cannot be run here: {_told(fault)}")
        else:
            self._first = ("failed", self._tell(fault))

    def _tell(self, fault: BaseException) -> str:
        trace, line = fault.__traceback__, 0
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == "<tests>":
                line = trace.tb_lineno
            trace = trace.tb_next
        text = self._lines[line - 1].strip()[:140] if 0 < line <= len(self._lines) else ""
        kind = "" if isinstance(fault, AssertionError) else _told(fault)[:100]
        return "; ".join(part for part in (text, kind, self._link.last_call()) if part)

    def finding(self, total: int) -> tuple[Any, ...]:
        """The finding, once the tests have ended one way or another."""
        link = self._link
        met = self._held + self._failures + (1 if self._first is not None and not self._failures else 0)
        total = max(total, met, 1)
        if link.unsplit:
            return ("unsplit", self._held, total, link.unsplit[:TOLD_MOST])
        if link.lost:
            return ("lost", self._held, total, link.lost)
        if self._first is not None:
            return (self._first[0], self._held, total, self._first[1][:TOLD_MOST])
        return ("passed", max(met, 1), max(met, 1), "")


def _told(fault: BaseException) -> str:
    """The exception in words, which the values in it may refuse."""
    try:
        return f"{type(fault).__name__}: {fault}"
    except Exception:
        return type(fault).__name__


# ---- the process


class _Nowhere:
    """Where the tests print."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return None


def _suite(setup: bytes) -> tuple[Suite | None, str]:
    """The suite, or what is wrong with it."""
    try:
        return Suite(*decode(setup, hashing=True, most=MESSAGE_MOST)), ""
    except Exception as fault:
        return None, f"the test code does not compile: {type(fault).__name__}: {fault}"[:TOLD_MOST]


def main() -> None:
    """Examine programs until the grader closes the stream."""
    nowhere: Any = _Nowhere()
    suite: Suite | None = None
    fault = "there is no test code"
    while True:
        kind, body = receive()
        if kind == SUITE:
            suite, fault = _suite(body)
        if kind != START:  # the rest is of a program that has been dealt with
            continue
        random.seed(0)  # tests that draw at random draw the same for every program
        sys.stdout = sys.stderr = nowhere
        try:
            finding = ("broken", 0, 1, fault) if suite is None else suite.examine(body)
        finally:
            sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        send(FINDING, encode(finding))

"""The calls that test code is plain to make: read off its text, so that they can be asked of a program at once.

Only straight-line statements are read, and only calls of the entry point with literal arguments; the first that
is neither ends the list. The list is a guess that costs nothing to get wrong but time: the examiner compares
every call that the tests really make with it (`guest.examine`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from verifiers.code.guest import codec

_STRAIGHT = (ast.Assert, ast.Expr, ast.Assign)
_BYSTANDING = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_CONDITIONAL = (ast.BoolOp, ast.IfExp, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_CALLS_MOST = 2000


class _Unforeseeable(Exception):
    """From here on the calls depend on more than the text."""


def foreseen_calls(tree: ast.Module, entry_point: str, check: str) -> tuple[list[bytes], bool]:
    """The requests that `tree` begins with, and whether they are all that it makes, as far as can be seen.

    `check` names the function that is called with the entry point, if any.
    """
    found: list[bytes] = []
    try:
        for request in _requests(tree, entry_point, check):
            found.append(request)
            if len(found) == _CALLS_MOST:
                return found, False
        complete = not any(_called_elsewhere(node, entry_point, check) for node in ast.walk(tree))
    except (_Unforeseeable, codec.CodecError, RecursionError):
        return found, False
    return found, complete


def _requests(tree: ast.Module, entry_point: str, check: str) -> Iterator[bytes]:
    yield from _in_body(tree.body, entry_point, entry_point)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == check and len(node.args.args) == 1:
            yield from _in_body(node.body, node.args.args[0].arg, entry_point)


def _called_elsewhere(node: ast.AST, entry_point: str, check: str) -> bool:
    """Whether `node` is a definition, other than that of `check`, whose body may call the entry point."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name == check:
        return False
    return _mentions(node, entry_point) or (check != "" and any(isinstance(one, ast.Call) for one in ast.walk(node)))


def _in_body(body: list[ast.stmt], name: str, entry_point: str) -> Iterator[bytes]:
    for statement in body:
        if isinstance(statement, _BYSTANDING):
            continue
        if isinstance(statement, _STRAIGHT):
            yield from _in_expression(statement, name, entry_point)
        elif _mentions(statement, name):
            raise _Unforeseeable


def _in_expression(node: ast.AST, name: str, entry_point: str) -> Iterator[bytes]:
    """The calls in `node`, those inside before those outside, as Python evaluates them."""
    if isinstance(node, _CONDITIONAL) and _mentions(node, name):
        raise _Unforeseeable
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    if not called and isinstance(node, ast.Name) and node.id == name:
        raise _Unforeseeable  # the function itself is handed on
    for child in ast.iter_child_nodes(node):
        if not (called and isinstance(node, ast.Call) and child is node.func):
            yield from _in_expression(child, name, entry_point)
    if called and isinstance(node, ast.Call):
        yield _request(node, entry_point)


def _request(call: ast.Call, entry_point: str) -> bytes:
    if any(isinstance(node, ast.Set | ast.Starred) for node in ast.walk(call)):  # a set's order is its process's
        raise _Unforeseeable
    try:
        args = tuple(ast.literal_eval(argument) for argument in call.args)
        kwargs = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    except (ValueError, TypeError, SyntaxError, MemoryError):
        raise _Unforeseeable from None
    return codec.encode(("call", entry_point, args, kwargs))


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node))

# ruff: noqa: BLE001, S102 - the room where programs run, and may raise anything
"""The program's side of a suite that calls functions: loads the program, answers calls with values.

Runs in the program's own process, so nothing here is safe from the program and nothing it says is believed:
it can answer a call with any value, or not at all, and that is all it can do. What matters is that an honest
program is served well, also one that patches built-ins, prints, or lowers the recursion limit.

Standard input holds what to load, written by `codec`: `(head, program, entry_point, calls)`. The program is
executed as a module named `solution` (not `__main__`), after `head`, in the same namespace. What it prints is to
go nowhere (a silent job): it is judged by what it returns.

- `main_calls`: every one of `calls`, a list of cases, is called in turn. Each reply is a frame on descriptor 3.
- `main_channel`: requests come and replies go as frames on descriptor 3, until its end; or else `calls` holds the
  frames of all requests there will be.

A reply is `("R", value, mutated)` (`mutated`: the arguments that the call changed, by position), `("E", kind,
arguments, told)` for an exception (`kind`: the nearest built-in class; `told`: for a person), `("S", told)` for a
program that does not compile, `("L", reply)` where it could not be loaded and cases were to be answered, `("M", told)`
for an entry point that does not exist. While a request is being answered, `("C", handle, args, kwargs)` calls a
function that the tests passed. `expose` adds to all this.
"""

from __future__ import annotations

import builtins
import operator
import os
import resource
import sys
import types

from verifiers.code.guest.codec import MESSAGE_MOST, CodecError, Opaque, decode, encode, frame, read_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, NoReturn

# Functions made from here on keep these built-ins, whatever the program does to the shared ones.
globals()["__builtins__"] = dict(vars(builtins))

CHANNEL = 3
CALLBACK = 1 << 31  # handles from here on are of functions of the tests
RECURSION_MOST = 500_000
STACK_BYTES = 8 << 20  # of an ordinary process: runaway recursion through C ends before it has eaten the memory
_TOLD_MOST = 300
_TEXT_MOST = 1000
_ITEMS_MOST = 100_000
_PLAIN = (type(None), bool, int, float, str)
_CONTAINERS = (list, dict, set, bytearray)
_UNCHANGING = frozenset((*_PLAIN, complex, bytes, range))

_is = operator.is_
_read, _write, _exit = os.read, os.write, os._exit
_setrecursionlimit, _getrecursionlimit = sys.setrecursionlimit, sys.getrecursionlimit
BUILTIN_ERRORS = {
    name: kind for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
}


class _Objects:
    """The objects of this process that the other side knows by a handle."""

    def __init__(self) -> None:
        self._kept: list[Any] = []
        self._handles: dict[int, int] = {}
        self._callbacks: dict[int, _Callback] = {}

    def handle(self, value: Any) -> int:
        known = self._handles.get(id(value))
        if known is None:
            self._kept.append(value)
            known = self._handles[id(value)] = len(self._kept)
        return known

    def resolve(self, mark: Opaque) -> Any:
        if mark.handle >= CALLBACK:
            return self._callbacks.setdefault(mark.handle, _Callback(mark.handle))
        if not 0 < mark.handle <= len(self._kept):
            raise CodecError("no such object")
        return self._kept[mark.handle - 1]


class _Callback:
    """A function of the tests: called there, by the way, while they wait for an answer from here."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return ask_tests(self._handle, args, kwargs)


class _Missing(Exception):
    """The program lacks what is to be called."""


_objects = _Objects()
module = types.ModuleType("solution")
_namespace = module.__dict__


def rehearse() -> None:
    """Answer some calls in the zygote, so that no program's process is the first to do it."""
    before = dict(_namespace)
    exec(compile("def rehearsed(xs, y=0, *rest): return xs", "<rehearsal>", "exec"), _namespace)
    values = ([1, 2.5, 3], [1, 2, 3, 4, 5], ["a", "b"], "text", (1, None), {"a": True}, {1, 2}, -3, 0.5)
    calls = b"".join(frame(encode(("call", "rehearsed", (value, 2), {}))) for value in values)
    *_, given = decode(encode(("", "# program", "f", calls)), hashing=True, most=MESSAGE_MOST)
    for request in _frames_in(given):
        encode(_answer_request(request), export=_objects.handle)
    _namespace.clear()
    _namespace.update(before)


def main_calls() -> None:
    """Answer every case on descriptor 3, and exit."""
    head, program, entry_point, cases = setup()
    fault = load(head, program)
    if fault is not None:
        reply(("L", fault))
        _exit(0)
    for case in cases:
        reply(_answer_case(entry_point, case))
    _exit(0)


def main_channel() -> None:
    """Answer the requests that are given, or those that come on descriptor 3 until its end, and exit."""
    head, program, entry_point, given = setup()
    fault = load(head, program)
    if fault is None and (name := entry_point.partition(".")[0]) not in _namespace:
        fault = ("M", f"the program does not define {name!r}")
    reply(("R", None, {}) if fault is None else fault)
    if given is None:
        answer_all()
    if fault is None:
        for request in _frames_in(given):
            reply(_answer_request(request))
    _exit(0)


def answer_all() -> NoReturn:
    """Answer requests until the stream ends, and exit."""
    while True:
        body = read_frame(_receive)
        if body is None:
            _exit(0)
        found = _answer_request(body)
        _before_reply()
        reply(found)


def _nothing() -> None:
    return None


def extend(
    verbs: dict[str, Any], failure: Callable[[BaseException], tuple[Any, ...]], before_reply: Callable[[], None]
) -> None:
    """Answer more `verbs`, tell of exceptions by `failure`, and call `before_reply` before each reply."""
    global _failure, _before_reply
    VERBS.update(verbs)
    _failure, _before_reply = failure, before_reply


_before_reply: Callable[[], None] = _nothing


def _frames_in(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        start = at + 4
        at = start + int.from_bytes(data[at:start], "little")
        yield data[start:at]


def _receive(number: int) -> bytes:
    return _read(CHANNEL, number)


def setup() -> Any:
    """What to load, read from the standard input."""
    most = resource.getrlimit(resource.RLIMIT_STACK)[1]
    stack = STACK_BYTES if most == resource.RLIM_INFINITY else min(STACK_BYTES, most)
    resource.setrlimit(resource.RLIMIT_STACK, (stack, most))
    parts: list[bytes] = []
    while True:
        part = _read(0, 1 << 20)
        if not part:
            return decode(b"".join(parts), hashing=True, most=MESSAGE_MOST)
        parts.append(part)


def reply(told: tuple[Any, ...]) -> None:
    """Send `told`, or that it cannot be sent."""
    _setrecursionlimit(max(_getrecursionlimit(), 1000))
    try:
        body = encode(told, export=_objects.handle)
    except Exception:
        body = encode(("R", Opaque(0, "too large or too deep", True), {}))
    _write_frame(body)


def write_reply(told: tuple[Any, ...]) -> None:
    """Send plain data, which is known to be encodable."""
    _write_frame(encode(told))


def _write_frame(body: bytes) -> None:
    data = frame(body)
    while data:
        data = data[_write(CHANNEL, data) :]


# ---- the program


def load(head: str, program: str) -> tuple[Any, ...] | None:
    """Execute the program; the reply that says why it could not be loaded, or None."""
    sys.setrecursionlimit = _bounded_recursion_limit
    sys.modules["solution"] = module
    for name, text in (("<prompt>", head), ("<program>", program)):
        if not text:
            continue
        try:
            code = compile(text, name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, OverflowError) as error:
            return ("S", _told(error))
        except (MemoryError, RecursionError):
            return ("S", "too complex to compile")
        try:
            exec(code, _namespace)
        except BaseException as error:
            return _failure(error)
    return None


def _bounded_recursion_limit(limit: int) -> None:
    """Python's own, but that endless recursion ends in a `RecursionError` while there is still memory."""
    _setrecursionlimit(min(limit, RECURSION_MOST))


def ask_tests(handle: int, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> Any:
    """What a function of the tests returns or raises; until it does, requests are answered."""
    _before_reply()
    _write_frame(encode(("C", handle, args, kwargs or {}), export=_objects.handle))
    while True:
        body = read_frame(_receive)
        if body is None:
            _exit(0)
        verb, *rest = decode(body, hashing=True, opaque=_objects.resolve)
        if verb == "return":
            return rest[0]
        if verb == "raise":
            raise BUILTIN_ERRORS.get(rest[0], Exception)(rest[1])
        reply(_answer(verb, *rest))


def _find(entry_point: str) -> Any:
    """The function that an entry point `f` or `Class.f` names; a class is instantiated anew."""
    first, _, rest = entry_point.partition(".")
    if first not in _namespace:
        raise _Missing(f"the program does not define {first!r}")
    found = _namespace[first]
    if not rest:
        return found
    try:
        return getattr(found(), rest)
    except AttributeError as error:
        if hasattr(found, rest):
            raise
        raise _Missing(f"the program does not define {entry_point!r}") from error


def _answer_case(entry_point: str, case: bytes) -> tuple[Any, ...]:
    args, kwargs, operations = decode(case, hashing=True)
    try:
        if operations is not None:
            return ("R", _operated(operations, args), {})
        return ("R", _find(entry_point)(*args, **kwargs), {})
    except _Missing as error:
        return ("M", str(error))
    except BaseException as error:
        return _failure(error)


def _operated(operations: list[str], arguments: tuple[Any, ...]) -> list[Any]:
    """What the methods of a new object return, one after another; None for its making."""
    subject = _find(operations[0])(*arguments[0])
    found: list[Any] = [None]
    for name, given in zip(operations[1:], arguments[1:]):
        method = getattr(subject, name, None)
        if method is None:
            raise _Missing(f"the program does not define {operations[0]}.{name}")
        result = method(*given)
        found.append(copy_of(result) if type(result) in _CONTAINERS else result)
    return found


def copy_of(value: Any) -> Any:
    """`value` as it is now, whatever becomes of it later."""
    try:
        return decode(encode(value, export=_objects.handle), hashing=True)
    except CodecError:
        return value


def _answer_request(body: bytes) -> tuple[Any, ...]:
    verb, *rest = decode(body, hashing=True, opaque=_objects.resolve)
    return _answer(verb, *rest)


def _answer(verb: str, target: Any, *rest: Any) -> tuple[Any, ...]:
    try:
        subject = target if type(target) is not str else _find(target) if "." in target else _namespace[target]
        found: tuple[Any, ...] = VERBS[verb](subject, *rest)
        return found
    except BaseException as error:
        return _failure(error)


# ---- what may be asked of the program's objects


def call(subject: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """Call `subject`: what it returned, and the arguments that it changed."""
    before = [(place, *_picture(value)) for place, value in enumerate(args) if type(value) not in _UNCHANGING]
    result = subject(*args, **kwargs)
    mutated = {place: args[place] for place, was, differs in before if differs(was, args[place])}
    return ("R", result, mutated)


def _picture(value: Any) -> tuple[Any, Any]:
    """What `value` is now, and how to see whether it has changed. For a list of unchanging items they tell."""
    if type(value) is list and _UNCHANGING.issuperset(map(type, value)):
        return value.copy(), _other_items
    return _as_bytes(value), _other_bytes


def _other_items(was: list[Any], value: list[Any]) -> bool:
    return len(was) != len(value) or not all(map(_is, was, value))


def _other_bytes(was: bytes | None, value: Any) -> bool:
    return _as_bytes(value) != was


def _as_bytes(value: Any) -> bytes | None:
    try:
        return encode(value, export=_objects.handle)
    except CodecError:
        return None


def answered(value: Any) -> tuple[Any, ...]:
    """The reply that the request came to `value`."""
    return ("R", value, {})


def _next_items(iterator: Any, number: int) -> tuple[Any, ...]:
    """Up to `number` more items of `iterator`, and whether it has ended."""
    found: list[Any] = []
    for _ in range(min(number, _ITEMS_MOST)):
        try:
            found.append(next(iterator))
        except StopIteration:
            return answered((found, True))
    return answered((found, False))


def _set(subject: Any, name: str, value: Any) -> tuple[Any, ...]:
    setattr(subject, name, value)
    return answered(None)


def _put(subject: Any, key: Any, value: Any) -> tuple[Any, ...]:
    subject[key] = value
    return answered(None)


VERBS: dict[str, Any] = {
    "call": call,
    "value": answered,
    "get": lambda subject, name: answered(getattr(subject, name)),
    "set": _set,
    "item": lambda subject, key: answered(subject[key]),
    "put": _put,
    "len": lambda subject: answered(len(subject)),
    "bool": lambda subject: answered(bool(subject)),
    "str": lambda subject: answered(str(subject)),
    "iter": lambda subject: answered(iter(subject)),
    "next": _next_items,
}


# ---- exceptions


def built_in_failure(error: BaseException) -> tuple[Any, ...]:
    """The reply that the program raised `error`, by the nearest built-in class."""
    kind = "Exception"
    for base in type.mro(type(error)):
        if BUILTIN_ERRORS.get(base.__name__) is base:
            kind = base.__name__
            break
    try:
        arguments = tuple(plain(argument) for argument in error.args[:4])
    except Exception:
        arguments = ()
    return ("E", kind, arguments, _told(error))


_failure: Callable[[BaseException], tuple[Any, ...]] = built_in_failure


def plain(argument: Any) -> Any:
    """An argument of an exception, as it can be told."""
    return argument[:_TEXT_MOST] if type(argument) is str else argument if type(argument) in _PLAIN else repr(argument)


def _told(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:_TOLD_MOST]
    except Exception:
        return "an exception that cannot be told"

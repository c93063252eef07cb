# ruff: noqa: BLE001 - the room where programs run, and may raise anything
"""The program's side of a pytest suite: its objects stay here, and are described, called and operated on from afar.

Everything that `serve` answers, and besides, for tests that deal in classes and objects and not in values alone:
what class an object is of, what a class is made of, its operators, what of the program's a name stands for, and
exceptions of the program's own classes. What the program prints goes back before each reply (`("O", out, err)`),
since tests may ask for it; what it reads it reads from the tests (`("C", STDIN, ...)`), which may have put it there.

Nothing here is safe from the program, and nothing it says is believed: see `proxies` for what is made of it.
"""

from __future__ import annotations

import builtins
import io
import sys
import types

from verifiers.code.guest.codec import STDIN
from verifiers.code.guest.serve import (
    BUILTIN_ERRORS,
    answer_all,
    answered,
    ask_tests,
    built_in_failure,
    call,
    extend,
    load,
    module,
    plain,
    reply,
    setup,
    write_reply,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Functions made from here on keep these built-ins, whatever the program does to the shared ones.
globals()["__builtins__"] = dict(vars(builtins))

_PRINTED_MOST = 1 << 18
_TEXT_MOST = 2000
_COMMON_BASES = frozenset((object, BaseException))


def main() -> None:
    """Answer requests on descriptor 3 until its end, and exit."""
    head, program, modules = setup()
    for name in modules:
        sys.modules[name] = module
    printed = sys.stdout, sys.stderr = _Printed(), _Printed()
    sys.stdin = _Asked()
    builtins.input = _input
    module.__dict__["__builtins__"] = builtins
    fault = load(head, program)
    reply(("R", None, {}) if fault is None else fault)
    extend(_VERBS, _failure, lambda: _send_printed(*printed))
    answer_all()


# ---- what is printed and read


class _Printed(io.StringIO):
    """What the program printed since the last reply."""

    def taken(self) -> str:
        text = self.getvalue()[:_PRINTED_MOST]
        self.seek(0)
        self.truncate()
        return text

    def close(self) -> None:
        return None


def _send_printed(out: _Printed, err: _Printed) -> None:
    texts = out.taken(), err.taken()
    if any(texts):
        write_reply(("O", *texts))


class _Asked(io.TextIOBase):
    """A standard input that is read from the tests' process."""

    def readable(self) -> bool:
        return True

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        line: str = ask_tests(STDIN, ("readline",))
        return line

    def read(self, size: int | None = -1) -> str:
        text: str = ask_tests(STDIN, ("read",))
        return text


def _input(prompt: object = "", /) -> str:
    answered: str = ask_tests(STDIN, ("input", str(prompt)))
    return answered


# ---- descriptions


def _describe(subject: Any) -> tuple[Any, ...]:
    """`("class", name, qualified name, doc, bases, special methods, methods)` or `("object", class)`.

    A base is a class, or the name of a built-in exception.
    """
    kind = type(subject)
    if not isinstance(subject, type):
        arguments = tuple(map(plain, subject.args[:4])) if isinstance(subject, BaseException) else ()
        return answered(("object", kind, arguments))
    bases = tuple(_base(base) for base in subject.__bases__ if base is not object)
    own = [name for base in type.mro(subject) if base not in _COMMON_BASES for name in vars(base)]
    special = sorted({name for name in own if name.startswith("__") and name.endswith("__")})
    methods = sorted({name for name in own if name not in special and _is_method(subject, name)})
    hashable = getattr(subject, "__hash__", None) is not None
    names = (subject.__name__, subject.__qualname__, str(subject.__doc__ or "")[:_TEXT_MOST])
    return answered(("class", *names, bases, tuple(special), tuple(methods), hashable))


def _base(base: type) -> Any:
    return base.__name__ if BUILTIN_ERRORS.get(base.__name__) is base else base


def _is_method(kind: type, name: str) -> bool:
    for base in type.mro(kind):
        if name in vars(base):
            return isinstance(vars(base)[name], (types.FunctionType, classmethod, staticmethod))
    return False


# ---- what may be asked


def _module_get(subject: Any, name: str) -> tuple[Any, ...]:
    try:
        return answered(getattr(module, name))
    except AttributeError:
        raise AttributeError(f"the program does not define {name!r}") from None


def _method(subject: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    return call(getattr(subject, name), args, kwargs)


def _operate(subject: Any, name: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """A special method, looked up as the interpreter does: on the class."""
    result = getattr(type(subject), name)(subject, *args)
    return answered((False, None) if result is NotImplemented else (True, result))


def _exit_context(subject: Any, kind: Any, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """`__exit__`, told of an exception by the object, the name of its class, or None."""
    error: Any = kind
    if type(kind) is str:
        found = BUILTIN_ERRORS.get(kind, Exception)
        try:
            error = found(*arguments)
        except Exception:
            error = Exception(*arguments)
    told = (None, None, None) if error is None else (type(error), error, error.__traceback__)
    return answered(bool(type(subject).__exit__(subject, *told)))


def _await(subject: Any) -> tuple[Any, ...]:
    import asyncio

    async def waited() -> Any:
        return await subject

    return answered(asyncio.run(waited()))


def _delete(subject: Any, name: str) -> tuple[Any, ...]:
    delattr(subject, name)
    return answered(None)


def _set_in_module(subject: Any, name: str, value: Any) -> tuple[Any, ...]:
    setattr(module, name, value)
    return answered(None)


_VERBS: dict[str, Any] = {
    "describe": _describe,
    "method": _method,
    "operate": _operate,
    "exit": _exit_context,
    "await": _await,
    "delete": _delete,
    "module get": _module_get,
    "module set": _set_in_module,
    "module delete": lambda subject, name: _delete(module, name),
    "module names": lambda subject: answered(tuple(name for name in vars(module) if not name.startswith("_"))[:10_000]),
}


def _failure(error: BaseException) -> tuple[Any, ...]:
    """As `serve` tells of an exception, and with the object where its class is the program's own."""
    told = built_in_failure(error)
    return told if type(error) in BUILTIN_ERRORS.values() else (*told, error)

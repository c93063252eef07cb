# ruff: noqa: BLE001 - what the tests pass may raise anything; special methods are made by name
"""A program's module, classes and objects as a pytest suite sees them.

Theory of operation. The tests import a module (`ProgramModule`) that asks the program for each name. For each of the
program's classes there is a class here (its `type` is `ProgramClass`), with the bases that the program claims, so that
`isinstance`, `issubclass`, `except` and `pytest.raises` work as they stand; for each of its objects there is an
instance of such a class, and the same one each time, so that `is` works. An instance has the special methods that
its class has in the program, and hands them on.

What the program says of its own objects can make no wrong value right:

- Data crosses as data. Operators that meet data of the tests (`==`, `<`, `in`, `-`, ...) are handed on only for an
  object that the tests made themselves, by calling a class, and for what its operators gave; between two objects of
  the program's, only where the tests have named the class. Any other object is equal to nothing but itself.
- What must be a truth value, a number or a text (`bool`, `len`, `hash`, `str`) is one of exactly that type.
- The program's context managers suppress nothing but what the tests raise themselves, by a `raise` statement.
- Its exceptions are of the built-in classes or of its own; of the classes that steer an interpreter or pytest (a
  skip, an exit) there is none.
- A test that derives a class from one of the program's, or passes an object of its own, is `Unsplit`.
"""

from __future__ import annotations

import builtins
import functools
import sys
import types

from verifiers.code.guest.codec import STDIN, Opaque, encode
from verifiers.code.guest.remote import TOLD_MOST, Link, Posing, Remote, Unsplit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_CHUNK = 64
_NAME_MOST = 200
_METHODS_MOST = 10_000
_STEERING = (StopIteration, StopAsyncIteration, GeneratorExit, KeyboardInterrupt)
# what of an object's or function's own account of itself the tests may ask for
_TOLD = frozenset(
    (
        *("__dict__", "__name__", "__qualname__", "__doc__", "__annotations__", "__defaults__", "__kwdefaults__"),
        *("__dataclass_fields__", "__members__", "__match_args__", "__slots__", "__version__", "__func__", "__self__"),
    )
)
_FUNCTIONS = frozenset(("function", "method", "builtin_function_or_method"))
_EQUALITIES = frozenset(("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"))
# special methods whose answer must be of exactly this type
_EXACT: dict[str, type] = {
    **dict.fromkeys(("__bool__", "__contains__"), bool),
    **dict.fromkeys(("__len__", "__hash__", "__int__", "__index__", "__length_hint__"), int),
    **dict.fromkeys(("__str__", "__repr__", "__format__"), str),
    "__float__": float,
    "__complex__": complex,
    "__bytes__": bytes,
}
_SIMPLE = ("__add__", "__sub__", "__mul__", "__matmul__", "__truediv__", "__floordiv__", "__mod__", "__divmod__")
_BITS = ("__pow__", "__lshift__", "__rshift__", "__and__", "__xor__", "__or__")
_BINARY = _EQUALITIES | {form + name[2:] for name in (*_SIMPLE, *_BITS) for form in ("__", "__r", "__i")}
_HANDED_ON = frozenset(
    (
        *_EXACT,
        *_BINARY,
        *("__neg__", "__pos__", "__abs__", "__invert__", "__round__", "__trunc__", "__floor__", "__ceil__"),
        *("__getitem__", "__setitem__", "__delitem__", "__reversed__", "__copy__", "__deepcopy__"),
    )
)


def _link_of(value: Any) -> World:
    found: World = object.__getattribute__(value, "_truegrade")[0]
    return found


def mark_of(value: Any) -> Opaque | None:
    """The mark of what stands for something of the program's, None for all else."""
    kind = type(value)
    if kind is ProgramClass:
        mark: Opaque = type.__getattribute__(value, "_truegrade_class")[1]
        return mark
    if type(kind) is ProgramClass:
        found: Opaque = object.__getattribute__(value, "_truegrade")[1]
        return found
    return None


class ProgramClass(type):
    """The class of the classes that stand for the program's classes."""

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any], made: bool = False) -> ProgramClass:
        """Made by a `World` alone: the tests cannot derive from a class of the program's."""
        if not made:
            for base in bases:
                if type(base) is ProgramClass:
                    link: World = base.__dict__["_truegrade_class"][0]
                    link.unsplit = f"the tests derive {name!r} from a class of the program's"
                    raise Unsplit(link.unsplit)
        return super().__new__(mcs, name, bases, space)

    def __init__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any], made: bool = False) -> None:
        super().__init__(name, bases, space)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """An instance, made in the program."""
        link, mark, _ = type.__getattribute__(cls, "_truegrade_class")
        return _held(link.ask("call", mark, link.outward(args), link.outward(kwargs)))

    def __getattr__(cls, name: str) -> Any:
        link, mark, _ = type.__getattribute__(cls, "_truegrade_class")
        if _withheld(name):
            raise AttributeError(name)
        return link.named(link.ask("get", mark, name))

    def __setattr__(cls, name: str, value: Any) -> None:
        link, mark, _ = type.__getattribute__(cls, "_truegrade_class")
        link.ask("set", mark, name, link.outward(value))

    def __delattr__(cls, name: str) -> None:
        link, mark, _ = type.__getattribute__(cls, "_truegrade_class")
        link.ask("delete", mark, name)

    def __iter__(cls) -> Iterator[Any]:
        link, mark, _ = type.__getattribute__(cls, "_truegrade_class")
        return iter(link.ask("iter", mark))

    def __len__(cls) -> int:
        link, mark, _ = type.__getattribute__(cls, "_truegrade_class")
        length: int = _exactly(int, link.ask("len", mark))
        return length

    def __bool__(cls) -> bool:
        return True

    def __getitem__(cls, key: Any) -> Any:
        link, mark, _ = type.__getattribute__(cls, "_truegrade_class")
        return link.ask("item", mark, link.outward(key))


def _withheld(name: str) -> bool:
    """Whether a name is one that pytest or the interpreter asks for, and the program has no say in."""
    return (name.startswith("__") and name not in _TOLD) or name.startswith(("_pytest", "pytest"))


def _held(value: Any) -> Any:
    """`value`, which the tests made themselves."""
    if mark_of(value) is not None and type(value) is not ProgramClass:
        object.__getattribute__(value, "_truegrade")[2][0] = True
    return value


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"the program answered with {type(value).__name__}, not {kind.__name__}")
    return value


# ---- instances


def _get(self: Any, name: str) -> Any:
    if _withheld(name):
        raise AttributeError(name)
    link, mark, _ = object.__getattribute__(self, "_truegrade")
    if name in type(self).__dict__["_truegrade_methods"]:
        return _Method(self, name)
    return link.named(link.ask("get", mark, name))


def _doc(self: Any) -> Any:
    return _get(self, "__doc__")


def _set(self: Any, name: str, value: Any) -> None:
    if isinstance(self, BaseException) and name.startswith("__"):  # how the interpreter chains exceptions
        object.__setattr__(self, name, value)
        return
    link, mark, _ = object.__getattribute__(self, "_truegrade")
    link.ask("set", mark, name, link.outward(value))


def _delete(self: Any, name: str) -> None:
    link, mark, _ = object.__getattribute__(self, "_truegrade")
    link.ask("delete", mark, name)


def _called(self: Any, /, *args: Any, **kwargs: Any) -> Any:
    link, mark, _ = object.__getattribute__(self, "_truegrade")
    return link.ask("call", mark, link.outward(args), link.outward(kwargs))


def _iterated(self: Any) -> Iterator[Any]:
    iterator = _link_of(self).ask("iter", mark_of(self))
    mark = mark_of(iterator)
    if mark is None:
        yield from iterator
        return
    while True:
        items, ended = _exactly(tuple, _link_of(self).ask("next", mark, _CHUNK))
        yield from items
        if ended:
            return


def _next(self: Any) -> Any:
    items, ended = _exactly(tuple, _link_of(self).ask("next", mark_of(self), 1))
    if ended:
        raise StopIteration
    return items[0]


def _entered(self: Any) -> Any:
    return _link_of(self).operate(self, "__enter__")


def _exited(self: Any, kind: Any, error: Any, trace: Any) -> bool:
    link = _link_of(self)
    told: tuple[Any, tuple[Any, ...]] = (None, ())
    if error is not None:
        told = (mark_of(error) or _built_in_name(type(error)), tuple(str(part)[:TOLD_MOST] for part in error.args[:4]))
    suppressed = link.ask("exit", mark_of(self), *told)
    return suppressed is True and link.raised_by_tests(trace)


def _built_in_name(kind: type) -> str:
    names = (base.__name__ for base in kind.__mro__ if vars(builtins).get(base.__name__) is base)
    return next(names, "Exception")


def _awaited(self: Any) -> Any:
    yield from ()
    return _link_of(self).ask("await", mark_of(self))


def _sent(self: Any, value: Any) -> Any:
    raise StopIteration(_link_of(self).ask("await", mark_of(self)))


def _special(name: str) -> Callable[..., Any]:
    """What hands a special method on to the program."""

    def method(self: Any, *args: Any) -> Any:
        if name in _BINARY and not _believed(self, args[0]):
            return NotImplemented
        if name == "__contains__" and not _is_held(self):
            return any(item is args[0] or item == args[0] for item in self)
        found = _link_of(self).operate(self, name, *args)
        if found is NotImplemented:
            return found
        if name in _EQUALITIES:
            return _exactly(bool, found)
        if name in _EXACT:
            return _exactly(_EXACT[name], found)
        return _held(found) if _is_held(self) and name in _BINARY else found

    method.__name__ = name
    return method


def _is_held(value: Any) -> bool:
    held: bool = object.__getattribute__(value, "_truegrade")[2][0]
    return held


def _believed(one: Any, other: Any) -> bool:
    """Whether the program may say what `one` and `other` come to together."""
    if _is_held(one):
        return True
    named: bool = type.__getattribute__(type(one), "_truegrade_class")[2][0]
    return named and mark_of(other) is not None


class _Instance:
    """What all stand-ins for objects have; those for exceptions have it in their dictionaries."""

    __slots__ = ("_truegrade",)


class _Method:
    """A method of an object of the program's: looked up and called at once."""

    __test__ = False

    def __init__(self, owner: Any, name: str) -> None:
        self.__self__ = owner
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the program."""
        link = _link_of(self.__self__)
        return link.ask("method", mark_of(self.__self__), self.__name__, link.outward(args), link.outward(kwargs))

    def __eq__(self, other: object) -> bool:
        return type(other) is _Method and other.__self__ is self.__self__ and other.__name__ == self.__name__

    def __hash__(self) -> int:
        return hash((id(self.__self__), self.__name__))

    def __getattr__(self, name: str) -> Any:
        if _withheld(name):
            raise AttributeError(name)
        link = _link_of(self.__self__)
        return link.ask("get", link.ask("get", mark_of(self.__self__), self.__name__), name)


_BY_PRESENCE: dict[str, tuple[tuple[str, Callable[..., Any]], ...]] = {
    "__call__": (("__call__", _called),),
    "__iter__": (("__iter__", _iterated),),
    "__next__": (("__next__", _next),),
    "__enter__": (("__enter__", _entered),),
    "__exit__": (("__exit__", _exited),),
    "__await__": (("__await__", _awaited), ("send", _sent), ("throw", _sent), ("close", lambda self: None)),
}


# ---- the program as a whole


class World(Link):
    """The stream to one program, and what stands here for what is there.

    `raising`: whether a line of a file is a `raise` statement of the tests. `missing`: what they looked for in vain.
    """

    def __init__(self, raising: Callable[[str, int], bool]) -> None:
        super().__init__([], given=False)
        self._things: dict[int, Any] = {}
        self._raising = raising
        self.missing = ""

    def outward(self, value: Any) -> Any:
        """`value` as it can be written: what stands for the program's things replaced by their marks."""
        return _with_marks(value)

    def named(self, value: Any) -> Any:
        """`value`, which the tests asked for by its name."""
        if type(value) is ProgramClass:
            type.__getattribute__(value, "_truegrade_class")[2][0] = True
        return value

    def member(self, name: str) -> Any:
        """What the program calls `name`."""
        try:
            return self.ask("module get", None, name)
        except AttributeError as missing:
            self.missing = self.missing or str(missing)
            raise

    def operate(self, subject: Any, name: str, *args: Any) -> Any:
        """A special method of `subject`; `NotImplemented` where the program says so."""
        handled, result = _exactly(tuple, self.ask("operate", mark_of(subject), name, self.outward(args)))
        return result if handled is True else NotImplemented

    def _handle(self, value: Any) -> int:
        mocked = sys.modules.get("unittest.mock")
        if mocked is not None and isinstance(value, mocked.NonCallableMock) and callable(value):
            return super()._handle(functools.partial(value))
        return super()._handle(value)

    def raised_by_tests(self, trace: Any) -> bool:
        """Whether an exception comes from a `raise` statement of the tests."""
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        return trace is not None and self._raising(trace.tb_frame.f_code.co_filename, trace.tb_lineno)

    def _own_exception(self, reply: tuple[Any, ...]) -> BaseException | None:
        if len(reply) == 5 and isinstance(reply[4], BaseException):
            return reply[4]
        return SystemExit(*reply[2][:1]) if reply[1] == "SystemExit" and type(reply[2]) is tuple else None

    def _called_back(self, handle: Any, args: Any, kwargs: Any) -> bytes:
        if handle != STDIN:
            return super()._called_back(handle, args, kwargs)
        try:
            what, *rest = args
            found = _READS[what](*rest)
            return encode(("return", found if type(found) is str else str(found)))
        except Exception as error:
            return encode(("raise", type(error).__name__, str(error)[:TOLD_MOST]))

    def _printed(self, out: Any, err: Any) -> None:
        for stream, text in ((sys.stdout, out), (sys.stderr, err)):
            if type(text) is str:
                stream.write(text)

    def _remote(self, mark: Opaque) -> Any:
        if not mark.handle:
            return Posing(self, mark)
        known = self._things.get(mark.handle)
        if known is None:
            known = self._described(mark)
            known = self._things.setdefault(mark.handle, known)
        return known

    def _described(self, mark: Opaque) -> Any:
        what, *rest = _exactly(tuple, self.ask("describe", mark))
        if what == "class":
            return self._class(mark, *rest)
        kind, arguments = rest
        if type(kind) is not ProgramClass:
            raise TypeError("not a description")
        return self._instance(kind, mark, arguments)

    def _instance(self, kind: Any, mark: Opaque, arguments: Any) -> Any:
        made = kind.__new__(kind)
        if isinstance(made, BaseException):
            object.__setattr__(made, "args", _exactly(tuple, arguments))
        object.__setattr__(made, "_truegrade", (self, mark, [False]))
        return made

    def _class(
        self,
        mark: Opaque,
        name: Any,
        qualified: Any,
        doc: Any,
        bases: Any,
        special: Any,
        methods: Any,
        hashable: Any,
    ) -> ProgramClass:
        if not all(type(text) is str for text in (name, qualified, doc, *special, *methods)):
            raise TypeError("not a description")
        space: dict[str, Any] = {
            "__doc__": doc or None,
            "__module__": "solution",
            "__qualname__": qualified[:_NAME_MOST],
            "__test__": False,
            "_truegrade_class": (self, mark, [False]),
            "_truegrade_methods": frozenset(methods[:_METHODS_MOST]),
            "__getattr__": _get,
            "__setattr__": _set,
            "__delattr__": _delete,
        }
        if name in _FUNCTIONS:
            space["__doc__"] = property(_doc)
        for given in special:
            space.update(_BY_PRESENCE.get(given, ()))
            if given in _HANDED_ON and (given != "__hash__" or hashable is True):
                space[given] = _special(given)
        if hashable is not True:
            space["__hash__"] = None
        elif "__eq__" in space and "__hash__" not in space:
            space["__hash__"] = object.__hash__
        fit = self._bases(bases)
        if not issubclass(fit[0], BaseException):
            space["__slots__"] = ()
        try:
            return ProgramClass(name[:_NAME_MOST], fit, space, made=True)
        except TypeError:  # bases that do not go together here
            return ProgramClass(name[:_NAME_MOST], fit[:1], space, made=True)

    @staticmethod
    def _bases(claimed: Any) -> tuple[type, ...]:
        """The bases of a class: exceptions, or what stands for other classes of the program."""
        found: list[type] = []
        for base in claimed:
            if type(base) is str:
                kind = vars(builtins).get(base)
                fit = isinstance(kind, type) and issubclass(kind, BaseException) and not issubclass(kind, _STEERING)
                found.append(kind if isinstance(kind, type) and fit else RuntimeError)
            elif type(base) is ProgramClass:
                found.append(base)
        errors = tuple(base for base in found if issubclass(base, BaseException))
        return errors or (*found, _Instance)


def _with_marks(value: Any) -> Any:
    """`value` with every stand-in replaced by its mark, containers copied only where they hold one."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset):
        items = [_with_marks(item) for item in value]
        return value if all(new is old for new, old in zip(items, value)) else kind(items)
    if kind is dict:
        pairs = [(_with_marks(key), _with_marks(item)) for key, item in value.items()]
        same = all(key is old and item is value[old] for (key, item), old in zip(pairs, value))
        return value if same else dict(pairs)
    if kind is _Method:
        return _with_marks(_link_of(value.__self__).ask("get", mark_of(value.__self__), value.__name__))
    if isinstance(value, Remote):
        return value.__dict__["_mark"]
    mark = mark_of(value)
    return value if mark is None else mark


class ProgramModule(types.ModuleType):
    """The program's module, under one of the names by which the tests import it. `wanted`: what `import *` gives."""

    def __init__(self, name: str, link: World, wanted: list[str]) -> None:
        super().__init__(name)
        self.__dict__.update(_truegrade_link=link, _truegrade_wanted=wanted, __path__=[], __file__=f"<{name}>")

    def __getattr__(self, name: str) -> Any:
        link: World = self.__dict__["_truegrade_link"]
        if name == "__all__":
            have = link.ask("module names", None)
            return [wanted for wanted in self.__dict__["_truegrade_wanted"] if wanted in have]
        if _withheld(name) or name == "__dict__":
            raise AttributeError(name)
        return link.named(link.member(name))

    def __setattr__(self, name: str, value: Any) -> None:
        link: World = self.__dict__["_truegrade_link"]
        if name.startswith("__"):
            self.__dict__[name] = value
        else:
            link.ask("module set", None, name, link.outward(value))

    def __delattr__(self, name: str) -> None:
        link: World = self.__dict__["_truegrade_link"]
        link.ask("module delete", None, name)

    def __dir__(self) -> list[str]:
        link: World = self.__dict__["_truegrade_link"]
        return [name for name in link.ask("module names", None) if type(name) is str]


_READS: dict[str, Callable[..., Any]] = {
    "readline": lambda: sys.stdin.readline(),
    "read": lambda: sys.stdin.read(),
    "input": lambda prompt: builtins.input(prompt),
}

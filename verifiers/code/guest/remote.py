# ruff: noqa: BLE001 - what the tests pass may raise anything
"""A program as its tests see it: the stream to it, and what stands for its functions, classes and objects.

What the program sends are frames, and reach the tests as values of exact built-in types or as `Remote`
objects, which are equal to nothing but themselves. Bytes that are no reply, and a stream that ends, are `Lost`:
the examination is over, whatever the tests do about it.

Asking ahead: a call that must be carried to the program and back costs more than most calls. Tests mostly
call with arguments that do not depend on what came back, so the calls that are plain from the text, or that
the same suite has made before, are sent all at once when a program starts, and its answers are taken as the
tests come to make those very calls. Where they call otherwise the link has `diverged`, and is lost. Where the
calls known are all that the tests make, the program can be given them as it starts, and need not be asked.

Exceptions of the program are raised again by the nearest built-in class, but for those that steer control
flow (`StopIteration` would quietly end a `map` or a `for`, and so skip what it had to test). A function that
the tests pass stays here: the program may call it, and learns of it nothing but what it returns.
"""

from __future__ import annotations

import builtins
import functools
import os
import reprlib
import struct
import types

from verifiers.code.guest.codec import MESSAGE_MOST, CodecError, Opaque, decode, encode, frame, read_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeVar

    T = TypeVar("T")

CHANNEL = 3
CALLBACK = 1 << 31  # handles from here on are of functions that the tests passed
SUITE, START, DATA, END, ASK, FINDING, CALLS, PROGRESS = b"U", b"S", b"D", b"E", b"A", b"F", b"C", b"P"
NOT_AHEAD, GIVEN = b"-", b"+"
TOLD_MOST = 300
_CHUNK = 64
_AT_ONCE = 1 << 16
_HEAD = struct.Struct("<cI")
_HOLDERS_MOST = 1000
_AHEAD_CALLS_MOST = 20_000
_AHEAD_BYTES_MOST = 4 << 20
_STEERING = frozenset(("StopIteration", "StopAsyncIteration", "GeneratorExit", "SystemExit", "KeyboardInterrupt"))
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, functools.partial)


class _Short(reprlib.Repr):
    """Shows any value that a program may give, also one that Python refuses to write."""

    def repr1(self, x: Any, level: int) -> str:
        """`x`, or only its type where it is, or holds in itself, an integer of too many digits."""
        try:
            return super().repr1(x, level)
        except ValueError:
            return f"<{type(x).__name__}>"


_SHORT = _Short()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = _SHORT.maxset = 12


# ---- the grader's channel


def send(kind: bytes, body: bytes) -> None:
    """Send the grader a message."""
    data = kind + frame(body)
    while data:
        data = data[os.write(CHANNEL, data) :]


class _Inbox:
    """What has arrived from the grader and has not been taken."""

    def __init__(self) -> None:
        self._arrived = bytearray()

    def take(self, number: int) -> bytes:
        """The next `number` bytes; ends the process where there will be no more."""
        while len(self._arrived) < number:
            more = os.read(CHANNEL, _AT_ONCE)
            if not more:
                os._exit(0)
            self._arrived += more
        found = bytes(self._arrived[:number])
        del self._arrived[:number]
        return found


_inbox = _Inbox()


def receive() -> tuple[bytes, bytes]:
    """The grader's next message; ends the process when there is none."""
    kind, size = _HEAD.unpack(_inbox.take(_HEAD.size))
    if size > MESSAGE_MOST:
        raise CodecError("a message too long")
    return kind, _inbox.take(size)


# ---- the program


class Lost(BaseException):
    """The program stopped answering, or answered with what is no reply. Tests cannot catch it by `Exception`."""


class Unsplit(BaseException):
    """The tests give the program something that cannot leave this process."""


class Refused(Exception):
    """The program could not be loaded: `status` and what is told."""

    def __init__(self, status: str, told: str) -> None:
        super().__init__(told)
        self.status = status


# ---- the program, seen from here


class Link:
    """The stream to one program: asks it, and keeps account of what came of it."""

    def __init__(self, ahead: list[bytes], given: bool) -> None:
        self._arrived = b""
        self._at = 0
        self._ended = False
        self._ahead = ahead
        self._given = given
        self.asked: list[bytes] = []
        self._asked_bytes = 0
        self._learning = True
        self.taken = 0
        self.diverged = False
        self._remotes: dict[int, Remote] = {}
        self._callbacks: list[Callable[..., Any]] = []
        self._pending: list[tuple[Any, Any]] = []
        self.lost = ""
        self.unsplit = ""
        self.raised: BaseException | None = None
        self.told = ""
        self.last: tuple[bytes, Any] | None = None
        self.calls = 0

    def settle(self) -> None:
        """Apply the changes that calls made to their arguments."""
        while self._pending:
            old, new = self._pending.pop(0)
            _assign(old, new)

    def open(self) -> None:
        """Hear whether the program could be loaded; raises `Refused` or `Lost`."""
        if self._ahead and not self._given:
            send(ASK, b"".join(map(frame, self._ahead)))
        reply = self._reply()
        if reply[0] == "R":
            return
        told = reply[-1] if type(reply[-1]) is str else ""
        raise Refused({"S": "syntax", "M": "missing"}.get(reply[0], "load"), told)

    def ask(self, verb: str, target: Any, *rest: Any) -> Any:
        """What the program answers; raises the exception that it answers with."""
        if self.lost:
            raise Lost(self.lost)
        self.calls += verb == "call"
        try:
            request = encode((verb, target, *rest), export=self._handle)
        except CodecError as error:
            if not self.unsplit and self.last is not None and _holds(rest, self.last[1]):
                raise TypeError(f"what the program returned cannot be handed back to it: {error}") from None
            self.unsplit = self.unsplit or str(error)
            raise Unsplit(str(error)) from None
        self._learn(request, verb == "call" and type(target) is str)
        if not self._asked_ahead(request):
            send(ASK, frame(request))
        reply = self._answer()
        if reply[0] == "R" and len(reply) == 3:
            if verb == "call":
                self.last = (request, reply[1])
            if reply[2]:
                self._note_changes(rest[-2], reply[2])
            return reply[1]
        if reply[0] == "E" and len(reply) in (4, 5):
            self.raised = self._own_exception(reply) or _exception(reply[1], reply[2])
            self.told = reply[3] if type(reply[3]) is str else ""
            raise self.raised
        raise self._gone("the program sent what is no reply")

    def _own_exception(self, reply: tuple[Any, ...]) -> BaseException | None:
        """The exception that a reply tells of, where there is a better one than the nearest built-in."""
        return None

    def _printed(self, out: Any, err: Any) -> None:
        """The program printed something."""

    def _asked_ahead(self, request: bytes) -> bool:
        """Whether the answer to `request` is already on its way; raises `Lost` where that to another one is."""
        if self.taken == len(self._ahead) and not self._given:
            return False
        if self.taken == len(self._ahead) or self._ahead[self.taken] != request:
            self.diverged = True
            raise self._gone("the tests call otherwise than before")
        self.taken += 1
        return True

    def _learn(self, request: bytes, by_name: bool) -> None:
        """Keep what was asked, up to the first request that depends on the objects of one program."""
        self._asked_bytes += len(request)
        few = len(self.asked) < _AHEAD_CALLS_MOST and self._asked_bytes < _AHEAD_BYTES_MOST
        self._learning = self._learning and by_name and few and not self._remotes
        if self._learning:
            self.asked.append(request)

    @property
    def knows_all(self) -> bool:
        """Whether `asked` is all that the tests asked so far, and depends on no program's objects."""
        return self._learning

    def _gone(self, told: str) -> Lost:
        self.lost = told
        return Lost(told)

    def _reply(self) -> tuple[Any, ...]:
        try:
            body = read_frame(self._receive)
            reply = None if body is None else decode(body, hashing=True, opaque=self._remote)
        except CodecError:
            raise self._gone("the program sent what is no reply") from None
        if reply is None:
            raise self._gone("the program ended")
        if type(reply) is not tuple or len(reply) < 2:
            raise self._gone("the program sent what is no reply")
        return reply

    def _receive(self, number: int) -> bytes:
        while self._at == len(self._arrived) and not self._ended:
            kind, body = receive()
            self._at = 0
            self._arrived = body if kind == DATA else b""
            self._ended = kind != DATA
        found = self._arrived[self._at : self._at + number]
        self._at += len(found)
        return found

    def _note_changes(self, args: tuple[Any, ...], changed: Any) -> None:
        if type(changed) is not dict:
            raise self._gone("the program sent what is no reply")
        for place, new in changed.items():
            if type(place) is not int or not 0 <= place < len(args):
                raise self._gone("the program sent what is no reply")
            self._pending.append((args[place], new))

    def outward(self, value: Any) -> Any:
        """`value` as it can be written: remote objects replaced by their marks."""
        return _outward(value) if self._remotes else value

    def last_call(self) -> str:
        """The last call that was answered, for a person."""
        if self.last is None:
            return ""
        try:
            _, target, args, *_ = decode(self.last[0], hashing=True)
        except CodecError:
            return ""
        name = target if type(target) is str else repr(target)
        told = ", ".join(map(_SHORT.repr, args))
        return f"{name}({told[:120]}) returned {_SHORT.repr(self.last[1])[:120]}"

    def _answer(self) -> tuple[Any, ...]:
        """The reply to a request; until it comes, the functions that the tests passed are called as asked."""
        while True:
            reply = self._reply()
            if reply[0] == "O" and len(reply) == 3:
                self._printed(reply[1], reply[2])
                continue
            if reply[0] != "C" or len(reply) != 4:
                return reply
            send(ASK, frame(self._called_back(*reply[1:])))

    def _called_back(self, handle: Any, args: Any, kwargs: Any) -> bytes:
        """What a function of the tests returns, or raises, for the program."""
        if type(handle) is not int or not 0 <= handle - CALLBACK < len(self._callbacks):
            raise self._gone("the program sent what is no reply")
        try:
            result = self._callbacks[handle - CALLBACK](*args, **kwargs)
            return encode(("return", self.outward(result)), export=self._handle)
        except CodecError as error:
            self.unsplit = str(error)
            raise Unsplit(str(error)) from None
        except Exception as error:
            return encode(("raise", type(error).__name__, str(error)[:TOLD_MOST]))

    def _remote(self, mark: Opaque) -> Remote:
        if mark.posing or not mark.handle:
            return Posing(self, mark)
        known = self._remotes.get(mark.handle)
        if known is None:
            known = self._remotes[mark.handle] = Remote(self, mark)
        return known

    def _handle(self, value: Any) -> int:
        """A handle for a function that the tests pass: the program may call it, and that is all it may do."""
        if isinstance(value, Posing):
            raise value.refusal()
        if not isinstance(value, _FUNCTIONS):
            self.unsplit = f"the tests pass a {type(value).__name__!r} object, which cannot leave their process"
            raise CodecError(self.unsplit)
        self._learning = False
        self._callbacks.append(value)
        return CALLBACK + len(self._callbacks) - 1


class Remote:
    """An object of the program. It answers with values, and is equal to nothing but itself."""

    def __init__(self, link: Link, mark: Opaque) -> None:
        self.__dict__["_link"] = link
        self.__dict__["_mark"] = mark

    def _ask(self, verb: str, *rest: Any) -> Any:
        link: Link = self.__dict__["_link"]
        return link.ask(verb, self.__dict__["_mark"], *map(link.outward, rest))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object, or make an instance of the class, that it stands for."""
        return self._ask("call", args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._ask("get", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._ask("set", name, value)

    def __getitem__(self, key: Any) -> Any:
        return self._ask("item", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._ask("put", key, value)

    def __next__(self) -> Any:
        items, ended = _only(tuple, self._ask("next", 1))
        if ended:
            raise StopIteration
        return items[0]

    def __len__(self) -> int:
        return _only(int, self._ask("len"))

    def __bool__(self) -> bool:
        return _only(bool, self._ask("bool"))

    def __str__(self) -> str:
        return _only(str, self._ask("str"))

    def __repr__(self) -> str:
        return repr(self.__dict__["_mark"])

    def __iter__(self) -> Iterator[Any]:
        iterator = self._ask("iter")
        if not isinstance(iterator, Remote):
            raise TypeError("the program's object is not iterable")
        while True:
            items, ended = _only(tuple, iterator._ask("next", _CHUNK))
            yield from items
            if ended:
                return


class Posing(Remote):
    """An object of the program that poses as plain data: no test learns anything from it."""

    def _ask(self, verb: str, *rest: Any) -> Any:
        raise self.refusal()

    def refusal(self) -> TypeError:
        """What a test meets that uses it, or hands it back to the program."""
        return TypeError(f"the program returned a {self.__dict__['_mark'].kind!r} object, not plain data")

    def __str__(self) -> str:
        return repr(self)


class Candidate:
    """What the program defines under the entry point's name, be it a function or a class."""

    def __init__(self, link: Link, name: str) -> None:
        self.__dict__.update(_link=link, __name__=name, __qualname__=name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the program."""
        link: Link = self.__dict__["_link"]
        return link.ask("call", self.__name__, link.outward(args), link.outward(kwargs))

    def __getattr__(self, name: str) -> Any:
        link: Link = self.__dict__["_link"]
        return link.ask("get", self.__name__, name)


def _only(kind: type[T], value: Any) -> T:
    if type(value) is not kind:
        raise TypeError(f"the program answered with {type(value).__name__}, not {kind.__name__}")
    return value


def _outward(value: Any) -> Any:
    """`value` with every remote object replaced by its mark, containers copied only where they hold one."""
    if isinstance(value, Remote):
        return value.__dict__["_mark"]
    if type(value) in (list, tuple, set, frozenset):
        items = [_outward(item) for item in value]
        return value if all(new is old for new, old in zip(items, value)) else type(value)(items)
    if type(value) is dict:
        pairs = [(_outward(key), _outward(item)) for key, item in value.items()]
        same = all(key is old and item is value[old] for (key, item), old in zip(pairs, value))
        return value if same else dict(pairs)
    return value


def _holds(value: Any, sought: Any) -> bool:
    """Whether the container `sought` itself stands somewhere among the first values in `value`."""
    if type(sought) not in (list, tuple, dict, set, frozenset):
        return False
    waiting = [value]
    for _ in range(_HOLDERS_MOST):
        if not waiting:
            break
        found = waiting.pop(0)
        if found is sought:
            return True
        if type(found) in (list, tuple, set, frozenset):
            waiting += list(found)[:_HOLDERS_MOST]
        elif type(found) is dict:
            waiting += list(found.values())[:_HOLDERS_MOST]
    return False


def _exception(kind: Any, arguments: Any) -> BaseException:
    found = vars(builtins).get(kind) if type(kind) is str else None
    if not (isinstance(found, type) and issubclass(found, BaseException)) or kind in _STEERING:
        found = RuntimeError
    if not issubclass(found, Exception):
        found = RuntimeError
    try:
        return found(*arguments)
    except Exception:  # a class that wants other arguments
        return Exception(str(arguments)[:TOLD_MOST])


def _assign(old: Any, new: Any) -> None:
    """Give the mutable `old` the contents of `new`; nested containers keep their identity where places match."""
    if type(old) is not type(new):
        return
    if type(old) is list:
        if len(old) == len(new):
            old[:] = [_kept(was, now) for was, now in zip(old, new)]
        else:
            old[:] = new
    elif isinstance(old, dict):
        kept = {key: _kept(old[key], now) if key in old else now for key, now in new.items()}
        old.clear()
        old.update(kept)
    elif isinstance(old, set):
        old.clear()
        old.update(new)
    elif type(old) is bytearray:
        old[:] = new
    elif hasattr(old, "clear") and hasattr(old, "extend"):
        old.clear()
        old.extend(new)
    elif type(old) is tuple and len(old) == len(new):
        for was, now in zip(old, new):
            _assign(was, now)


def _kept(was: Any, now: Any) -> Any:
    if type(was) is type(now) and isinstance(was, (list, dict, set, bytearray)):
        _assign(was, now)
        return was
    return now

"""The elements of a large JSON document, one at a time.

Logs that are one JSON document may be as large as any file of lines. `elements` walks through such a document and
gives the text of each element of its outermost array or object, going into the members that are named; what it holds
at once is one element. Only strings and brackets are looked at: whether an element is JSON says the one who parses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from verifiers.errors import InputError
from verifiers.records import open_to_read, reading

Place = tuple[str | int, ...]

_BLOCK = 1 << 16
_SPACE = re.compile(rb"[ \t\r\n]*")
_BRACKET = re.compile(rb'["\[\]{}]')
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SCALAR_END = re.compile(rb"[,\]}\s]")


def elements(path: Path, inside: Collection[str] = ()) -> Iterator[tuple[Place, bytes]]:
    """The elements of the array or object in `path`, each with its keys; those named by `inside` are gone into.

    `{"a": 1, "b": [2, 3]}` gives `("a",)` and `("b",)`, or with `inside={"b"}` `("a",)`, `("b", 0)` and `("b", 1)`.
    Raises `InputError` where the file ends early or holds something else.
    """
    with open_to_read(path) as file, reading(path):
        text = _Text(path, file.read)
        yield from _members(text, (), frozenset(inside))
        if text.next() is not None:
            raise text.error("goes on after its end")


def names(path: Path, most: int = 3) -> list[str]:
    """The first names of the object in `path`, without reading what the last of them holds; none of an array."""
    found: list[str] = []
    with open_to_read(path) as file, reading(path):
        text = _Text(path, file.read)
        if text.next() != b"{":
            return found
        text.take(1)
        while text.next() == b'"':
            found.append(_key(text))
            if len(found) == most:
                break
            text.value()
            if text.next() == b",":
                text.take(1)
    return found


def _members(text: _Text, place: Place, inside: frozenset[str]) -> Iterator[tuple[Place, bytes]]:
    opening = text.next()
    if opening not in (b"[", b"{"):
        raise text.error("is neither a JSON array nor an object" if not place else f"{place[-1]!r} is no list")
    text.take(1)
    closing = b"]" if opening == b"[" else b"}"
    index = 0
    while text.next() != closing:
        if index:
            text.expect(b",")
        key: str | int = index if opening == b"[" else _key(text)
        here = (*place, key)
        if key in inside and text.next() in (b"[", b"{"):
            yield from _members(text, here, inside - {str(key)})
        else:
            yield here, text.value()
        index += 1
    text.take(1)


def _key(text: _Text) -> str:
    if text.next() != b'"':
        raise text.error("an object has something else than a name where one is due")
    name = text.value()[1:-1].decode("utf-8", "replace")
    text.expect(b":")
    return name


class _Text:
    """The bytes of a document, read as far as they are needed."""

    def __init__(self, path: Path, read: Callable[[int], bytes]) -> None:
        self._path = path
        self._read = read
        self._held = b""
        self._at = 0
        self._passed = 0
        self._ended = False

    def error(self, message: str) -> InputError:
        """An error at this place."""
        return InputError(f"is not JSON at byte {self._passed + self._at}: {message}", path=str(self._path))

    def _more(self) -> bool:
        """Read on; False at the end. What was read before `_at` is let go."""
        block = self._read(max(_BLOCK, len(self._held) - self._at))
        self._passed += self._at
        self._held, self._at = self._held[self._at :] + block, 0
        self._ended = not block
        return bool(block)

    def next(self) -> bytes | None:
        """The next byte that is no space, or None at the end."""
        while True:
            found = _SPACE.match(self._held, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._held):
                return self._held[self._at : self._at + 1]
            if not self._more():
                return None

    def take(self, count: int) -> None:
        """Pass over bytes."""
        self._at += count

    def expect(self, due: bytes) -> None:
        """Pass over `due`."""
        found = self.next()
        if found != due:
            raise self.error(f"{due.decode()!r} is due" + ("" if found else ", but the file ends: it was cut off"))
        self.take(1)

    def value(self) -> bytes:
        """The text of the value that comes next."""
        opening = self.next()
        if opening is None:
            raise self.error("a value is due, but the file ends: it was cut off")
        end = self._string(0) if opening == b'"' else self._nested() if opening in (b"[", b"{") else self._scalar()
        value = self._held[self._at : self._at + end]
        self._at += end
        return value

    # lengths from here on, since reading on moves what is held

    def _string(self, start: int) -> int:
        while True:
            found = _STRING.match(self._held, self._at + start)
            if found is not None:
                return found.end() - self._at
            if not self._more():
                raise self.error("a text has no end: the file was cut off")

    def _nested(self) -> int:
        depth, here = 0, 0
        while True:
            found = _BRACKET.search(self._held, self._at + here)
            if found is None:
                here = len(self._held) - self._at
                if not self._more():
                    raise self.error("a list or object has no end: the file was cut off")
                continue
            here = found.start() - self._at
            mark = found.group()
            if mark == b'"':
                here = self._string(here)
                continue
            here += 1
            depth += 1 if mark in b"[{" else -1
            if depth == 0:
                return here

    def _scalar(self) -> int:
        while True:
            found = _SCALAR_END.search(self._held, self._at)
            if found is not None:
                if found.start() == self._at:
                    raise self.error("a value is due")
                return found.start() - self._at
            if not self._more():
                return len(self._held) - self._at

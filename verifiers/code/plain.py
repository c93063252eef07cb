"""Values that JSON has no form for, written in JSON: `{"$tuple": [1, 2]}`.

An object with exactly one key, and that one of `_TAGS`, stands for a value of another type; everything else is what it
is. `to_json` writes what `codec` has read without hashing (`Pairs`, `Members`) as well as ordinary values, and
`from_json` makes ordinary values of it: `from_json(to_json(value)) == value`.

>>> from_json({"$set": [1, {"$tuple": [2, "x"]}]}) == {1, (2, "x")}
True
>>> to_json((1.5, float("inf")))
{'$tuple': [1.5, {'$float': 'inf'}]}
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from verifiers.code.guest.codec import Members, Pairs


@dataclass(frozen=True, slots=True)
class Digest:
    """Stands for an expected value too large to keep: SHA-256 of its canonical text, and the bytes of its encoding."""

    sha256: str
    size: int

    def matches(self, value: Any) -> bool:
        """Whether `value` (read by `codec`) is equal to it: `==`, but a list is no tuple."""
        found = hashlib.sha256()
        try:
            _digest(value, found.update)
        except ValueError:
            return False
        return found.hexdigest() == self.sha256


def digest_of(value: Any, size: int) -> Digest:
    """The digest of `value`, whose encoding takes `size` bytes; raises `ValueError` for what can have none."""
    found = hashlib.sha256()
    _digest(value, found.update)
    return Digest(found.hexdigest(), size)


def _digest(value: Any, update: Callable[[bytes], None]) -> None:
    """The canonical text of a value: equal values, equal texts; of leaves and sequences alone."""
    kind = type(value)
    if kind in (list, tuple):
        update(b"[" if kind is list else b"(")
        for item in value:
            _digest(item, update)
        update(b"]")
    elif kind is float and not value.is_integer():
        update(b"f" + value.hex().encode() + b",")
    elif kind in (int, bool, float):
        update(b"i" + hex(int(value)).encode() + b",")
    elif kind is str:
        text = value.encode("utf-8", "surrogatepass")
        update(b"s%d:" % len(text) + text)
    elif value is None:
        update(b"n")
    else:
        raise ValueError(f"a value of type {kind.__name__!r} has no digest")


_INT_BITS_MOST = 2000  # more digits than a reader of JSON must take


def _pairs(value: Any) -> dict[Any, Any]:
    return {from_json(key): from_json(item) for key, item in value}


def _complex(value: Any) -> complex:
    real, imaginary = value
    return complex(from_json(real), from_json(imaginary))


_TAGS: dict[str, Callable[[Any], Any]] = {
    "$tuple": lambda value: tuple(map(from_json, value)),
    "$set": lambda value: set(map(from_json, value)),
    "$frozenset": lambda value: frozenset(map(from_json, value)),
    "$dict": _pairs,
    "$float": float,
    "$int": lambda value: int(value, 16),
    "$complex": _complex,
    "$digest": lambda value: Digest(*value),
    "$bytes": lambda value: base64.b64decode(value, validate=True),
}


def from_json(value: Any) -> Any:
    """The value that `value` stands for; raises `ValueError` for a tag with something that it cannot hold."""
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((tag, inside),) = value.items()
        make = _TAGS.get(tag)
        if make is not None:
            try:
                return make(inside)
            except (TypeError, ValueError) as error:
                raise ValueError(f"{tag} cannot hold this: {error}") from None
    return {key: from_json(item) for key, item in value.items()}


def to_json(value: Any) -> Any:
    """JSON that stands for `value`; raises `ValueError` where there is none."""
    write = _WRITERS.get(type(value))
    if write is None:
        raise ValueError(f"a value of type {type(value).__name__!r} has no form in JSON")
    return write(value)


def _float_to_json(value: float) -> Any:
    return value if math.isfinite(value) else {"$float": repr(value)}


def _items(value: Any) -> list[Any]:
    return [to_json(item) for item in value]


def _mapping_to_json(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
    plain = all(type(key) is str for key, _ in pairs) and not (len(pairs) == 1 and pairs[0][0].startswith("$"))
    if plain and len({key for key, _ in pairs}) == len(pairs):
        return {key: to_json(item) for key, item in pairs}
    return {"$dict": [[to_json(key), to_json(item)] for key, item in pairs]}


_WRITERS: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys((type(None), bool, str), lambda value: value),
    int: lambda value: value if value.bit_length() <= _INT_BITS_MOST else {"$int": hex(value)},
    float: _float_to_json,
    complex: lambda value: {"$complex": [_float_to_json(value.real), _float_to_json(value.imag)]},
    bytes: lambda value: {"$bytes": base64.b64encode(value).decode("ascii")},
    list: _items,
    tuple: lambda value: {"$tuple": _items(value)},
    set: lambda value: {"$set": _items(value)},
    frozenset: lambda value: {"$frozenset": _items(value)},
    Digest: lambda value: {"$digest": [value.sha256, value.size]},
    Members: lambda value: {"$set": _items(value)},
    dict: lambda value: _mapping_to_json(list(value.items())),
    Pairs: lambda value: _mapping_to_json(list(value)),
}

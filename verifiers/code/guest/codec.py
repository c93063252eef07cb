"""Plain values as bytes, strictly: how values cross between a program and what judges it.

Theory of operation. One side of a crossing is never trusted, so the code is closed: a tag byte, then a fixed
layout; no names are looked up, nothing is called or imported by what the bytes say, and lengths, depth and
the number of values are capped before memory is taken. Only a value whose *exact* type stands in `_WRITERS`
is written as a value. Everything else, an `int` subclass whose `__eq__` says yes or an object that claims a
`__class__`, is written as an opaque mark (`Opaque`: a handle and a type's name), which is equal to no value.
The types of `_LATER` are met only by programs that import their modules; they join the table when first seen,
so that the modules cost nothing to a process that does without.

Reading has two manners. With `hashing=True` dictionaries and sets become real ones: only for a process that
may be killed, since a sender can choose keys that collide. With `hashing=False` they become `Pairs` and
`Members`, in which nothing is hashed (and exact fractions become opaque): reading then is linear whatever the
bytes are.

Layout: integers little-endian; counts and lengths are 4 bytes.
"""

from __future__ import annotations

import builtins
import operator
import struct
import sys
from collections import Counter, OrderedDict, defaultdict, deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime, time, timedelta
    from typing import Any

# Functions made from here on keep these built-ins, whatever a program does to the shared ones.
globals()["__builtins__"] = dict(vars(builtins))

DEPTH_MOST = 200
NODES_MOST = 2_000_000  # but for those in packed lists, which their bytes bound
BYTES_MOST = 16 << 20
INT_BYTES_MOST = 1 << 20
STDIN = (1 << 32) - 1  # the handle of what reads the tests' standard input
MESSAGE_MOST = 1 << 30  # for what only the grader sends
_NAME_MOST = 80
_PACK_FROM = 4  # shorter lists gain nothing from being packed

_pack, _unpack = struct.pack, struct.unpack
_U32 = struct.Struct("<I")
_I64 = struct.Struct("<q")
_F64 = struct.Struct("<d")
_C128 = struct.Struct("<dd")


class CodecError(Exception):
    """Bytes that are no value, or a value that is too large or too deep to cross."""


class Opaque:
    """Something that is not plain data: equal to nothing but itself.

    `handle` names it in the process it lives in (0: cannot be named); `kind` is its type's name; `posing` is
    True for an instance of a subclass of a plain type, which therefore poses as data.
    """

    __slots__ = ("handle", "kind", "posing")

    def __init__(self, handle: int, kind: str, posing: bool) -> None:
        self.handle = handle
        self.kind = kind
        self.posing = posing

    def __repr__(self) -> str:
        return f"<{self.kind} object>"


class Pairs(list):  # type: ignore[type-arg]  # subscripting list at run time needs 3.9
    """The items of a dictionary, unhashed: `(key, value)` tuples."""


class Members(list):  # type: ignore[type-arg]  # as above
    """The members of a set, unhashed."""


# Built-in types and pure functions, which tests may pass or compare; they cross by their place in this table.
_NAMED: tuple[Any, ...] = (
    *(bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, slice),
    *(type(None), object, type, abs, len, max, min, sum, sorted, any, all, ord, chr, pow, round, divmod, repr),
    *(Counter, OrderedDict, defaultdict, deque),
)
_PLACES = {id(named): place for place, named in enumerate(_NAMED)}

# ---- writing


class _Writer:
    __slots__ = ("export", "left", "most", "out")

    def __init__(self, export: Callable[[Any], int] | None, most: int) -> None:
        self.out = bytearray()
        self.export = export
        self.most = most
        self.left = NODES_MOST

    def value(self, value: Any, depth: int) -> None:
        kind = type(value)
        write = _WRITERS.get(kind)
        if write is None:
            write = _write_foreign
        write(self, value, depth)

    def count(self, tag: bytes, number: int, depth: int) -> None:
        """Begin a container of `number` values."""
        self.left -= number
        if depth >= DEPTH_MOST or self.left < 0 or len(self.out) > self.most:
            raise CodecError("too large or too deep to cross")
        self.out += tag
        self.out += _U32.pack(number)

    def block(self, tag: bytes, data: bytes) -> None:
        if len(self.out) + len(data) > self.most:
            raise CodecError("too large to cross")
        self.out += tag
        self.out += _U32.pack(len(data))
        self.out += data


def _write_int(writer: _Writer, value: int, depth: int) -> None:
    if -(1 << 63) <= value < 1 << 63:
        writer.out += b"I"
        writer.out += _I64.pack(value)
        return
    size = value.bit_length() // 8 + 1
    if size > INT_BYTES_MOST:
        raise CodecError("an integer too large to cross")
    writer.block(b"J", value.to_bytes(size, "little", signed=True))


def _write_list(writer: _Writer, value: list[Any], depth: int) -> None:
    number = len(value)
    if number >= _PACK_FROM:
        kinds = set(map(type, value))
        if len(kinds) == 1 and _write_packed(writer, value, kinds.pop()):
            return
    _write_items(writer, b"l", value, depth)


def _write_packed(writer: _Writer, value: list[Any], kind: type) -> bool:
    if kind is int:
        try:
            writer.block(b"a", _pack(f"<{len(value)}q", *value))
        except struct.error:
            return False
        return True
    if kind is float:
        writer.block(b"h", _pack(f"<{len(value)}d", *value))
        return True
    return False


def _write_items(writer: _Writer, tag: bytes, items: Any, depth: int) -> None:
    writer.count(tag, len(items), depth)
    table, deeper = _WRITERS, depth + 1
    for item in items:
        table.get(type(item), _write_foreign)(writer, item, deeper)


def _write_mapping(writer: _Writer, tag: bytes, value: dict[Any, Any], depth: int) -> None:
    writer.count(tag, len(value), depth)
    for key, item in value.items():
        writer.value(key, depth + 1)
        writer.value(item, depth + 1)


def _write_parts(writer: _Writer, tag: bytes, parts: tuple[Any, ...], depth: int) -> None:
    writer.out += tag
    for part in parts:
        writer.value(part, depth + 1)


def _offset_of(zone: Any) -> timedelta | None:
    if zone is None:
        return None
    from datetime import timezone

    if type(zone) is not timezone:
        raise CodecError("a time zone that cannot cross")
    return zone.utcoffset(None)


def _date_parts(value: date) -> tuple[int, ...]:
    return (value.year, value.month, value.day)


def _time_parts(value: time | datetime) -> tuple[Any, ...]:
    clock = (value.hour, value.minute, value.second, value.microsecond)
    return (*clock, value.fold, _offset_of(value.tzinfo))


def _write_foreign(writer: _Writer, value: Any, depth: int) -> None:
    kind = type(value)
    place = _PLACES.get(id(value))
    if place is not None:
        writer.out += b"Y"
        writer.out += _U32.pack(place)
        return
    if kind.__module__ in _LATER:
        write = _late_writer(kind)
        if write is not None:
            write(writer, value, depth)
            return
    plain = _numpy_scalar(value, kind)
    if plain is not None:
        writer.value(plain, depth)
        return
    if kind.__module__ == "numpy" and _write_array(writer, value, kind, depth):
        return
    if _is_named_tuple(kind):
        _write_named_tuple(writer, value, depth)
        return
    handle = writer.export(value) if writer.export is not None else 0
    posing = any(base in _DATA_TYPES for base in type.mro(kind))
    _write_mark(writer, handle, type.__dict__["__name__"].__get__(kind), posing)


def _write_mark(writer: _Writer, handle: int, name: str, posing: bool) -> None:
    writer.out += b"U" if posing else b"X"
    writer.out += _U32.pack(handle)
    writer.block(b"", name.encode("ascii", "replace")[:_NAME_MOST])


def _write_array(writer: _Writer, value: Any, kind: type, depth: int) -> bool:
    """Write an array of numbers; False for anything else."""
    if kind is not getattr(sys.modules.get("numpy"), "ndarray", None) or value.dtype.kind not in _ARRAY_KINDS:
        return False
    writer.out += b"A"
    for part in (value.dtype.newbyteorder("<").str, tuple(map(int, value.shape))):
        writer.value(part, depth + 1)
    writer.block(b"", value.astype(value.dtype.newbyteorder("<"), order="C").tobytes())
    return True


_ARRAY_KINDS = frozenset("biufc")  # truth values, integers, floats, complex numbers
_ARRAY_TYPES = frozenset(
    ("|b1", "|i1", "|u1", *("<" + kind for kind in ("i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")))
)


def _is_named_tuple(kind: type) -> bool:
    """Whether `kind` is a tuple with names for its places that compares and reads as a tuple does."""
    names = type.__dict__["__dict__"].__get__(kind).get("_fields")
    own = [base for base in type.mro(kind) if base not in (tuple, object)]
    return (
        type(names) is tuple
        and all(type(name) is str for name in names)
        and type.mro(kind)[len(own)] is tuple
        and not any(name in type.__dict__["__dict__"].__get__(base) for base in own for name in _TUPLE_READING)
    )


_TUPLE_READING = ("__eq__", "__ne__", "__lt__", "__hash__", "__iter__", "__len__", "__getitem__", "__contains__")


def _write_named_tuple(writer: _Writer, value: Any, depth: int) -> None:
    kind = type(value)
    names = type.__dict__["__dict__"].__get__(kind)["_fields"]
    plain = tuple.__getitem__(value, slice(None))
    _write_parts(writer, b"p", (type.__dict__["__name__"].__get__(kind)[:_NAME_MOST], names, plain), depth)


def _numpy_scalar(value: Any, kind: type) -> Any:
    """The built-in number that a numpy scalar stands for: numpy's own `==` takes them for equal."""
    if kind.__module__ != "numpy" or not hasattr(value, "item") or getattr(value, "shape", None) != ():
        return None
    item = value.item()
    return item if type(item) in (bool, int, float, complex, str, bytes) else None


_WRITERS: dict[type, Callable[[_Writer, Any, int], None]] = {
    type(None): lambda w, v, d: w.out.extend(b"N"),
    bool: lambda w, v, d: w.out.extend(b"T" if v else b"F"),
    int: _write_int,
    float: lambda w, v, d: w.out.extend(b"f" + _F64.pack(v)),
    complex: lambda w, v, d: w.out.extend(b"c" + _C128.pack(v.real, v.imag)),
    str: lambda w, v, d: w.block(b"s", v.encode("utf-8", "surrogatepass")),
    bytes: lambda w, v, d: w.block(b"b", v),
    bytearray: lambda w, v, d: w.block(b"B", bytes(v)),
    list: _write_list,
    tuple: lambda w, v, d: _write_items(w, b"t", v, d),
    dict: lambda w, v, d: _write_mapping(w, b"d", v, d),
    set: lambda w, v, d: _write_items(w, b"S", v, d),
    frozenset: lambda w, v, d: _write_items(w, b"Z", v, d),
    deque: lambda w, v, d: _write_items(w, b"q", v, d),
    OrderedDict: lambda w, v, d: _write_mapping(w, b"o", v, d),
    Counter: lambda w, v, d: _write_mapping(w, b"C", v, d),
    defaultdict: lambda w, v, d: _write_mapping(w, b"g", v, d),
    type(...): lambda w, v, d: w.out.extend(b"E"),
    range: lambda w, v, d: _write_parts(w, b"r", (v.start, v.stop, v.step), d),
    slice: lambda w, v, d: _write_parts(w, b"k", (v.start, v.stop, v.step), d),
    Opaque: lambda w, v, d: _write_mark(w, v.handle, v.kind, v.posing),
}
_DATA_TYPES = set(_WRITERS) - {Opaque}
_LATER: dict[str, dict[str, Callable[[_Writer, Any, int], None]]] = {
    "fractions": {"Fraction": lambda w, v, d: _write_parts(w, b"n", (v.numerator, v.denominator), d)},
    "decimal": {"Decimal": lambda w, v, d: _write_parts(w, b"D", v.as_tuple(), d)},
    "datetime": {
        "date": lambda w, v, d: _write_parts(w, b"y", _date_parts(v), d),
        "time": lambda w, v, d: _write_parts(w, b"m", _time_parts(v), d),
        "datetime": lambda w, v, d: _write_parts(w, b"M", _date_parts(v) + _time_parts(v), d),
        "timedelta": lambda w, v, d: _write_parts(w, b"e", (v.days, v.seconds, v.microseconds), d),
    },
}


def _late_writer(kind: type) -> Callable[[_Writer, Any, int], None] | None:
    """The writer of a type from a module of `_LATER`, whose types join the table; None for any other type."""
    module = sys.modules.get(kind.__module__)
    for name, write in _LATER[kind.__module__].items():
        late = getattr(module, name, None)
        if isinstance(late, type):
            _WRITERS.setdefault(late, write)
            _DATA_TYPES.add(late)
    return _WRITERS.get(kind)


def encode(value: Any, *, export: Callable[[Any], int] | None = None, most: int = BYTES_MOST) -> bytes:
    """`value` as bytes, at most about `most` of them.

    `export` gives a handle to an object that is not plain data. Raises `CodecError` where the value is too
    large or too deep (a self-reference is too deep).
    """
    writer = _Writer(export, most)
    writer.value(value, 0)
    if len(writer.out) > most:
        raise CodecError("too large to cross")
    return bytes(writer.out)


# ---- reading


class _Reader:
    __slots__ = ("at", "data", "hashing", "left", "opaque")

    def __init__(self, data: bytes, hashing: bool, opaque: Callable[[Opaque], Any]) -> None:
        self.data = data
        self.at = 0
        self.hashing = hashing
        self.opaque = opaque
        self.left = NODES_MOST

    def take(self, number: int) -> bytes:
        start = self.at
        self.at = end = start + number
        if end > len(self.data):
            raise CodecError("cut short")
        return self.data[start:end]

    def count(self) -> int:
        number: int = _U32.unpack(self.take(4))[0]
        return number

    def value(self, depth: int) -> Any:
        if depth > DEPTH_MOST:
            raise CodecError("too deep")
        self.left -= 1
        if self.left < 0:
            raise CodecError("too many values")
        read = _READERS.get(self.data[self.at : self.at + 1])
        if read is None:
            raise CodecError("not a value")
        self.at += 1
        return read(self, depth)

    def items(self, depth: int) -> list[Any]:
        number = self.count()
        if number > self.left:
            raise CodecError("too many values")
        return [self.value(depth + 1) for _ in range(number)]

    def mapping(self, depth: int) -> list[tuple[Any, Any]]:
        number = self.count()
        if number * 2 > self.left:
            raise CodecError("too many values")
        return [(self.value(depth + 1), self.value(depth + 1)) for _ in range(number)]

    def packed(self, code: str) -> list[Any]:
        data = self.take(self.count())
        if len(data) % 8:
            raise CodecError("not a packed list")
        return list(_unpack(f"<{len(data) // 8}{code}", data))

    def parts(self, number: int, depth: int, kinds: tuple[type, ...] = (int,)) -> list[Any]:
        found = [self.value(depth + 1) for _ in range(number)]
        if any(type(part) not in kinds for part in found):
            raise CodecError("not a value of this kind")
        return found


def _read_int(reader: _Reader) -> int:
    size = reader.count()
    if size > INT_BYTES_MOST:
        raise CodecError("an integer too large")
    return int.from_bytes(reader.take(size), "little", signed=True)


def _read_mapping(reader: _Reader, depth: int, make: Callable[[Iterable[tuple[Any, Any]]], Any]) -> Any:
    pairs = reader.mapping(depth)
    return make(pairs) if reader.hashing else Pairs(pairs)


def _read_members(reader: _Reader, depth: int, make: Callable[[Iterable[Any]], Any]) -> Any:
    members = reader.items(depth)
    return make(members) if reader.hashing else Members(members)


def _read_decimal(reader: _Reader, depth: int) -> Any:
    from decimal import Decimal

    sign, digits, exponent = reader.parts(3, depth, (int, str, tuple))
    return Decimal((sign, digits, exponent)) if reader.hashing else Opaque(0, "Decimal", False)


def _read_fraction(reader: _Reader, depth: int) -> Any:
    from fractions import Fraction

    numerator, denominator = reader.parts(2, depth)
    # reducing to lowest terms is quadratic in the digits: for a process that may be killed
    return Fraction(numerator, denominator) if reader.hashing else Opaque(0, "Fraction", False)


def _read_array(reader: _Reader, depth: int) -> Any:
    """An array, where numpy is there and values are wanted; else a mark."""
    kind, shape = reader.parts(2, depth, (str, tuple))
    data = reader.take(reader.count())
    if kind not in _ARRAY_TYPES or not all(type(size) is int and 0 <= size < 1 << 32 for size in shape):
        raise CodecError("not an array")
    if not reader.hashing:
        return Opaque(0, "ndarray", False)
    try:
        import numpy
    except ImportError:
        return Opaque(0, "ndarray", False)
    return numpy.frombuffer(data, dtype=kind).reshape(shape).copy()


_named_tuples: dict[tuple[str, tuple[str, ...]], type] = {}
_NAMED_TUPLES_MOST = 1000


def _read_named_tuple(reader: _Reader, depth: int) -> Any:
    name, names, values = reader.parts(3, depth, (str, tuple))
    fit = type(name) is str and type(names) is type(values) is tuple and len(names) == len(values)
    if not fit or not all(type(each) is str for each in names):
        raise CodecError("not a named tuple")
    if not reader.hashing:
        return values
    kind = _named_tuples.get((name, names))
    if kind is None:
        if len(_named_tuples) >= _NAMED_TUPLES_MOST or any(each.startswith("_") for each in names):
            return values
        space: dict[str, Any] = {each: property(operator.itemgetter(place)) for place, each in enumerate(names)}
        space.update(__slots__=(), _fields=names, __repr__=_told_by_name)
        kind = _named_tuples[name, names] = type(name[:_NAME_MOST], (tuple,), space)
    return kind(values)


def _told_by_name(value: Any) -> str:
    inside = ", ".join(f"{name}={item!r}" for name, item in zip(value._fields, value))
    return f"{type(value).__name__}({inside})"


def _read_date(reader: _Reader, depth: int) -> date:
    from datetime import date

    return date(*reader.parts(3, depth))


def _read_time(reader: _Reader, depth: int) -> time:
    from datetime import time

    return time(**_read_clock(reader, depth))


def _read_datetime(reader: _Reader, depth: int) -> datetime:
    from datetime import datetime

    return datetime(*reader.parts(3, depth), **_read_clock(reader, depth))


def _read_timedelta(reader: _Reader, depth: int) -> timedelta:
    from datetime import timedelta

    return timedelta(*reader.parts(3, depth))


def _read_clock(reader: _Reader, depth: int) -> dict[str, Any]:
    from datetime import timedelta, timezone

    hour, minute, second, microsecond, fold = reader.parts(5, depth)
    offset = reader.value(depth + 1)
    if offset is not None and type(offset) is not timedelta:
        raise CodecError("not a time")
    zone = None if offset is None else timezone(offset)
    return {"hour": hour, "minute": minute, "second": second, "microsecond": microsecond, "fold": fold, "tzinfo": zone}


def _read_named(reader: _Reader) -> Any:
    place = reader.count()
    if place >= len(_NAMED):
        raise CodecError("not a value")
    return _NAMED[place]


def _read_opaque(reader: _Reader, posing: bool) -> Any:
    handle = reader.count()
    size = reader.count()
    if size > _NAME_MOST:
        raise CodecError("a name too long")
    return reader.opaque(Opaque(handle, reader.take(size).decode("utf-8", "replace"), posing))


def _counted(pairs: Iterable[tuple[Any, Any]]) -> Counter[Any]:
    return Counter(dict(pairs))


def _defaulted(pairs: Iterable[tuple[Any, Any]]) -> defaultdict[Any, Any]:
    return defaultdict(None, pairs)


_READERS: dict[bytes, Callable[[_Reader, int], Any]] = {
    b"N": lambda r, d: None,
    b"T": lambda r, d: True,
    b"F": lambda r, d: False,
    b"E": lambda r, d: ...,
    b"I": lambda r, d: _I64.unpack(r.take(8))[0],
    b"J": lambda r, d: _read_int(r),
    b"f": lambda r, d: _F64.unpack(r.take(8))[0],
    b"c": lambda r, d: complex(*_C128.unpack(r.take(16))),
    b"s": lambda r, d: r.take(r.count()).decode("utf-8", "surrogatepass"),
    b"b": lambda r, d: r.take(r.count()),
    b"B": lambda r, d: bytearray(r.take(r.count())),
    b"a": lambda r, d: r.packed("q"),
    b"h": lambda r, d: r.packed("d"),
    b"l": lambda r, d: r.items(d),
    b"t": lambda r, d: tuple(r.items(d)),
    b"q": lambda r, d: deque(r.items(d)),
    b"S": lambda r, d: _read_members(r, d, set),
    b"Z": lambda r, d: _read_members(r, d, frozenset),
    b"d": lambda r, d: _read_mapping(r, d, dict),
    b"o": lambda r, d: _read_mapping(r, d, OrderedDict),
    b"C": lambda r, d: _read_mapping(r, d, _counted),
    b"g": lambda r, d: _read_mapping(r, d, _defaulted),
    b"r": lambda r, d: range(*r.parts(3, d)),
    b"k": lambda r, d: slice(*r.parts(3, d, (int, type(None)))),
    b"n": _read_fraction,
    b"D": _read_decimal,
    b"y": _read_date,
    b"m": _read_time,
    b"M": _read_datetime,
    b"e": _read_timedelta,
    b"A": _read_array,
    b"p": _read_named_tuple,
    b"Y": lambda r, d: _read_named(r),
    b"X": lambda r, d: _read_opaque(r, False),
    b"U": lambda r, d: _read_opaque(r, True),
}


def _itself(mark: Opaque) -> Any:
    return mark


def decode(data: bytes, *, hashing: bool, opaque: Callable[[Opaque], Any] = _itself, most: int = BYTES_MOST) -> Any:
    """The value that `data`, at most `most` bytes, states; raises `CodecError` for what is not exactly one value.

    `opaque` turns the mark of something that is not plain data into what stands for it here.
    """
    if len(data) > most:
        raise CodecError("too large")
    reader = _Reader(data, hashing, opaque)
    try:
        value = reader.value(0)
    except (ValueError, TypeError, OverflowError, ArithmeticError, RecursionError, struct.error) as fault:
        raise CodecError(f"not a value: {type(fault).__name__}") from None
    if reader.at != len(data):
        raise CodecError("more bytes than a value has")
    return value


# ---- frames on a stream


def frame(body: bytes) -> bytes:
    """`body` with its length before it."""
    return _U32.pack(len(body)) + body


def read_frame(receive: Callable[[int], bytes], most: int = BYTES_MOST) -> bytes | None:
    """The next frame's body from a stream, or None at its end; raises `CodecError` for one too long or cut."""
    head = _exactly(receive, 4)
    if head is None:
        return None
    size: int = _U32.unpack(head)[0]
    if size > most:
        raise CodecError("a frame too long")
    body = _exactly(receive, size)
    if body is None:
        raise CodecError("a frame cut short")
    return body


def _exactly(receive: Callable[[int], bytes], number: int) -> bytes | None:
    """`number` bytes, or None where the stream ends before the first; raises `CodecError` where it ends later."""
    found = bytearray()
    while len(found) < number:
        more = receive(min(number - len(found), 1 << 16))
        if not more:
            if found:
                raise CodecError("a frame cut short")
            return None
        found += more
    return bytes(found)

"""Values cross as exactly what they are, and nothing else crosses."""

from __future__ import annotations

import math
import struct
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from datetime import UTC, date, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.code.guest import codec
from verifiers.code.guest.codec import CodecError, Members, Opaque, Pairs, decode, encode

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(1 << 200), 1 << 200),
    st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    st.text(st.characters()),
    st.binary(),
    st.fractions(),
    st.decimals(allow_nan=False),
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.none() | st.just(UTC) | st.just(timezone(timedelta(hours=-3)))),
    st.timedeltas(),
    st.builds(range, st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 9)),
)
keys = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.tuples(st.integers(), st.text()))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=12),
        st.lists(st.integers(-(1 << 70), 1 << 70), max_size=20),
        st.lists(st.floats(allow_nan=False), max_size=20),
        st.lists(inner, max_size=4).map(tuple),
        st.lists(inner, max_size=4).map(deque),
        st.dictionaries(keys, inner, max_size=4),
        st.dictionaries(keys, inner, max_size=4).map(OrderedDict),
        st.sets(keys, max_size=4),
        st.frozensets(keys, max_size=4),
    ),
    max_leaves=20,
)


def alike(first: Any, second: Any) -> bool:
    """Equal, and of the same types all the way down."""
    if type(first) is not type(second):
        return False
    if isinstance(first, list | tuple | deque):
        return len(first) == len(second) and all(alike(one, two) for one, two in zip(first, second))
    if isinstance(first, dict):
        return alike(list(first.items()), list(second.items()))
    return bool(first == second)


@given(values)
def test_a_plain_value_comes_back_as_itself(value: Any) -> None:
    assert alike(decode(encode(value), hashing=True), value)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    for hashing in (True, False):
        try:
            decode(data, hashing=hashing)
        except CodecError:
            continue


@given(values, st.data())
def test_bytes_cut_short_are_refused(value: Any, data: st.DataObject) -> None:
    whole = encode(value)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(CodecError):
        decode(whole[:cut], hashing=True)
    with pytest.raises(CodecError):
        decode(whole + b"N", hashing=True)


def test_numbers_that_are_not_finite_cross() -> None:
    assert decode(encode(math.inf), hashing=True) == math.inf
    assert math.isnan(decode(encode(math.nan), hashing=True))
    assert decode(encode(Decimal("-Infinity")), hashing=True) == Decimal("-Infinity")
    assert math.copysign(1, decode(encode(-0.0), hashing=True)) == -1


@pytest.mark.parametrize(
    "value",
    [Counter("abca"), defaultdict(int, a=1), bytearray(b"x"), slice(1, None, 2), ..., date(2020, 1, 2), time(1, 2)],
)
def test_other_plain_types_cross(value: Any) -> None:
    found = decode(encode(value), hashing=True)
    assert type(found) is type(value) and found == value


class AlwaysEqual:
    """Agrees with whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__


class Posing(int):
    """An integer that agrees with whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class Spoof:
    """Says that its class is `int`."""

    __class__ = int  # type: ignore[assignment]  # that is the lie

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__


@pytest.mark.parametrize(
    ("value", "posing"),
    [
        (AlwaysEqual(), False),
        (Posing(3), True),
        (Spoof(), False),
        (type("L", (list,), {})([1]), True),
        (type("S", (str,), {})("x"), True),
        (type("F", (float,), {})(1.0), True),
        (print, False),
        (iter([]), False),
        (AlwaysEqual, False),
    ],
    ids=["object", "int", "spoof", "list", "str", "float", "builtin", "iterator", "class"],
)
def test_what_is_not_exactly_plain_crosses_as_an_opaque_mark(value: Any, posing: bool) -> None:
    mark = decode(encode(value), hashing=True)
    assert type(mark) is Opaque and mark.posing is posing
    assert mark != value.__class__ and mark not in ([], 3, "x", 1.0, None)
    nested = decode(encode({"a": [value]}), hashing=True)
    assert type(nested["a"][0]) is Opaque


@pytest.mark.parametrize("value", [int, dict, type(None), len, sorted, Counter])
def test_built_in_types_and_pure_functions_cross_as_themselves(value: Any) -> None:
    assert decode(encode([value]), hashing=True)[0] is value


@pytest.mark.parametrize("value", [eval, exec, compile, open, print, getattr, __import__])
def test_functions_that_do_things_do_not_cross(value: Any) -> None:
    assert type(decode(encode(value), hashing=True)) is Opaque


def test_an_object_is_known_by_the_handle_it_was_exported_under() -> None:
    exported: list[Any] = []
    data = encode([AlwaysEqual()], export=lambda value: exported.append(value) or len(exported) + 6)
    found = decode(data, hashing=True, opaque=lambda mark: ("object", mark.handle, mark.kind))
    assert found == [("object", 7, "AlwaysEqual")]


def deep(levels: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(levels):
        found = [found]
    return found


def own_member() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


@pytest.mark.parametrize(
    "value",
    [deep(codec.DEPTH_MOST + 1), deep(100_000), own_member(), 1 << (9 * codec.INT_BYTES_MOST), "x" * (17 << 20)],
    ids=["too deep", "very deep", "holds itself", "huge integer", "huge text"],
)
def test_what_is_too_large_or_too_deep_does_not_cross(value: Any) -> None:
    with pytest.raises(CodecError):
        encode(value)


def test_too_many_values_do_not_cross() -> None:
    with pytest.raises(CodecError):
        encode([None] * (codec.NODES_MOST + 1))
    count = struct.pack("<I", 0xFFFFFFFF)
    for tag in (b"l", b"t", b"d", b"S", b"a", b"h", b"s", b"b", b"J"):
        with pytest.raises(CodecError):
            decode(tag + count, hashing=True)


def test_many_lists_nested_in_bytes_are_refused_before_they_are_deep() -> None:
    with pytest.raises(CodecError):
        decode((b"l" + struct.pack("<I", 1)) * 100_000 + b"N", hashing=True)


def test_unhashed_reading_never_hashes() -> None:
    collide = [index * ((1 << 61) - 1) for index in range(1, 3000)]
    found = decode(encode({key: [key] for key in collide}), hashing=False)
    assert type(found) is Pairs and found[0] == (collide[0], [collide[0]])
    assert type(decode(encode({1, 2}), hashing=False)) is Members
    assert type(decode(encode(Fraction(1, 3)), hashing=False)) is Opaque
    unhashable = b"S" + struct.pack("<I", 1) + encode([])
    assert decode(unhashable, hashing=False) == [[]]
    with pytest.raises(CodecError):
        decode(unhashable, hashing=True)


def test_frames_are_read_whole_or_refused() -> None:
    def stream(data: bytes) -> Any:
        rest = [data]

        def receive(number: int) -> bytes:
            part, rest[0] = rest[0][: min(number, 3)], rest[0][min(number, 3) :]
            return part

        return receive

    assert codec.read_frame(stream(codec.frame(b"hello"))) == b"hello"
    assert codec.read_frame(stream(codec.frame(b""))) == b""
    assert codec.read_frame(stream(b"")) is None
    for data in (b"\x01", b"\x05\0\0\0hell", struct.pack("<I", codec.BYTES_MOST + 1)):
        with pytest.raises(CodecError):
            codec.read_frame(stream(data))


Point = namedtuple("Point", "x y")


class Lying(Point):
    """A named tuple that compares as it likes."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = Point.__hash__


def test_a_named_tuple_crosses_as_what_it_holds() -> None:
    found = decode(encode([Point(1, "a")]), hashing=True)[0]
    assert found == (1, "a") and found.x == 1 and found.y == "a" and repr(found) == "Point(x=1, y='a')"
    assert decode(encode(Point(1, 2)), hashing=False) == (1, 2)
    assert type(decode(encode(Lying(1, 2)), hashing=True)) is Opaque


def test_a_named_tuple_of_other_lengths_is_refused() -> None:
    for parts in (("P", ("x",), (1, 2)), ("P", (1,), (1,)), (("P",), ("x",), (1,)), ("P", "x", (1,))):
        with pytest.raises(CodecError):
            decode(b"p" + b"".join(map(encode, parts)), hashing=True)
    assert decode(b"p" + encode("P") + encode(("__class__",)) + encode((1,)), hashing=True) == (1,)


@pytest.mark.parametrize("kind", ["?", "i1", "i4", "i8", "u2", "f4", "f8", ">f8", "c16"])
def test_arrays_of_numbers_cross(kind: str) -> None:
    numpy = pytest.importorskip("numpy")
    for array in (numpy.arange(6).reshape(2, 3), numpy.zeros(0), numpy.arange(8)[::2]):
        given = array.astype(kind)
        found = decode(encode([given]), hashing=True)[0]
        assert found.shape == given.shape and numpy.array_equal(found, given)
        assert found.dtype == given.dtype.newbyteorder("<") and found.flags.writeable
    assert type(decode(encode(numpy.arange(3)), hashing=False)) is Opaque
    assert type(decode(encode(numpy.array([object()])), hashing=True)) is Opaque
    assert decode(encode([numpy.float64(1.5), numpy.int8(3), numpy.str_("a")]), hashing=True) == [1.5, 3, "a"]


@pytest.mark.parametrize(
    ("kind", "shape", "data"),
    [
        ("<f8", (2,), b"1"),
        ("O", (1,), b"12345678"),
        ("<f8", (-1,), b""),
        ("<f8", (1 << 40,), b""),
        ("<f8", ("a",), b""),
    ],
)
def test_what_is_no_array_is_refused(kind: str, shape: tuple[Any, ...], data: bytes) -> None:
    with pytest.raises(CodecError):
        decode(b"A" + encode(kind) + encode(shape) + struct.pack("<I", len(data)) + data, hashing=True)

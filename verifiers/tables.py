"""Tables of records: Parquet and CSV files, one record a row.

A record is a JSON object; a table wants columns of one type each. `write_table` therefore reads the records twice:
once to see what each column holds, once to write it. Numbers, texts, truth values and lists of them get a type of
their own; what is nested or mixed is written as JSON text. Parquet notes in the column's metadata (`truegrade`) what
reading has to undo, so that records come back as they were: `json` (the text is JSON) and `null` (an empty cell is
null; in other columns it is a field that the record does not have). CSV has no such place: its cells are texts.

Memory does not grow with the number of records, only with that of columns.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from verifiers.errors import InputError, MissingExtra

TABLES = (".parquet", ".csv", ".tsv")
"""The endings that `write_table` knows."""

Record = dict[str, Any]

_AT_ONCE = 1024  # rows
_MARK = b"truegrade"
_EXACT_IN_DOUBLE = 1 << 53
_LARGEST = 1 << 63
_DELIMITERS = {".csv": ",", ".tsv": "\t"}


def parquet_rows(path: Path) -> Iterator[Record]:
    """The rows of a Parquet file, in its order; a field whose cell is empty is left out."""
    pyarrow = pyarrow_for("reading")
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            marks = {each.name: (each.metadata or {}).get(_MARK) for each in file.schema_arrow}
            for batch in file.iter_batches(batch_size=_AT_ONCE):
                for row in batch.to_pylist():
                    yield _unmarked(row, marks)
    except (OSError, pyarrow.ArrowException) as error:
        raise InputError(f"cannot be read as Parquet: {error}", path=str(path)) from None


def parquet_fractions(path: Path) -> list[str]:
    """The names of the columns of a Parquet file that hold floating-point numbers."""
    pyarrow = pyarrow_for("reading")
    return [each.name for each in pyarrow.parquet.read_schema(path) if pyarrow.types.is_floating(each.type)]


def _unmarked(row: Record, marks: dict[str, bytes | None]) -> Record:
    record = {name: value for name, value in row.items() if value is not None or marks[name] == b"null"}
    for name, mark in marks.items():
        if mark == b"json" and name in record:
            record[name] = from_json(record[name])
    return record


def csv_rows(path: Path) -> Iterator[tuple[int, Record]]:
    """The rows of a CSV or TSV file with a header, as texts, each with the number of its last line."""
    csv.field_size_limit(min(sys.maxsize, 1 << 30))  # a response may be longer than the 128 KiB of its default
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, delimiter=_DELIMITERS[path.suffix], strict=True)
            for row in rows:
                if None in row:
                    message = f"has more cells than the header, which has {len(rows.fieldnames or ())}"
                    raise InputError(message, path=str(path), line=rows.line_num)
                yield rows.line_num, {name: value for name, value in row.items() if value is not None}
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=str(path)) from None
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8: {error}", path=str(path)) from None
    except csv.Error as error:
        raise InputError(f"is no CSV: {error}", path=str(path), line=rows.line_num) from None


def check_extra(path: Path) -> None:
    """Raise `MissingExtra` where a table that ends like `path` could not be written in the end."""
    if path.suffix == ".parquet":
        pyarrow_for("writing")


def write_table(path: Path, records: Callable[[], Iterable[Record]]) -> None:
    """Write a table by the ending of `path`; `records` is called twice. Raises `OSError` where it cannot be written."""
    columns = _survey(records())
    if path.suffix == ".parquet":
        _write_parquet(path, records(), columns)
    else:
        _write_csv(path, records(), list(columns))


# ---- what the columns hold


@dataclass(slots=True)
class _Column:
    """What was seen in one column: `looks` of its values, in how many records, and whether in all of them."""

    looks: set[str] = field(default_factory=set)
    present: int = 0
    everywhere: bool = False


def _survey(records: Iterable[Record]) -> dict[str, _Column]:
    columns: dict[str, _Column] = {}
    rows = 0
    for record in records:
        rows += 1
        for name, value in record.items():
            column = columns.setdefault(name, _Column())
            column.present += 1
            column.looks.add(_look(value))
    for column in columns.values():
        column.everywhere = column.present == rows
    return columns


def _look(value: Any) -> str:
    """The type of a JSON value as far as a column can have it; `json` for what only a text can hold."""
    if value is None:
        return "null"
    if isinstance(value, list):
        looks = {_look(item) for item in value}
        return f"list {next(iter(looks), '')}" if len(looks) < 2 and looks <= _SCALARS else "json"
    look = _LOOKS.get(type(value), "json")
    if look == "int" and abs(value) > _EXACT_IN_DOUBLE:
        return "large int" if -_LARGEST <= value < _LARGEST else "json"
    return look


_LOOKS: dict[type, str] = {bool: "bool", int: "int", float: "float", str: "str"}
_SCALARS = {"bool", "int", "float", "str"}
_TYPES: tuple[tuple[set[str], str], ...] = (  # looks that one type can hold, and its name in Arrow
    ({"bool"}, "bool_"),
    ({"int", "large int"}, "int64"),
    ({"int", "float"}, "float64"),
    ({"str"}, "string"),
)


def _type(column: _Column) -> tuple[str, bool] | None:
    """The name of the type that holds all of a column, and whether in lists of it; None: JSON text."""
    looks = column.looks - {"null"}
    if "null" in column.looks and not column.everywhere:
        return None  # some have it as null, some not at all: only a text tells them apart
    items = {look.removeprefix("list ") for look in looks}
    listed = {look.startswith("list ") for look in looks}
    for held, name in _TYPES:
        if len(listed) == 1 and items - {""} and items - {""} <= held:
            return name, listed == {True}
    return None


# ---- writing


def _write_parquet(path: Path, records: Iterable[Record], columns: dict[str, _Column]) -> None:
    pyarrow = pyarrow_for("writing")
    fields, texts = [], []
    for name, column in columns.items():
        held = _type(column)
        mark = b"json" if held is None else b"null" if "null" in column.looks else b""
        texts += [name] if held is None else []
        kind = getattr(pyarrow, held[0] if held else "string")()
        kind = pyarrow.list_(kind) if held and held[1] else kind
        fields.append(pyarrow.field(name, kind, metadata={_MARK: mark} if mark else None))
    schema = pyarrow.schema(fields)
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for rows in _batches(records):
            for row in rows:
                row.update({name: to_json(row[name]).decode() for name in texts if name in row})
            writer.write_batch(pyarrow.RecordBatch.from_pylist(rows, schema=schema))


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    held: list[Record] = []
    for record in records:
        held.append(record)
        if len(held) == _AT_ONCE:
            yield held
            held = []
    if held:
        yield held


def _write_csv(path: Path, records: Iterable[Record], columns: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        delimiter = _DELIMITERS[path.suffix]
        plain = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        quoted = csv.writer(file, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
        plain.writerow(columns)
        for record in records:
            cells = [_cell(record.get(name)) for name in columns]
            # a carriage return would end a row, and the writer only sees to its own line ends
            (quoted if any("\r" in cell for cell in cells) else plain).writerow(cells)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else to_json(value).decode()


def pyarrow_for(doing: str) -> Any:
    """The optional library for Parquet; raises `MissingExtra`."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra(f"{doing} .parquet", "parquet") from None
    return pyarrow

"""Reading the files of a data set: fields of the right type, or an error that says where and what was expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from verifiers.errors import InputError
from verifiers.records import read_jsonl

T = TypeVar("T")
_NAMES: dict[type, str] = {str: "text", list: "a list", dict: "an object", bool: "true or false", int: "a whole number"}


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a source file and its place."""

    record: dict[str, Any]
    path: Path
    line: int

    def get(self, field: str, expected: type[T]) -> T:
        """The value of `field`; raises `InputError` where it is missing or not of the type `expected`."""
        if field not in self.record:
            known = ", ".join(self.record) or "none"
            raise self.error(f"is missing; the record has the fields {known}", field)
        value = self.record[field]
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            raise self.error(f"must be {_NAMES[expected]}, not {type(value).__name__}", field)
        return value

    def texts(self, field: str) -> list[str]:
        """The list of texts in `field`."""
        values: list[object] = self.get(field, list)
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) < len(values):
            raise self.error("must be a list of texts", field)
        return texts

    def error(self, message: str, field: str | None = None) -> InputError:
        """An error of this row."""
        return InputError(message, path=str(self.path), line=self.line, field=field)


def rows(path: Path) -> Iterator[Row]:
    """The records of `path` in order; a file without any is an error."""
    row = None
    for line, record in read_jsonl(path):
        row = Row(record, path, line)
        yield row
    if row is None:
        raise InputError("is empty: one record a line is expected", path=str(path))

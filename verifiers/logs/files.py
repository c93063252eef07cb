"""The files of logs: what kind of file one is, by its content, and its records in order."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from zlib import crc32

from verifiers.datasets.source import Row
from verifiers.errors import InputError
from verifiers.logs.json_stream import elements, names
from verifiers.records import open_to_read, parse_object, read_jsonl, reading, zstandard_library
from verifiers.tables import csv_rows, parquet_rows

_SEPARATED = (".csv", ".tsv")
_PACKED = (".gz", ".zst")


@dataclass(frozen=True, slots=True)
class Head:
    """How a file begins: which kind it is, and the fields of its first record (of the document, where it is one).

    `shape`: `lines` (of JSON), `parquet`, `csv`, `array` or `object` (one JSON document), or `zip`.
    """

    path: Path
    shape: str
    first: dict[str, Any] = field(default_factory=dict)

    def has(self, *fields: str) -> bool:
        """Whether the first record has all of `fields`."""
        return all(each in self.first for each in fields)


def head_of(path: Path) -> Head:
    """Look at the beginning of a file."""
    shape = _shape(path)
    if shape == "zip":
        return Head(path, shape)
    if shape == "object":
        return Head(path, shape, dict.fromkeys(names(path)))
    first = next(records(path, shape), None)
    if first is None:
        raise InputError("is empty: records are expected", path=str(path))
    return Head(path, shape, first.record)


def _shape(path: Path) -> str:
    if path.suffix in _SEPARATED:
        return "csv"
    with reading(path), open_to_read(path) as file:
        begun = file.read(1 << 12)
    if begun.startswith(b"PK\x03\x04"):
        return "zip"
    if begun.startswith(b"PAR1"):
        return "parquet"
    mark = begun.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if mark == b"[":
        return "array"
    if mark != b"{":
        what = "is empty" if not begun.strip() else "is neither JSON, nor Parquet, nor an archive"
        raise InputError(f"{what}: a log or a table (.csv, .tsv) is expected", path=str(path))
    plain = path.with_suffix("") if path.suffix in _PACKED else path
    return "object" if plain.suffix == ".json" and not _is_lines(path) else "lines"


def _is_lines(path: Path) -> bool:
    """Whether the first line of a file is an object and a second one follows."""
    with reading(path), open_to_read(path) as file:
        first = file.readline()
        follows = file.readline().lstrip()[:1] == b"{"
    try:
        parse_object(first)
    except InputError:
        return False
    return follows


def records(path: Path, shape: str) -> Iterator[Row]:
    """The records of a file that has them one after another; the number of a row is its line or its place from 1."""
    if shape == "lines":
        yield from (Row(record, path, number) for number, record in read_jsonl(path))
    elif shape == "parquet":
        yield from (Row(record, path, number) for number, record in enumerate(parquet_rows(path), 1))
    elif shape == "csv":
        yield from (Row(record, path, number) for number, record in csv_rows(path))
    elif shape == "array":
        yield from (parsed(path, number, value) for number, (_, value) in enumerate(elements(path), 1))
    else:
        raise InputError(f"is one JSON object; {_WANTED}", path=str(path))


_WANTED = "records are expected: lines of JSON, a JSON array, a table"


def parsed(path: Path, number: int, value: bytes) -> Row:
    """The record that the text of an element holds."""
    try:
        return Row(parse_object(value), path, number)
    except InputError as error:
        raise error.at(str(path), number) from None


def archived(path: Path, folder: str) -> Iterator[tuple[str, bytes]]:
    """The files of `folder` in a zip archive, in its order, unpacked one at a time; also Zstandard's method 93."""
    try:
        with reading(path), zipfile.ZipFile(path) as archive, path.open("rb") as raw:
            for info in archive.infolist():
                latest = archive.NameToInfo[info.filename] is info  # what was written again stands there twice
                if latest and info.filename.startswith(folder) and not info.is_dir():
                    yield info.filename, _member(archive, raw, info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InputError(f"cannot be read as an archive: {error}", path=str(path)) from None


_ZSTANDARD = 93
_LOCAL_HEADER = 30  # bytes, before the name and the extra field, whose lengths are its last four


def _member(archive: zipfile.ZipFile, raw: IO[bytes], info: zipfile.ZipInfo) -> bytes:
    """The content of a member; the standard library has method 93 from Python 3.14 on."""
    if info.compress_type != _ZSTANDARD:
        return archive.read(info)
    raw.seek(info.header_offset)
    header = raw.read(_LOCAL_HEADER)
    raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    unpacker = zstandard_library().ZstdDecompressor().decompressobj()
    content: bytes = unpacker.decompress(raw.read(info.compress_size))
    if crc32(content) != info.CRC:
        raise zipfile.BadZipFile(f"{info.filename} is damaged")
    return content

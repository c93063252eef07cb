"""Files of records: one JSON object a line, read and written by their ending, with errors that say where.

`.jsonl`, `.jsonl.gz` and `.jsonl.zst` are lines of JSON; `.parquet` has one record a row (extra `parquet`), and `.csv`
and `.tsv` are written. Files are streamed: memory does not grow with their size, save for problems, which are all kept.
Blank lines are skipped but counted, so that a line's number is the one an editor shows.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from verifiers.errors import InputError, MissingExtra, ProblemError
from verifiers.grading import Grade
from verifiers.problem import Problem, Sample
from verifiers.registry import first_fault, parse_problem
from verifiers.response import whole_characters
from verifiers.tables import TABLES, check_extra, parquet_rows, write_table

if TYPE_CHECKING:
    from types import TracebackType

_READ_BUFFER = 1 << 20
_WRITE_BUFFER = 1 << 18


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The non-blank lines of `path` with their numbers, from 1. A Parquet row comes as a line of JSON."""
    if path.suffix == ".parquet":
        yield from ((number, to_json(row)) for number, row in enumerate(parquet_rows(path), 1))
        return
    number = 0
    with reading(path), open_to_read(path) as file:
        while True:
            with reading(path, number):
                line = file.readline()
            if not line:
                return
            number += 1
            if not line.isspace():
                yield number, line


@contextmanager
def reading(path: Path, line: int = 0) -> Iterator[None]:
    """Raise what the file system or a decompressor says of `path` as `InputError`; `line`: how far it was read."""
    try:
        yield
    except InputError:
        raise
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        message = f"the compressed file is damaged or cut off: {error}"
        raise InputError(message, path=str(path), line=line + 1) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=str(path)) from None
    except Exception as error:
        if type(error).__name__ != "ZstdError":  # its module is optional
            raise
        message = f"the compressed file is damaged or cut off: {error}"
        raise InputError(message, path=str(path), line=line + 1) from None


def open_to_read(path: Path) -> IO[bytes]:
    """Open a file of lines, decompressing by its ending."""
    if path.suffix == ".gz":
        return io.BufferedReader(gzip.open(path, "rb"), _READ_BUFFER)
    if path.suffix == ".zst":
        return io.BufferedReader(_ZstandardFile(path), _READ_BUFFER)
    return path.open("rb", buffering=_READ_BUFFER)


class _ZstandardFile(io.RawIOBase):
    """The content of a Zstandard file of one or more frames; raises `EOFError` where the last one is cut off.

    The library's own reader takes a file that was cut off for one that ends there.
    """

    def __init__(self, path: Path) -> None:
        self._decompressor = zstandard_library().ZstdDecompressor()
        self._file = path.open("rb")
        self._frame: Any = None
        self._ahead = b""  # compressed bytes that follow the frame before
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` with content; 0 at the end."""
        while not self._left:
            data = self._ahead or self._file.read(_READ_BUFFER >> 2)
            self._ahead = b""
            if not data:
                if self._frame is not None:
                    raise EOFError("the last frame is not complete")
                return 0
            if self._frame is None:
                self._frame = self._decompressor.decompressobj()
            self._left = memoryview(self._frame.decompress(data))
            if self._frame.eof:
                self._ahead, self._frame = self._frame.unused_data, None
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        super().close()


def zstandard_library() -> Any:
    """The optional library for Zstandard; raises `MissingExtra`."""
    try:
        import zstandard
    except ImportError:
        raise MissingExtra("reading or writing .zst", "zstd") from None
    return zstandard


def parse_object(line: bytes) -> dict[str, Any]:
    """The JSON object that `line` states; raises `InputError` without a place.

    A lone surrogate escape (`"\\ud800"`, which half-decoded model output can hold) becomes U+FFFD.
    """
    try:
        record = from_json(line)
    except ValueError as error:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise InputError(f"is not JSON: {error}") from None
        record = without_surrogates(record)
    if not isinstance(record, dict):
        raise InputError(f"is not a JSON object but {type(record).__name__}: one object a line is expected")
    return record


def without_surrogates(value: Any) -> Any:
    """`value`, a JSON value, with every half of a character in its texts replaced by U+FFFD."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {without_surrogates(name): without_surrogates(item) for name, item in value.items()}
    return value


def parse_sample(line: bytes) -> Sample:
    """The sample that `line` states; raises `InputError` with the field, without the place."""
    try:
        return Sample.model_validate(parse_object(line))
    except ValidationError as error:
        field, message = first_fault(error)
        raise InputError(message, field=field) from None


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of `path` with their line numbers; raises `InputError` with file and line."""
    for number, line in read_lines(path):
        try:
            record = parse_object(line)
        except InputError as error:
            raise error.at(str(path), number) from None
        yield number, record


def read_problems(path: Path) -> dict[str, Problem]:
    """All problems of `path` by id, in its order; raises `InputError` on the first that is not one."""
    problems: dict[str, Problem] = {}
    places: dict[str, int] = {}
    for number, record in read_jsonl(path):
        try:
            problem = parse_problem(record)
            if not problem.id:
                raise ProblemError("is missing: samples name their problem by it", field="id")
        except InputError as error:
            raise error.at(str(path), number) from None
        if problem.id in problems:
            message = f"{problem.id!r} was already used in line {places[problem.id]}"
            raise InputError(message, path=str(path), line=number, field="id")
        problems[problem.id] = problem
        places[problem.id] = number
    if not problems:
        raise InputError("is empty: one problem a line is expected", path=str(path))
    return problems


def problem_line(path: Path, problem_id: str) -> int | None:
    """The line of `path` that states `problem_id`; a second reading, for an error's sake."""
    return next((number for number, record in read_jsonl(path) if record.get("id") == problem_id), None)


def read_grades(path: Path) -> Iterator[Grade]:
    """The grades of `path`; raises `InputError` with file, line and field."""
    for number, line in read_lines(path):
        try:
            yield Grade.model_validate(parse_object(line))
        except ValidationError as error:
            field, message = first_fault(error)
            raise InputError(message, path=str(path), line=number, field=field) from None
        except InputError as error:
            raise error.at(str(path), number) from None


class LineWriter:
    """Writes lines of JSON to `path` by its ending; `append` continues a plain `.jsonl`.

    What was written is in the file after `flush` (one system call for many lines). Every method raises `InputError`
    with the path where the file system refuses; a plain file then ends with the last line that was flushed whole.
    A table (`.parquet`, `.csv`, `.tsv`) is made on `close` from the lines, which wait in a file beside it.
    """

    def __init__(self, path: Path, *, append: bool = False) -> None:
        self.path = path
        self._held: list[bytes] = []
        self._size = 0
        self._lines = path
        if path.suffix in TABLES:
            check_extra(path)
            self._lines = path.with_name(f".{path.name}.{os.getpid()}.lines")
        path = self._lines
        with self._refusals(), ExitStack() as stack:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._raw = stack.enter_context(path.open("ab" if append else "wb", buffering=0))
            self._whole = self._raw.seek(0, os.SEEK_END) if path.is_file() else None
            self._packed: IO[bytes] | None = stack.enter_context(_compressor(path, self._raw))
            self._open = stack.pop_all()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror or error}", path=str(self.path)) from None

    def write(self, line: bytes) -> None:
        """Add one line, given without its line end."""
        self.write_lines(line + b"\n")

    def write_lines(self, lines: bytes) -> None:
        """Add whole lines, given with their ends."""
        self._held.append(lines)
        self._size += len(lines)
        if self._size >= _WRITE_BUFFER:
            self.flush()

    def flush(self) -> None:
        """Hand all written lines to the operating system."""
        lines = b"".join(self._held)
        self._held, self._size = [], 0
        with self._refusals():
            if self._packed is not None:
                self._packed.write(lines)
                self._packed.flush()
                return
            left = memoryview(lines)
            try:
                while left:
                    left = left[self._raw.write(left) :]
            except OSError:
                if self._whole is not None:
                    self._raw.truncate(self._whole)
                raise
            if self._whole is not None:
                self._whole += len(lines)

    def close(self) -> None:
        """Flush and close."""
        try:
            try:
                self.flush()
            finally:
                with self._refusals():
                    self._open.close()
            if self._lines != self.path:
                with self._refusals():
                    write_table(self.path, lambda: (record for _, record in read_jsonl(self._lines)))
        finally:
            if self._lines != self.path:
                self._lines.unlink(missing_ok=True)

    def __enter__(self) -> LineWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except InputError:
            if fault is None:  # else the first refusal is the one to tell
                raise


def _compressor(path: Path, raw: IO[bytes]) -> AbstractContextManager[Any]:
    if path.suffix == ".gz":
        # no name and no time in the header: the file depends on its content alone
        return gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0)
    if path.suffix == ".zst":
        writer: AbstractContextManager[Any] = zstandard_library().ZstdCompressor().stream_writer(raw, closefd=False)
        return writer
    return nullcontext(None)


def write_problems(path: Path, problems: Iterable[Problem]) -> int:
    """Write one problem a line, with the fields that were set; returns how many."""
    return write_lines(path, (problem_to_json(problem) for problem in problems))


def problem_to_json(problem: Problem) -> bytes:
    """The line that states `problem`: the fields that were set, and its kind."""
    return to_json({"id": problem.id, "kind": problem.kind, **problem.model_dump(exclude_unset=True)})


def write_samples(path: Path, samples: Iterable[Sample]) -> int:
    """Write one sample a line; returns how many."""
    return write_lines(path, (sample_to_json(sample) for sample in samples))


def sample_to_json(sample: Sample) -> bytes:
    """The line that states `sample`: the fields that were set."""
    return to_json(without_surrogates(sample.model_dump(exclude_unset=True)))


def write_lines(path: Path, lines: Iterable[bytes]) -> int:
    """Write all of `lines`, given without their ends, or leave `path` as it is; returns how many."""
    count = 0
    with replacing(path) as partial, LineWriter(partial) as writer:
        for line in lines:
            writer.write(line)
            count += 1
    return count


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path of the same ending to write to, which becomes `path` where the block ends well, and goes otherwise."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial{path.suffix}")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

"""Where samples come from: stretches of whole lines, cut so that workers can read them without help.

A `.jsonl` file is cut into ranges of bytes, which the workers read themselves: what it says never passes through the
engine's process. Compressed files, Parquet and samples in memory come as bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from verifiers.errors import InputError
from verifiers.records import open_to_read, read_lines, reading

_STRETCH = 1 << 20  # bytes
_STRETCH_LEAST = 1 << 14
_LOOK = 1 << 13
_STRETCHES = 64  # that a small file is cut into, so that there is work for many and the first grades come soon
_LINES_MOST = 256  # of samples in memory: they come as fast as they are made, and should go on as fast


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive whole lines: `body`, or the bytes `[start, end)` of the file `path`."""

    body: bytes = b""
    path: str = ""
    start: int = 0
    end: int = 0

    def lines(self) -> list[bytes]:
        """The lines, without their ends; for a range they are read now."""
        body = self.body
        if self.path:
            with Path(self.path).open("rb") as file:
                file.seek(self.start)
                body = file.read(self.end - self.start)
        lines = body.split(b"\n")
        return lines if lines[-1] else lines[:-1]


def of_lines(lines: Iterable[bytes]) -> Iterator[Stretch]:
    """Stretches of lines that come one by one, without their ends."""
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if len(held) >= _LINES_MOST or size >= _STRETCH:
            yield Stretch(b"\n".join(held) + b"\n")
            held, size = [], 0
    if held:
        yield Stretch(b"\n".join(held) + b"\n")


def of_body(body: bytes) -> Iterator[Stretch]:
    """Stretches of lines that are in memory already."""
    stretch = max(_STRETCH_LEAST, min(_STRETCH, len(body) // _STRETCHES))
    start = 0
    while start < len(body):
        end = body.find(b"\n", start + stretch - 1) + 1 or len(body)
        yield Stretch(body[start:end])
        start = end


class SampleFile:
    """A file of samples, read from its beginning to its end, once.

    `skip` passes over samples that need no grading; `stretches` cuts up what is left. `line`: lines passed over.
    `fraction`: how much of the file has been given out; None where its size says nothing of that.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.line = 0
        self._parquet = read_lines(path) if path.suffix == ".parquet" else None
        with reading(path):
            self._file: IO[bytes] | None = None if self._parquet is not None else open_to_read(path)
            self._size = path.stat().st_size
        self._plain = path.suffix not in (".parquet", ".gz", ".zst") and path.is_file()
        self._given = 0

    @property
    def fraction(self) -> float | None:
        """The share of the file's bytes that has been given out."""
        return min(1.0, self._given / self._size) if self._plain and self._size else None

    def skip(self, samples: int) -> Iterator[tuple[int, bytes]]:
        """Pass over as many samples; gives the first and the last of them, with their line numbers."""
        passed = 0
        while passed < samples:
            line = self._line()
            if not line:
                return
            self.line += 1
            if line.isspace():
                continue
            passed += 1
            if passed in (1, samples):
                yield self.line, line

    def lines(self) -> Iterator[bytes]:
        """All lines that are left, with their ends."""
        while line := self._line():
            self._given += len(line)
            yield line if line.endswith(b"\n") else line + b"\n"

    def _line(self) -> bytes:
        if self._parquet is not None:
            return next(self._parquet, (0, b""))[1]
        assert self._file is not None
        with reading(self.path, self.line):
            return self._file.readline()

    def stretches(self, most: int | None = None) -> Iterator[Stretch]:
        """All that is left, or the next `most` samples, in order; raises `InputError` where it cannot be read."""
        if most is not None:
            yield from of_lines(self._first(most))
        elif self._parquet is not None:
            yield from of_lines(line for _, line in self._parquet)
        elif self._plain:
            yield from self._ranges()
        else:
            yield from self._blocks()

    def _first(self, most: int) -> Iterator[bytes]:
        while most > 0:
            line = self._line()
            if not line:
                return
            most -= not line.isspace()
            yield line.rstrip(b"\r\n")

    def _ranges(self) -> Iterator[Stretch]:
        assert self._file is not None
        start = self._file.tell()
        stretch = max(_STRETCH_LEAST, min(_STRETCH, self._size // _STRETCHES))
        path = str(self.path.resolve())
        while start < self._size:
            with reading(self.path):
                end = self._line_end(start + stretch)
            yield Stretch(path=path, start=start, end=end)
            self._given = start = end

    def _line_end(self, at: int) -> int:
        """Where the line that holds the byte before `at` ends; a look at a few bytes, and not at the whole file."""
        assert self._file is not None
        at -= 1
        while at < self._size:  # what is appended meanwhile is not ours
            block = os.pread(self._file.fileno(), _LOOK, at)
            place = block.find(b"\n")
            if place >= 0 or not block:
                return min(at + place + 1, self._size) if block else self._size
            at += len(block)
        return self._size

    def _blocks(self) -> Iterator[Stretch]:
        assert self._file is not None
        begun: list[bytes] = []  # of a line whose end has not come yet
        while True:
            with reading(self.path, self.line):
                block = self._file.read(_STRETCH)
            whole, end, rest = block.rpartition(b"\n")
            if end or not block:
                body = b"".join((*begun, whole, end))
                begun = []
                self.line += body.count(b"\n")
                if body:
                    yield Stretch(body)
            if not block:
                return
            begun.append(rest)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> SampleFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def empty(path: Path) -> InputError:
    """What is said of a file without a sample."""
    return InputError("is empty: one sample a line is expected", path=str(path))

"""What a format is: a row of the table of formats, and the functions of its module."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Format:
    """A format of other tools' logs.

    `files`: what its files are called. `writes`: whether grades can be written as it. Its module has

    - `fits(head) -> bool`: whether a file that begins so is of the format;
    - `read(head, reading) -> Iterator[Entry | LeftOut]`: its entries, in order;
    - `write(path, graded) -> int`, if it writes: writes grades as the format, and says how many; `graded` gives them,
      at each call from the first one on.
    """

    name: str
    description: str
    files: str
    writes: bool = False

    @property
    def module(self) -> ModuleType:
        """The module that reads and writes it."""
        return import_module(f"verifiers.logs.{self.name}")

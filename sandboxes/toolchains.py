"""Where the executables of a language stand on this machine, and what of it its programs must see.

Only the machine's own tools are executed here, to ask where they live and which version they are; never a program.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandboxes.languages import Language, known
from sandboxes.sandbox import SandboxError

_ASK_SECONDS = 20.0
_PLACES = "/usr/local/bin:/usr/bin:/bin"
_HIDDEN = "/tmp/"
_LOCALES = ("/usr/lib/locale/C.utf8",)  # the one that every environment names
_found: dict[tuple[str, str], Toolchain] = {}


class ToolchainMissing(SandboxError):
    """What a language needs is not on this machine: which program, and what would bring it."""


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A language as this machine has it."""

    language: Language
    programs: Mapping[str, str]
    """The programs of the language's table, and the files that they are."""
    home: str
    show: tuple[tuple[str, str], ...]
    """What its programs are to see: the place, and the real path of what is to be seen there."""

    def command(self, words: Sequence[str], **values: str) -> tuple[str, ...]:
        """A command of the table, filled in: `values` and what is known of the toolchain."""
        first = self.programs.get(words[0], words[0])
        return tuple(self.filled(word, **values) for word in (first, *words[1:]))

    def filled(self, text: str, **values: str) -> str:
        """A text of the table with its places filled in; {scratch} is left to the guest."""
        program = next(iter(self.programs.values()))
        known_values = {"home": self.home, "program": program, "name": os.path.basename(program), **values}  # noqa: PTH119
        return re.sub(r"\{(\w+)\}", lambda place: known_values.get(place[1], place[0]), text)


def locate(language: Language) -> Toolchain:
    """Find a language's toolchain; what was found is remembered.  Raises `ToolchainMissing`."""
    path = os.environ.get("PATH", "")
    earlier = _found.get((language.name, path))
    if earlier is not None and earlier.language == language:
        return earlier
    programs = {one: _program(language, one, path) for one in language.programs}
    bare = Toolchain(language, programs, "", ())
    home = _home(language, bare)
    located = Toolchain(language, programs, home, ())
    _refuse_older(language, located)
    shown = dict(_shown(language, located))
    hidden = next((place for place in shown if place.startswith(_HIDDEN)), None)
    if hidden is not None:
        raise ToolchainMissing(f"{language.title}: {hidden} cannot be shown to programs: {_HIDDEN} is their own")
    found = Toolchain(language, programs, home, tuple(shown.items()))
    _found[language.name, path] = found
    return found


def _program(language: Language, names: str, path: str) -> str:
    for name in names.split("|"):
        found = shutil.which(name, path=f"{path}:{_PLACES}")
        if found is not None:
            return os.path.abspath(found)  # noqa: PTH100 - without following links: its name may matter to it
    remedy = f"; on Debian and Ubuntu: apt-get install {language.package}" if language.package else ""
    raise ToolchainMissing(f"{language.title} needs {names.replace('|', ' or ')}, which is not on this machine{remedy}")


def _home(language: Language, bare: Toolchain) -> str:
    if language.home is None:
        return ""
    if language.home.command:
        return _ask(language, bare.command(language.home.command))
    program = Path(next(iter(bare.programs.values()))).resolve()
    return str(program.parents[language.home.above - 1]) if language.home.above else str(program)


def _ask(language: Language, command: Sequence[str]) -> str:
    try:
        answer = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_ASK_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolchainMissing(f"{language.title}: `{' '.join(command)}` does not answer: {error}") from error
    said = (answer.stdout or answer.stderr).decode("utf-8", "replace").strip()
    if answer.returncode != 0 or not said:
        raise ToolchainMissing(f"{language.title}: `{' '.join(command)}` says: {said or answer.returncode}")
    return said


def version(toolchain: Toolchain) -> str:
    """The first line of what the toolchain says of its version."""
    return _ask(toolchain.language, toolchain.command(toolchain.language.version)).splitlines()[0].strip()


def _refuse_older(language: Language, located: Toolchain) -> None:
    if not language.at_least:
        return
    said = version(located)
    numbers = re.search(r"\d+(?:\.\d+)*", said)
    if numbers is None or _numbers(numbers[0]) < _numbers(language.at_least):
        raise ToolchainMissing(
            f"{language.title} needs {language.package}, {language.at_least} or later; this is {said}"
        )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def _shown(language: Language, located: Toolchain) -> Iterator[tuple[str, str]]:
    for found in located.programs.values():
        yield found, os.path.realpath(found)
    for name in language.tools:
        tool = shutil.which(name, path=_PLACES)
        if tool is not None:
            yield tool, os.path.realpath(tool)
    for pattern in (*_LOCALES, *language.show):
        for place in sorted(glob.glob(located.filled(pattern))):  # noqa: PTH207 - absolute patterns
            yield place, os.path.realpath(place)


def survey() -> Iterator[tuple[Language, str, str]]:
    """Every language that is known, its version ("" where it is missing), and what is missing."""
    for language in known().values():
        try:
            yield language, version(locate(language)), ""
        except ToolchainMissing as missing:
            yield language, "", str(missing)

"""The languages that programs may be written in: the table `languages.toml`, a user's own merged over it, as data.

A *language* says how its programs are compiled and run; a *toolchain* is where its executables stand on this machine.
Python is not in the table: its programs run in a warm interpreter of the sandbox's own (`sandboxes.local`).

A user's own file has the same form, named by `TRUEGRADE_LANGUAGES` or given to `known`: a table there replaces the
fields that it names of ours, or adds a language (`like = "cpp"` starts it from another's fields).  It is trusted, as
any program is that its user installs.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sandboxes.sandbox import Limits, SandboxError

USERS_OWN = "TRUEGRADE_LANGUAGES"
PYTHON = ("python", "py", "python3", "py3")
"""What the warm Python is called, its own name first."""
_OURS = Path(__file__).with_name("languages.toml")
_NAME = re.compile(r"[a-z][a-z0-9+#.-]*")
_FILE = re.compile(r"[\w{}-]+\.\w+")
_COMMENT_OR_STRING = re.compile(
    r'/\*[\s\S]*?(?:\*/|\Z)|//[^\n]*|"""[\s\S]*?(?:"""|\Z)|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
)


class BadLanguages(SandboxError):
    """A table of languages that cannot be used; says which file, table and field, and what would be right."""


class UnknownLanguage(SandboxError):
    """A name that no table has."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Regular expressions for the names in a source that its file and its run depend on."""

    unit: str
    declares: str
    main: str
    namespace: str
    unnamed: str

    def names(self, source: str) -> tuple[str, str]:
        """The name that the file must have, and the full one of what `main` belongs to."""
        bare = _COMMENT_OR_STRING.sub(" ", source)
        unit = re.search(self.unit, bare)
        name = unit[1] if unit else self.unnamed
        main = re.search(self.main, bare)
        entry = (self._around(bare[: main.start()]) if main else "") or name
        within = re.search(self.namespace, bare, re.MULTILINE)
        return name, f"{within[1]}.{entry}" if within else entry

    def _around(self, before: str) -> str:
        """The declarations whose braces are open at the end of `before`, outermost first."""
        stack: list[str] = []
        pending = ""
        for found in re.finditer(rf"{self.declares}|[{{}}]", before):
            if found[0] == "{":
                stack.append(pending)
                pending = ""
            elif found[0] != "}":
                pending = found[1]
            elif stack:
                stack.pop()
        return "$".join(filter(None, stack))


@dataclass(frozen=True, slots=True)
class Home:
    """Where a toolchain lives: so many folders above its first program's real file, or what a command prints."""

    above: int = 0
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """One language; the fields are told in `languages.toml`."""

    name: str
    title: str
    source: str
    programs: tuple[str, ...]
    run: tuple[str, ...]
    version: tuple[str, ...]
    warm_up: str
    package: str = ""
    names: tuple[str, ...] = ()
    fences: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    home: Home | None = None
    show: tuple[str, ...] = ()
    at_least: str = ""
    compile: tuple[tuple[str, ...], ...] = ()
    artifacts: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    memory: Literal["address_space", "data"] = "address_space"
    memory_slack_mb: int = 16
    reserved_mb: int = 0
    out_of_memory: tuple[str, ...] = ()
    crash: tuple[str, ...] = ()
    looks: str = ""
    declared: Declared | None = None
    warm_files: tuple[str, ...] = ()
    compile_limits: Limits = field(default_factory=lambda: Limits(wall_seconds=30, memory_mb=1024, output_kb=256))

    @property
    def called(self) -> tuple[str, ...]:
        """What a problem may call it: its own name first."""
        return (self.name, *self.names)

    @property
    def tags(self) -> frozenset[str]:
        """What a fenced block may call it."""
        return frozenset((*self.called, *self.fences))

    def file_and_entry(self, source: str) -> tuple[str, str]:
        """The file that `source` is to be written to, and the name in it that a run begins with."""
        if self.declared is None:
            return self.source, ""
        unit, entry = self.declared.names(source)
        return self.source.replace("{unit}", unit), entry

    def told_out_of_memory(self, stderr: bytes) -> bool:
        """Whether the end of a failed program's stderr says that memory ran out."""
        return _any_line(self.out_of_memory, stderr)

    def told_crash(self, stderr: bytes) -> bool:
        """Whether the end of a failed program's stderr tells of an error that nothing caught."""
        return _any_line(self.crash, stderr)


def _any_line(patterns: tuple[str, ...], stderr: bytes) -> bool:
    text = stderr[-8192:].decode("utf-8", "replace")
    return any(re.search(pattern, text, re.MULTILINE) for pattern in patterns)


def known(own: str | os.PathLike[str] | None = None) -> Mapping[str, Language]:
    """All languages by their own name: ours, and a user's file merged over them.

    `own` names that file; without it, the environment's `TRUEGRADE_LANGUAGES` does, if set.  Raises `BadLanguages`.
    """
    path = os.fspath(own) if own is not None else os.environ.get(USERS_OWN, "")
    return _known(path)


def language(name: str) -> Language:
    """The language that a name or alias means.  Raises `UnknownLanguage`, which names those there are."""
    wanted = name.strip().lower()
    languages = known()
    if wanted in languages:
        return languages[wanted]
    for one in languages.values():
        if wanted in one.names:
            return one
    raise UnknownLanguage(f"no language is called {name!r}; known are {', '.join(('python', *languages))}")


@cache
def _known(own: str) -> Mapping[str, Language]:
    tables = _tables(_OURS)
    if own:
        for name, table in _tables(Path(own)).items():
            tables[name] = {**tables.get(name, {}), **table}
    where = own or str(_OURS)
    found = {name: _language(where, name, _inherited(where, name, tables)) for name in tables}
    _refuse_doubles(where, found)
    return found


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadLanguages(f"{path}: {error.strerror or error}; {USERS_OWN} must name a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadLanguages(f"{path}: {error}") from error
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise BadLanguages(f"{path}: {name!r} must be a table, one for each language: [{name}]")
    return tables


def _inherited(
    where: str, name: str, tables: Mapping[str, dict[str, Any]], seen: tuple[str, ...] = ()
) -> dict[str, Any]:
    table = tables[name]
    parent = table.get("like")
    if parent is None:
        return table
    if parent not in tables or parent in (*seen, name):
        raise BadLanguages(f"{where}: [{name}] like: there is no other language {parent!r} to start from")
    above = _inherited(where, parent, tables, (*seen, name))
    return {**above, "names": [], "fences": [], **table}


def _refuse_doubles(where: str, languages: Mapping[str, Language]) -> None:
    met: dict[str, str] = dict.fromkeys(PYTHON, "python")
    for one in languages.values():
        for name in one.called:
            if name in met:
                raise BadLanguages(f"{where}: [{one.name}] names: {name!r} is a name of {met[name]!r} already")
            met[name] = one.name


# ---- from a table to a language: a reader for each field


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def _some_text(value: Any) -> str:
    if not _text(value).strip():
        raise ValueError("must not be empty")
    return _text(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValueError("must be a list of texts")
    return tuple(value)


def _words(value: Any) -> tuple[str, ...]:
    for one in _texts(value):
        if not _NAME.fullmatch(one):
            raise ValueError(f"{one!r} must be in small letters, digits and + # . -")
    return tuple(value)


def _command(value: Any) -> tuple[str, ...]:
    if not _texts(value):
        raise ValueError("must be a command, a list of texts that begins with a program")
    return tuple(value)


def _commands(value: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of commands, each a list of texts")
    return tuple(_command(one) for one in value)


def _file(value: Any) -> str:
    if not _FILE.fullmatch(_text(value)):
        raise ValueError("must be a file name with an ending, such as main.c")
    return _text(value)


def _pattern(value: Any) -> str:
    try:
        re.compile(_text(value), re.MULTILINE)
    except re.error as error:
        raise ValueError(f"{value!r} is no regular expression: {error}") from error
    return _text(value)


def _patterns(value: Any) -> tuple[str, ...]:
    return tuple(_pattern(one) for one in _texts(value))


def _variables(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) and "\0" not in one for one in value.values()):
        raise ValueError("must be a table of texts")
    return dict(value)


def _memory(value: Any) -> str:
    if value not in ("address_space", "data"):
        raise ValueError("must be 'address_space' or 'data'")
    return _text(value)


def _megabytes(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 65536:
        raise ValueError("must be a whole number of megabytes, at most 65536")
    return value


def _folders(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 10:
        raise ValueError("must say how many folders above the program, at most 10")
    return value


def _version(value: Any) -> str:
    if not re.fullmatch(r"\d+(?:\.\d+)*", _text(value)):
        raise ValueError("must be numbers with points between them, such as 22.6")
    return _text(value)


def _inner(kind: Callable[..., Any], readers: Mapping[str, Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """A reader of a table within a table."""

    def read(value: Any) -> Any:
        if not isinstance(value, dict) or set(value) - set(readers):
            raise ValueError(f"must be a table of {', '.join(readers)}")
        try:
            return kind(**{name: readers[name](one) for name, one in value.items()})
        except TypeError as error:
            raise ValueError(f"must be a table of {', '.join(readers)}: {error}") from error

    return read


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise ValueError("must be numbers")
    return value  # type: ignore[no-any-return]


_READERS: dict[str, Callable[[Any], Any]] = {
    "title": _some_text,
    "package": _text,
    "names": _words,
    "fences": _words,
    "source": _file,
    "programs": _command,
    "tools": _texts,
    "home": _inner(Home, {"above": _folders, "command": _command}),
    "show": _texts,
    "at_least": _version,
    "version": _command,
    "compile": _commands,
    "artifacts": _texts,
    "run": _command,
    "environment": _variables,
    "memory": _memory,
    "memory_slack_mb": _megabytes,
    "reserved_mb": _megabytes,
    "out_of_memory": _patterns,
    "crash": _patterns,
    "looks": _pattern,
    "declared": _inner(
        Declared,
        {"unit": _pattern, "declares": _pattern, "main": _pattern, "namespace": _pattern, "unnamed": _some_text},
    ),
    "warm_up": _some_text,
    "warm_files": _texts,
    "compile_limits": _inner(Limits, {one.name: _number for one in fields(Limits)}),
}
_REQUIRED = ("title", "source", "programs", "run", "version", "warm_up")


def _language(where: str, name: str, table: Mapping[str, Any]) -> Language:
    if not _NAME.fullmatch(name):
        raise BadLanguages(f"{where}: [{name}]: a language's name is in small letters, digits and + # . -")
    if name in PYTHON:
        raise BadLanguages(f"{where}: [{name}]: Python runs in a warm interpreter; name another one python3.12, say")
    missing = [one for one in _REQUIRED if one not in table]
    if missing:
        raise BadLanguages(f"{where}: [{name}] has no {missing[0]!r} (or start it from another: like = 'cpp')")
    return Language(name=name, **dict(_read(where, name, table)))


def _read(where: str, name: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if key == "like":
            continue
        if key not in _READERS:
            raise BadLanguages(f"{where}: [{name}] {key!r} is no field of a language; those are {', '.join(_READERS)}")
        try:
            yield key, _READERS[key](value)
        except ValueError as error:
            raise BadLanguages(f"{where}: [{name}] {key}: {error}") from error

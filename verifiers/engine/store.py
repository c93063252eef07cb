"""Verdicts that outlive a run: a file of judgements, shared by all that grade.

Theory of operation. A judgement depends on the problem's content, the answer's key and the verifier alone, so it can be
used again by a rerun, a resumed run, the next epoch of a training, another process. `VerdictStore` keeps them in
SQLite, in WAL mode, under a digest of these three; what depends on the machine of the moment (`error`, `timeout`,
`undecided`) is not kept. The version of a verifier is a digest of its source, so that a changed rule never serves an
old verdict; for programs the interpreter's version goes in as well.

It is a cache and nothing more: a verdict that is not there is judged anew. A store that cannot be read, is damaged or
locked by others costs speed, never a grade: a row whose checksum is wrong counts as absent, a file that SQLite calls
damaged is set aside (`NAME.damaged-…`) and begun anew, and `trouble` says what happened.

`Known` holds the judgements of one run in memory, at most `most` of them; beyond that they go to the store, or to a
temporary one.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

from pydantic_core import from_json, to_json

import verifiers
from verifiers.engine.wire import judgement_from_wire, judgement_to_wire
from verifiers.errors import InputError
from verifiers.interface import Judgement
from verifiers.problem import Problem
from verifiers.registry import verifier_for
from verifiers.verdict import Verdict

_FORMAT = 1
_BUSY_SECONDS = 5.0
_AT_ONCE = 500  # keys in one question; SQLite takes at most 999 variables
_CHECKSUM = 4
_OF_THE_MOMENT = frozenset({Verdict.ERROR, Verdict.TIMEOUT, Verdict.UNDECIDED})
_MOST_IN_MEMORY = 400_000
_MOST_ALIKE = 10_000
_SCHEMA = "CREATE TABLE IF NOT EXISTS verdicts (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"


@cache
def verifier_version(kind: str) -> str:
    """A digest of all that a verdict of `kind` is computed from: the verifier's source and that of shared modules."""
    digest = blake2b(digest_size=16)
    root = Path(verifiers.__file__).parent
    home = Path(sys.modules[type(verifier_for(kind)).__module__].__file__ or root)
    sources = list(home.parent.rglob("*.py")) if home.is_relative_to(root) else [home]  # a plug-in is one file
    sources += root.glob("*.py")
    if kind == "code":
        digest.update(sys.version.encode())
        sources += (root.parent / "sandboxes").rglob("*.py")
    for path in sorted(sources):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def problem_digest(problem: Problem) -> bytes:
    """What identifies a problem and its verifier: its content (not its id, nor fields that grading does not know)."""
    fields = set(type(problem).model_fields) - {"id"}
    content = problem.model_dump_json(include=fields).encode()
    return blake2b(content, digest_size=16, key=verifier_version(problem.kind).encode()).digest()


def verdict_key(problem: bytes, answer_key: str) -> bytes:
    """Under what a verdict is kept: a digest of the problem's and the answer's key."""
    return blake2b(answer_key.encode("utf-8", "surrogatepass"), digest_size=16, key=problem).digest()


class VerdictStore:
    """A file of judgements; see the module. May be used from several threads.

    `everything` keeps also the verdicts of the moment: for a store that no other run sees.
    """

    def __init__(self, path: Path, *, everything: bool = False) -> None:
        self.path = path
        self.trouble = ""
        """What went wrong, for the user; empty where nothing did."""
        self._everything = everything
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._open()

    def _open(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._connected()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and not self.path.is_file():
                raise InputError(f"cannot be opened as a store of verdicts: {error}", path=str(self.path)) from None
            self._set_aside(error)
        except OSError as error:
            message = f"cannot be opened as a store of verdicts: {error.strerror or error}"
            raise InputError(message, path=str(self.path)) from None

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        connection.text_factory = bytes  # a damaged row may hold what is no text
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if found not in (0, _FORMAT) or (found == 0 and tables):
                raise InputError("is a database, but not a store of verdicts of this version", path=str(self.path))
            connection.execute(_SCHEMA)
            connection.execute(f"PRAGMA user_version={_FORMAT}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_aside(self, error: sqlite3.Error) -> None:
        """Move the damaged file out of the way and begin anew."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        aside = self.path.with_name(f"{self.path.name}.damaged-{time.time_ns()}")
        try:
            self.path.rename(aside)
            for ending in ("-wal", "-shm"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
            self._connection = self._connected()
            self.trouble = f"the store of verdicts was damaged ({error}); it is now {aside}, and a new one was begun"
        except (OSError, sqlite3.Error) as refusal:
            self.trouble = f"the store of verdicts is damaged ({error}) and cannot be replaced ({refusal}): not used"

    def get(self, keys: Iterable[bytes]) -> dict[bytes, Judgement]:
        """The judgements that are kept under any of `keys`."""
        wanted = list(keys)
        found: dict[bytes, Judgement] = {}
        with self._lock:
            for first in range(0, len(wanted), _AT_ONCE):
                part = wanted[first : first + _AT_ONCE]
                marks = ",".join("?" * len(part))
                for key, value in self._asked(f"SELECT key, value FROM verdicts WHERE key IN ({marks})", part):
                    judgement = _judgement(key, value)
                    if judgement is not None:
                        found[key] = judgement
        return found

    def _asked(self, question: str, values: list[bytes]) -> list[tuple[bytes, bytes]]:
        if self._connection is None:
            return []
        try:
            return self._connection.execute(question, values).fetchall()
        except sqlite3.OperationalError as error:  # locked, or the disk fails: for now there is nothing to be had
            self.trouble = f"the store of verdicts could not be read: {error}"
        except sqlite3.DatabaseError as error:
            self._set_aside(error)
        return []

    def put(self, judgements: Mapping[bytes, Judgement]) -> None:
        """Keep `judgements`, but for those that depend on the machine of the moment or were made without walls."""
        rows = [
            (key, _value(key, judgement))
            for key, judgement in judgements.items()
            if self._everything or _lasting(judgement)
        ]
        if not rows:
            return
        with self._lock:
            if self._connection is None:
                return
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.executemany("INSERT OR REPLACE INTO verdicts VALUES (?, ?)", rows)
                self._connection.execute("COMMIT")
            except sqlite3.OperationalError as error:
                self.trouble = f"the store of verdicts could not be written: {error}"
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            except sqlite3.DatabaseError as error:
                self._set_aside(error)

    def close(self) -> None:
        """Close the file. May be called again."""
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _lasting(judgement: Judgement) -> bool:
    """Whether a judgement would be the same at another time, and was made behind walls."""
    if judgement.verdict in _OF_THE_MOMENT or judgement.by_the_clock:
        return False
    return judgement.isolation is None or judgement.isolation.get("level") != "unsafe"


def _value(key: bytes, judgement: Judgement) -> bytes:
    content = to_json(judgement_to_wire(judgement))
    return crc32(key + content).to_bytes(_CHECKSUM, "big") + content


def _judgement(key: bytes, value: bytes) -> Judgement | None:
    """The judgement that a row states, or None where the row is damaged."""
    content = value[_CHECKSUM:]
    if crc32(key + content).to_bytes(_CHECKSUM, "big") != value[:_CHECKSUM]:
        return None
    try:
        return judgement_from_wire(from_json(content))
    except (ValueError, TypeError):
        return None


class Known:
    """The judgements of one run: in memory, then in `store`, or else in a temporary one once they are `most`."""

    def __init__(self, store: VerdictStore | None = None, most: int = _MOST_IN_MEMORY) -> None:
        self.hits = 0
        """Judgements that `store` had from an earlier run."""
        self._store = store
        self._most = most
        self._memory: dict[bytes, Judgement] = {}
        self._fresh: dict[bytes, Judgement] = {}
        self._alike: dict[tuple[str, str, str], Judgement] = {}
        self._spilled: VerdictStore | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def find(self, keys: Iterable[bytes]) -> dict[bytes, Judgement]:
        """What is known of `keys`."""
        memory = self._memory
        found = {key: memory[key] for key in keys if key in memory}
        missing = [key for key in keys if key not in found]
        if missing and self._spilled is not None:
            found.update(self._spilled.get(missing))
            missing = [key for key in missing if key not in found]
        if missing and self._store is not None:
            kept = self._store.get(missing)
            self.hits += len(kept)
            for key, judgement in kept.items():
                self._remember(key, judgement)
            found.update(kept)
        return found

    def add(self, key: bytes, judgement: Judgement) -> Judgement:
        """Remember a judgement that has just been made; returns it, or one like it that is held already."""
        if self._store is not None:
            self._fresh[key] = judgement
        return self._remember(key, judgement)

    def _remember(self, key: bytes, judgement: Judgement) -> Judgement:
        if len(self._memory) >= self._most:
            self._spill()
        if judgement.tests is None and judgement.isolation is None and judgement.score is None:
            looks = (judgement.verdict, judgement.method, judgement.reason)  # few of them, one object each
            if len(self._alike) > _MOST_ALIKE:
                self._alike.clear()
            judgement = self._alike.setdefault(looks, judgement)
        self._memory[key] = judgement
        return judgement

    def save(self) -> None:
        """Hand what is new to the store."""
        if self._fresh and self._store is not None:
            self._store.put(self._fresh)
        self._fresh = {}

    def _spill(self) -> None:
        """Empty the memory into a temporary store that keeps everything."""
        self.save()
        if self._spilled is None:
            self._folder = tempfile.TemporaryDirectory(prefix="truegrade-")
            self._spilled = VerdictStore(Path(self._folder.name) / "verdicts", everything=True)
        self._spilled.put(self._memory)
        self._memory = {}

    def close(self) -> None:
        """Save what is new, and remove what was temporary."""
        self.save()
        if self._spilled is not None and self._folder is not None:
            self._spilled.close()
            self._folder.cleanup()
            self._spilled = self._folder = None

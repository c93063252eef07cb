"""Logs into a folder of problems, samples and, where the tool judged them, its own verdicts as grades.

    problems.jsonl       each problem once, as far as the logs state them
    samples.jsonl        each response, with an id of its own and `their_score`, `their_answer`, `their_verdict`
    their_grades.jsonl   what the tool decided, in the form of our grades: `verify diff` compares it with ours

One pass, in the order of the files; what is kept of a problem is a digest, of a sample less than that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from pydantic_core import to_json

from verifiers.engine.study import SampleIds
from verifiers.errors import InputError
from verifiers.grading import Grade
from verifiers.logs import format_of
from verifiers.logs.entry import Entry, LeftOut, Reading, right_by
from verifiers.logs.files import head_of
from verifiers.problem import Problem
from verifiers.records import LineWriter, problem_to_json, replacing, sample_to_json
from verifiers.verdict import Verdict

_FILES = ("problems.jsonl", "samples.jsonl", "their_grades.jsonl")


@dataclass(slots=True)
class Imported:
    """What was imported: counts, which format each file had, and why rows were left out."""

    problems: int = 0
    samples: int = 0
    graded: int = 0
    known: bool = False
    formats: dict[Path, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def import_logs(name: str, files: Sequence[Path], out: Path, reading: Reading) -> Imported:
    """Write what the logs `files` hold to the folder `out`; raises `InputError`, and writes nothing then."""
    if not files:
        raise InputError("name the files of the log to read")
    imported = Imported(known=reading.known is not None)
    with ExitStack() as stack:
        paths = [stack.enter_context(replacing(out / each)) for each in _FILES]
        folder = _Folder([stack.enter_context(LineWriter(path)) for path in paths], imported, reading)
        for path in files:
            head = head_of(path)
            found = format_of(name, head, reading)
            imported.formats[path] = found.name
            for entry in found.module.read(head, reading):
                folder.add(entry)
        if not imported.samples:
            why = "; ".join(f"{count} rows: {reason}" for reason, count in imported.left_out.items())
            raise InputError(f"holds no response{': ' if why else ''}{why}", path=str(files[-1]))
    for count, each in zip((imported.problems, imported.samples, imported.graded), _FILES):
        if not count:
            (out / each).unlink()
    return imported


class _Folder:
    """The three files while they are written."""

    def __init__(self, writers: Sequence[LineWriter], imported: Imported, reading: Reading) -> None:
        self._problems, self._samples, self._grades = writers
        self._imported = imported
        self._known = reading.known
        self._digests: dict[str, bytes] = {}
        self._ids = SampleIds()

    def add(self, entry: Entry | LeftOut) -> None:
        """Write one entry, and its problem where it is new."""
        if isinstance(entry, LeftOut):
            self._imported.left_out[entry.reason] += 1
            return
        if entry.problem is not None:
            self._add_problem(entry, entry.problem)
        sample = entry.sample
        sample_id = self._ids.assign(sample.problem_id, sample.model, sample.sample_id)
        if sample_id is None:
            whose = f"{sample.problem_id!r}{f' by {sample.model!r}' if sample.model else ''}"
            message = f"sample {sample.sample_id!r} of {whose} was there before; import other models with --model"
            raise entry.row.error(message, "sample_id")
        sample = sample.model_copy(update={"sample_id": sample_id})
        self._samples.write(sample_to_json(sample))
        self._imported.samples += 1
        grade = their_grade(entry, sample_id, self._kind(entry), self._imported.formats[entry.row.path])
        if grade is not None:
            self._grades.write(to_json(grade.model_dump(mode="json")))
            self._imported.graded += 1

    def _kind(self, entry: Entry) -> str:
        """The kind of the problem; logs that do not hold theirs are of programs, unless the user says otherwise."""
        known = self._known.by_id.get(entry.sample.problem_id) if self._known is not None else None
        problem = entry.problem or known
        return problem.kind if problem is not None else "code"

    def _add_problem(self, entry: Entry, problem: Problem) -> None:
        line = problem_to_json(problem)
        # the same question may be put to each model in its own words; of a program the prompt may be the beginning
        told = line if problem.kind == "code" else problem_to_json(problem.model_copy(update={"prompt": None}))
        found = blake2b(told, digest_size=16).digest()
        if problem.id not in self._digests:
            self._digests[problem.id] = found
            self._problems.write(line)
            self._imported.problems += 1
        elif self._digests[problem.id] != found:
            raise entry.row.error(f"problem {problem.id!r} was another one in an earlier row", "problem_id")


def their_grade(entry: Entry, sample_id: int | str, kind: str, method: str) -> Grade | None:
    """What the tool (`method`) decided, as a grade of that kind; None where it decided nothing."""
    said = entry.sample.model_extra or {}
    score, verdict = said.get("their_score"), said.get("their_verdict")
    if verdict not in _VERDICTS:
        if score is None:
            return None
        verdict = Verdict.CORRECT if right_by(score) else Verdict.INCORRECT
    return Grade(
        problem_id=entry.sample.problem_id,
        sample_id=sample_id,
        model=entry.sample.model,
        kind=kind,
        verdict=Verdict(verdict),
        score=score,
        answer=said.get("their_answer"),
        method=method,
    )


_VERDICTS = frozenset(verdict.value for verdict in Verdict)

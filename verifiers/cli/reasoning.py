"""`verify audit cot draw|read`: a blind sample of right answers to hard problems, and what its readers found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from verifiers.cli.report import all_grades
from verifiers.cli.responses import find_responses
from verifiers.errors import InputError
from verifiers.grading import Grade
from verifiers.problem import Problem
from verifiers.records import read_problems
from verifiers.study.counts import count_grades
from verifiers.study.measures import usual_ks
from verifiers.study.reasoning import MARKS, Agreement, Key, ModelAudit, agreement, draw, read, settle
from verifiers.study.sheet import key_json, read_key, read_sheet, rows_of, sheet_csv, sheet_page
from verifiers.study.tables import percent, shown_name
from verifiers.study.uncertainty import LEVEL

_KEY, _SHEET, _PAGE = "key.json", "sheet.csv", "sheet.html"


def run_draw(
    grades: list[Path], samples: list[Path], problems: Path, out: Path, *, size: int, each: int, below: float, seed: int
) -> None:
    """Draw, and write the sheet, its page and the key to `out`."""
    known = read_problems(problems)
    right: dict[tuple[str, str], list[int | str]] = {}
    models = count_grades(_noting_right(all_grades(grades), right), known)
    key = draw(models, right, size=size, each=each, hard=below, seed=seed)
    responses = find_responses(samples, {(item.model, item.problem_id, item.sample_id) for item in key.items})
    texts = {}
    for item in key.items:
        response = responses.get((item.model, item.problem_id, item.sample_id))
        if response is None:
            raise InputError(
                f"sample {item.sample_id!r} of problem {item.problem_id!r}, model {item.model!r}, is graded but in "
                "none of these files: give the samples that were graded",
                path=str(samples[0]),
            )
        problem = known[item.problem_id]
        texts[item] = (problem.prompt or f"(no prompt given: problem {problem.id})", _reference(problem), response)
    rows = rows_of(key, texts)
    _write(out, {_KEY: key_json(key), _SHEET: sheet_csv(rows), _PAGE: sheet_page(rows)})
    strata = len({(item.model, item.problem_id) for item in key.items})
    console = Console()
    console.print(
        f"{len(rows)} right samples of {strata} hard problems (of a model each), in blind order (seed {seed})"
    )
    console.print(f"for the readers: {out / _PAGE} or {out / _SHEET}; not for them: {out / _KEY}", markup=False)


def run_read(sheets: list[Path], key: Path) -> None:
    """Show what one or two readers found."""
    if not 1 <= len(sheets) <= 2:
        raise InputError("give the marked sheet of one reader or of two")
    known = read_key(key)
    marks = [read_sheet(sheet) for sheet in sheets]
    second = marks[1] if len(marks) == 2 else None
    console = Console()
    if second is not None:
        _show_agreement(console, agreement(marks[0], second, level=LEVEL, seed=known.seed))
    ks = _ks(known)
    for rule in ("both", "any") if second is not None else ("both",):
        sound = settle(marks[0], second, "both" if rule == "both" else "any")
        title = "" if second is None else f", sound by {rule} reader{'s' if rule == 'both' else ''}"
        _show_audits(console, read(known, sound, ks, level=LEVEL, seed=known.seed), title)


def _noting_right(grades: Iterator[Grade], right: dict[tuple[str, str], list[int | str]]) -> Iterator[Grade]:
    for grade in grades:
        if grade.correct:
            right.setdefault((grade.model, grade.problem_id), []).append(grade.sample_id)
        yield grade


def _reference(problem: Problem) -> str:
    return str(getattr(problem, "reference", "") or "(tests)")


def _ks(key: Key) -> list[int]:
    return usual_ks(min(n for counts in key.counts.values() for n, _ in counts.values()))


def _write(out: Path, texts: dict[str, str]) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (out / name).write_text(text, encoding="utf-8", newline="", errors="replace")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", path=str(out)) from None


def _show_agreement(console: Console, found: Agreement) -> None:
    kappa = "not defined (one mark for all)" if found.kappa is None else percent(found.kappa, 1.0, 2, "")
    console.print(f"{found.items} items marked by both: they agree on {percent(found.agree)}; Cohen's kappa {kappa}")
    table = Table("first reader \\ second", *MARKS)
    for first in MARKS:
        table.add_row(first, *(str(found.table.get((first, second), 0)) for second in MARKS))
    console.print(table)
    if found.disputed:
        console.print(f"for a third look: items {', '.join(map(str, found.disputed))}", highlight=False)


def _show_audits(console: Console, audits: list[ModelAudit], title: str) -> None:
    table = Table("model", "hard problems", "read", "with sound reasoning", "sound, mean over problems",
                  title=f"reasoning of right samples of hard problems{title}", title_justify="left")  # fmt: skip
    for audit in audits:
        counts = (str(audit.hard), str(audit.read), str(audit.with_sound))
        table.add_row(shown_name(audit.model), *counts, percent(audit.sound))
    console.print(table)
    for audit in audits:
        heads = ("k", "pass@k, hard", "CoT-pass@k, hard", "CoT-pass@k, all problems")
        rates = Table(*heads, title=shown_name(audit.model), title_justify="left")
        for k, rate in audit.cot_pass_at.items():
            rates.add_row(str(k), percent(audit.hard_pass_at[k]), percent(rate), percent(audit.whole_pass_at[k]))
        console.print(rates)

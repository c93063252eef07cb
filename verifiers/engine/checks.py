"""What is odd about the samples themselves: told at the end of a run, for the user to judge.

- problems without samples, and models whose problems have unequal numbers of them: pass@k then mixes different n;
- long responses that repeat an earlier one of the same problem and model word for word: a seed that was used twice;
- responses that were cut off at the token limit, and models whose samples come from several prompts.

Repetitions are counted exactly at first and, once there is much to remember, on a fixed share of all texts (those whose
hash ends in so many zeros), so that memory stays bounded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from verifiers.engine.batch import Batch
from verifiers.engine.wire import unrolled

_LONG = 200  # code points: shorter responses are the same by themselves
_REMEMBERED_MOST = 500_000
_TEMPLATES_MOST = 20
_NAMED_MOST = 5


@dataclass(slots=True)
class _OfModel:
    """What has been seen of one model."""

    samples: Counter[int] = field(default_factory=Counter)  # by place of the problem
    templates: set[str] = field(default_factory=set)


class Checks:
    """Looks at every sample that passes. `ids`: of the study's problems, in order."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids
        self._models: defaultdict[str, _OfModel] = defaultdict(_OfModel)
        self._texts: set[tuple[int, str, int]] = set()
        self._share = 1  # one text of so many is remembered
        self._looked_at = 0
        self._repeated = 0
        self._cut_off = 0

    def take(self, batch: Batch) -> None:
        """See the samples of one batch."""
        columns = batch.columns
        self._cut_off += columns.cut_off
        rows = len(batch)
        for place, model, first, last in columns.runs():
            self._models[model].samples[place] += max(0, min(last, rows) - first)
            self._look_for_repetitions(place, model, columns.prints[first : min(last, rows)])
        self._see_templates(batch)

    def _see_templates(self, batch: Batch) -> None:
        if len(batch.columns.templates) == 1 and len(batch.columns.models) == 1:
            pairs = [(batch.columns.models[0][0], batch.columns.templates[0][0])]
        else:
            pairs = list(set(zip(unrolled(batch.columns.models), unrolled(batch.columns.templates))))
        for model, template in pairs:
            seen = self._models[model].templates
            if template and len(seen) < _TEMPLATES_MOST:
                seen.add(template)

    def _look_for_repetitions(self, place: int, model: str, prints: list[int]) -> None:
        share, texts = self._share, self._texts
        for each in prints:
            if each >> 32 < _LONG or each % share:
                continue
            self._looked_at += 1
            text = (place, model, each)
            if text in texts:
                self._repeated += 1
            else:
                texts.add(text)
        while len(texts) > _REMEMBERED_MOST:
            self._share *= 2
            self._texts = texts = {text for text in texts if text[2] % self._share == 0}
            # from here on the smaller share is counted; what was counted before stands for the same rate
            self._looked_at //= 2
            self._repeated //= 2

    def findings(self) -> dict[str, Any]:
        """What was found, for a machine: only what is odd."""
        found: dict[str, Any] = {}
        unequal, missing, templates = {}, {}, {}
        for model, seen in self._models.items():
            counts = set(seen.samples.values())
            if len(counts) > 1:
                unequal[model] = {"least": min(counts), "most": max(counts)}
            absent = [name for place, name in enumerate(self._ids) if place not in seen.samples]
            if absent:
                missing[model] = {"count": len(absent), "problems": absent[:_NAMED_MOST]}
            if len(seen.templates) > 1:
                templates[model] = sorted(seen.templates)
        for name, value in (("unequal_n", unequal), ("missing", missing), ("templates", templates)):
            if value:
                found[name] = value
        if self._repeated:
            found["repeated_texts"] = round(self._repeated / self._looked_at, 6)
        if self._cut_off:
            found["cut_off"] = self._cut_off
        return found

    def told(self) -> list[str]:
        """What was found, a sentence each."""
        found = self.findings()
        lines = []
        for model, counts in found.get("unequal_n", {}).items():
            least, most = counts["least"], counts["most"]
            lines.append(f"{_of(model)}problems have from {least} to {most} samples: pass@k mixes different n")
        for model, absent in found.get("missing", {}).items():
            named = ", ".join(absent["problems"]) + (", …" if absent["count"] > len(absent["problems"]) else "")
            lines.append(f"{_of(model)}{absent['count']} problems have no sample: {named}")
        if "repeated_texts" in found:
            share = f"{found['repeated_texts']:.2%}"
            lines.append(
                f"{share} of long responses repeat an earlier one of their problem word for word: a repeated seed?"
            )
        if "cut_off" in found:
            lines.append(f"{found['cut_off']} responses were cut off at the token limit")
        for model, names in found.get("templates", {}).items():
            lines.append(f"{_of(model)}samples come from {len(names)} prompts: {', '.join(names[:_NAMED_MOST])}")
        return lines


def _of(model: str) -> str:
    return f"model {model}: " if model else ""

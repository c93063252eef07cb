"""Items whose options were shown in another order than they are stored.

A response names an option by the place at which it saw it. So the item is turned into the one that was shown: its
texts in that order, under the labels in their usual order, with the reference at its new place. An item without
texts (they stand in the picture) is turned likewise; only its reference moves.
"""

from __future__ import annotations

from typing import Any

from verifiers.errors import ProblemError
from verifiers.problem import ChoiceProblem


def as_shown(problem: ChoiceProblem, labels: list[str]) -> ChoiceProblem:
    """The item as it was shown; `labels` are its own, in order."""
    order = problem.shown_order
    if order is None:
        return problem
    if sorted(order) != sorted(labels):
        raise ProblemError(
            f"must name each of {', '.join(labels[:12])} once", problem_id=problem.id, field="shown_order"
        )
    place_of = dict(zip(order, labels))
    changes: dict[str, Any] = {"shown_order": None, "labels": labels, "reference": _moved(problem.reference, place_of)}
    if problem.choices is not None:
        text_of = dict(zip(labels, problem.choices))
        changes["choices"] = [text_of[each] for each in order]
    return problem.model_copy(update=changes)


def _moved(reference: str | list[Any], place_of: dict[str, str]) -> str | list[Any]:
    if isinstance(reference, list):
        return [place_of.get(str(each), each) for each in reference]
    if reference in place_of:
        return place_of[reference]
    if all(each in place_of for each in reference):
        return "".join(place_of[each] for each in reference)  # `AC`
    parts = [part.strip() for part in reference.replace(";", ",").split(",")]
    return ",".join(place_of.get(part, part) for part in parts)

"""The table of labelled responses, and the shared cases where they are present."""

from __future__ import annotations

import pytest

from tests.choice.case_table import CASES
from verifiers import ChoiceProblem
from verifiers.choice import VERIFIER

ROWS = [(rule, options, response, expected) for rule, options, rows in CASES for response, expected in rows]


def picked(response: str, **fields: object) -> str:
    """The label that is picked, or why there is none."""
    problem = ChoiceProblem.model_validate({"kind": "choice", "reference": "A", **fields})
    answer = VERIFIER.prepare(problem).extract(response)
    if answer is None:
        return "none"
    return answer.key if not answer.key.startswith("\x00") else answer.key[1:].split(" ")[0]


@pytest.mark.parametrize(("rule", "options", "response", "expected"), ROWS)
def test_a_response_picks_by_rule(rule: str, options: list[str], response: str, expected: str) -> None:
    assert picked(response, choices=options) == expected, rule


def test_the_table_is_long() -> None:
    assert len(ROWS) >= 150

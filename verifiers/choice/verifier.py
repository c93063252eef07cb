"""The verifier of kind `choice`: prepares an item's reader, extracts, and judges by `Answer.key`.

Statuses that are no answer (a refusal, several answers at once, a cut-off response) are answers with a
reserved key, so that they are judged `no_answer` with their own reason and never guessed at.
"""

from __future__ import annotations

from collections.abc import Callable

from verifiers.choice.evidence import Decide, Found, Reader, Status, find
from verifiers.choice.folding import fold
from verifiers.choice.labelled import prepare_choice, prepare_multi, prepare_sequence
from verifiers.choice.numeric import prepare_list, prepare_number
from verifiers.choice.grounding import prepare_box, prepare_box_set, prepare_point, prepare_point_in_box
from verifiers.choice.words import prepare_text, prepare_time
from verifiers.interface import AS_FOUND, Answer, Judgement
from verifiers.problem import ChoiceProblem, Problem
from verifiers.response import read
from verifiers.verdict import Verdict

_RESERVED = "\x00"
_REASONS = {
    Status.REFUSAL: "refusal: the response declines to answer",
    Status.AMBIGUOUS: "ambiguous: the response gives several answers at once",
    Status.TRUNCATED: "truncated: the response was cut off before its answer",
}
_REMEMBERED = 4096
_SHORT = 64


_PREPARE: dict[str, Callable[[ChoiceProblem], tuple[Reader, Decide]]] = {
    "choice": prepare_choice,
    "multi": prepare_multi,
    "sequence": prepare_sequence,
    "number": prepare_number,
    "list": prepare_list,
    "text": prepare_text,
    "time": prepare_time,
    "box": prepare_box,
    "box_set": prepare_box_set,
    "point": prepare_point,
    "point_in_box": prepare_point_in_box,
}


class PreparedChoice:
    """An item made ready. Short responses are remembered: samples repeat them."""

    def __init__(self, reader: Reader, decide: Decide) -> None:
        self._reader = reader
        self._decide = decide
        self._short: dict[str, Answer | None] = {}

    def extract(self, response: str) -> Answer | None:
        """The answer in `response`; None where there is nothing to grade. Pure and linear; never raises."""
        if len(response) > _SHORT:
            return self._extract(response)
        try:
            return self._short[response]
        except KeyError:
            answer = self._extract(response)
            if len(self._short) < _REMEMBERED:
                self._short[response] = answer
            return answer

    def _extract(self, response: str) -> Answer | None:
        found = find(read(fold(response)), self._reader)
        return _answer(response, found) if found is not None else None

    def judge(self, answer: Answer) -> Judgement:
        """Decide by the key alone."""
        if answer.key.startswith(_RESERVED):
            status = Status(answer.key[1:].partition(" ")[0])
            if status is Status.OTHER:
                return Judgement(Verdict.INCORRECT, AS_FOUND, "the answer is none that the item allows")
            return Judgement(Verdict.NO_ANSWER, AS_FOUND, _REASONS[status])
        score = self._decide(answer.key)
        verdict = Verdict.CORRECT if score >= 1 else Verdict.INCORRECT
        return Judgement(verdict, AS_FOUND, score=None if score in (0.0, 1.0) else score)


def _answer(response: str, found: Found) -> Answer:
    reading = found.reading
    key = reading.key
    if reading.status is not Status.VALUE:
        key = f"{_RESERVED}{reading.status.value} {reading.key}".rstrip()
    return Answer(key, response[reading.start : reading.end], (reading.start, reading.end), found.tier)


class ChoiceVerifier:
    """Items with options and other short visual answers."""

    kind = "choice"
    problem_type: type[Problem] = ChoiceProblem

    def prepare(self, problem: ChoiceProblem) -> PreparedChoice:
        """Make `problem` ready; raises `ProblemError` naming the field that nothing could be graded against."""
        return PreparedChoice(*_PREPARE[problem.answer_type](problem))

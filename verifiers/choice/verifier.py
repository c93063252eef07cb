"""The verifier of kind `choice`: prepares an item's reader, extracts, and judges by `Answer.key`.

Statuses that are no answer (a refusal, several answers at once, a cut-off response) are answers with a
reserved key, so that they are judged `no_answer` with their own reason and never guessed at.
"""

from __future__ import annotations

from collections.abc import Callable

from verifiers.choice.evidence import Decide, Found, Reader, Status, find
from verifiers.choice.folding import fold
from verifiers.choice.grounding import prepare_box, prepare_box_set, prepare_point, prepare_point_in_box
from verifiers.choice.labelled import order_of, prepare_choice, prepare_multi, prepare_sequence
from verifiers.choice.lists import prepare_list
from verifiers.choice.numeric import prepare_number
from verifiers.choice.permutation import Order
from verifiers.choice.words import prepare_text, prepare_time
from verifiers.errors import InputError, ProblemError
from verifiers.interface import AS_FOUND, Answer, Judgement
from verifiers.problem import ChoiceProblem, Problem
from verifiers.response import Response, read
from verifiers.verdict import Verdict

_RESERVED = "\x00"
_REASONS = {
    Status.REFUSAL: "refusal: the response declines to answer",
    Status.AMBIGUOUS: "ambiguous: the response gives several answers at once",
    Status.TRUNCATED: "truncated: the response was cut off before its answer",
}
_REMEMBERED = 4096
_SHORT = 64
_MOST_ORDERS = 128
_LABELLED = ("choice", "multi", "sequence")


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

    def __init__(self, problem: ChoiceProblem) -> None:
        self._problem = problem
        self._reader, self._decide = _PREPARE[problem.answer_type](problem)
        self._order = order_of(problem) if problem.answer_type in _LABELLED else None
        self._short: dict[str, Answer | None] = {}
        self._shown: dict[tuple[str, ...], PreparedChoice] = {}

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
        seen = read(fold(response))
        offset = seen.start
        if offset:  # patterns may look at what stands before a place, which must not be the reasoning
            seen = Response(seen.text[offset : seen.end], 0, seen.end - offset, seen.cut_off_reasoning, seen.tagged)
        found = find(seen, self._reader)
        return _answer(response, offset, found, self._order) if found is not None else None

    def shown(self, order: object) -> PreparedChoice:
        """The item as one sample saw it, its options in `order` (own labels); answers are judged as the item's.

        Raises `InputError` where `order` is no order of the item's labels.
        """
        if not (isinstance(order, list | tuple) and all(isinstance(label, str) for label in order)):
            raise InputError("must be a list of the item's labels in the order shown", field="shown_order")
        if self._problem.answer_type not in _LABELLED:
            raise InputError(f"has no meaning for the answer type {self._problem.answer_type}", field="shown_order")
        known = self._shown.get(tuple(order))
        if known is None:
            try:
                known = PreparedChoice(self._problem.model_copy(update={"shown_order": list(order)}))
            except ProblemError as error:
                raise InputError(error.message, field=error.field) from None
            if len(self._shown) >= _MOST_ORDERS:
                self._shown.clear()
            self._shown[tuple(order)] = known
        return known

    def positions(self, answer: Answer | None) -> dict[str, int | None] | None:
        """Where the picked and the right option were shown, from 1, `of` how many; None where no order is known."""
        if self._order is None:
            return None
        return self._order.positions(answer.key if answer is not None else None)

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


def _answer(response: str, offset: int, found: Found, order: Order | None) -> Answer:
    reading = found.reading
    key = order.own(reading.key) if order is not None and reading.status is Status.VALUE else reading.key
    if reading.status is not Status.VALUE:
        key = f"{_RESERVED}{reading.status.value} {reading.key}".rstrip()
    start, end = reading.start + offset, reading.end + offset
    return Answer(key, response[start:end], (start, end), found.tier)


class ChoiceVerifier:
    """Items with options and other short visual answers."""

    kind = "choice"
    problem_type: type[Problem] = ChoiceProblem

    def prepare(self, problem: ChoiceProblem) -> PreparedChoice:
        """Make `problem` ready; raises `ProblemError` naming the field that nothing could be graded against."""
        return PreparedChoice(problem)

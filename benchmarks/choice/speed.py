"""How many responses a second the choice verifier reads, on one core: `python -m benchmarks.choice.speed`.

Every response is another text (a number in it differs), so nothing is remembered from one to the next.
Groups: `labels` ("(B)", "B."), `common` (the forms that are read at once, `verifiers.choice.quick`), `sentences`
(which the tiers read: "B. It is what picture 17 shows."), `chinese`, `prose` of 2 KB that ends in a box, in a
declaration, or in a sentence without either.

Two noisy shared cores, CPython 3.11, processor time, responses/s:

    labels              127 000
    common               92 000
    sentences            13 000
    chinese              19 000
    2 KB, box           100 000
    2 KB, declaration    27 000
    2 KB, neither         3 400
    2 KB, mix            41 000
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from verifiers import ChoiceProblem
from verifiers.choice import VERIFIER

_PROBLEM = ChoiceProblem(id="speed", choices=["4 cm", "a dog", "1/2", "the third one"], reference="B")
_LETTERS = "ABCD"
_LABELS = ("{0}", "({0})", "{0}.", "**{0}**", "\\boxed{{{0}}}", "{0})", "<answer>{0}</answer>", "[{0}]")
_SENTENCES = (
    "The answer is {0}. (picture {1})",
    "Answer: {0} [{1}]",
    "In picture {1}, the correct option is ({0}).",
    "{0}. It is what picture {1} shows.",
    "I see {1} of them. \\boxed{{{0}}}",
    "There are {1} dots, so the answer is {0}.",
    "<answer>{0}</answer> {1}",
    "Row {1}: ({0})",
)
_COMMON = (
    "The answer is ({0}). [{1}]",
    "There are {1} dots, so the answer is {0}.",
    "{1} of them are red.\n\nAnswer: {0}",
    "I see {1} of them. \\boxed{{{0}}}",
    "It is number {1}. <answer>{0}</answer>",
    "<think>Row {1}, or the other?</think><answer>{0}</answer>",
    "<think>Row {1}, or the other?</think>The answer is {0}.",
    "<think>Row {1}, or the other?</think>{0}",
)
_CHINESE = ("第{1}题的答案是{0}。", "因此，第{1}题选{0}。", "图{1}中有两只狗，所以正确选项是{0}。")
_STEP = "First we look at line {0} of the figure, where the length of the side is {1} and the angle is given. "


def _labels(count: int) -> Iterator[str]:
    # blanks behind the label, the binary digits of its place, make the texts differ
    for place in range(count):
        text = _LABELS[place % len(_LABELS)].format(_LETTERS[place % 4])
        yield text + f"{place // len(_LABELS):b}".replace("0", " ").replace("1", "\n")


def _formed(forms: tuple[str, ...]) -> Callable[[int], Iterator[str]]:
    def texts(count: int) -> Iterator[str]:
        for place in range(count):
            yield forms[place % len(forms)].format(_LETTERS[place % 4], place)

    return texts


def _prose(*ends: str) -> Callable[[int], Iterator[str]]:
    def texts(count: int) -> Iterator[str]:
        for place in range(count):
            body = "".join(_STEP.format(place + line, line) for line in range(21))[:2000]
            yield body + ends[place % len(ends)].format(_LETTERS[place % 4])

    return texts


_BOX, _DECLARED = "\nHence \\boxed{{{0}}}.", "\nTherefore, the answer is ({0})."
GROUPS: dict[str, tuple[Callable[[int], Iterator[str]], int]] = {
    "labels": (_labels, 8000),
    "common": (_formed(_COMMON), 8000),
    "sentences": (_formed(_SENTENCES), 8000),
    "chinese": (_formed(_CHINESE), 3000),
    "2 KB, box": (_prose(_BOX), 3000),
    "2 KB, declaration": (_prose(_DECLARED), 3000),
    "2 KB, neither": (_prose("\nIt must be the dog of line {0}."), 1500),
    "2 KB, mix": (_prose(_BOX, _DECLARED, "\n**Answer: {0}**", "\n<answer>{0}</answer>"), 3000),
}


def rate(texts: list[str]) -> float:
    """Responses a second, processor time, the better of three runs, each on a fresh item."""
    best = 0.0
    for _ in range(3):
        prepared = VERIFIER.prepare(_PROBLEM)
        begin = time.process_time()
        for text in texts:
            prepared.extract(text)
        best = max(best, len(texts) / (time.process_time() - begin))
    return best


def main() -> None:
    """Print one line a group."""
    for name, (make, count) in GROUPS.items():
        texts = list(make(count))
        assert len(set(texts)) == len(texts), name
        print(f"{name:20} {rate(texts):>10,.0f} responses/s   ({sum(map(len, texts)) / len(texts):,.0f} characters)")


if __name__ == "__main__":
    main()

"""Two simulated models, "base" and "rl": what they write for a problem, and whether it is right.

No model is run: a seeded generator draws, for each sample, whether it is right (with the chance that the item
states) or how it fails, picks a form of the answer, and wraps it in text as models write it. The base model
is broad (it finds nearly everything sometimes) and untidy; the one after reinforcement learning is sharp
(what it finds, it finds nearly always; some things it never finds) and boxes its answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from verifiers.demo.items import Item
from verifiers.problem import ChoiceProblem, CodeProblem, Sample

_LANGUAGE_TAGS = ("python", "python", "py", "")


@dataclass(frozen=True, slots=True)
class Habits:
    """How a model writes. Shares of what is not right: `refusal`, `cut_off` and `hedge`; the rest is `wrong`.

    `thinks`: how often it reasons in a block of its own. `plainest`: how often it takes the plainest form.
    """

    name: str
    refusal: float
    cut_off: float
    hedge: float
    thinks: float
    plainest: float
    closings: tuple[str, ...]


MODELS = (
    Habits(
        "base", refusal=0.04, cut_off=0.10, hedge=0.06, thinks=0.0, plainest=0.35,
        closings=(
            "So the answer is $\\boxed{{{0}}}$.", "Hence we get \\boxed{{{0}}}", "The final answer is ${0}$.",
            "**Answer:** ${0}$", "Therefore, the answer is ${0}$.",
        ),
    ),
    Habits(
        "rl", refusal=0.0, cut_off=0.05, hedge=0.02, thinks=0.5, plainest=0.75,
        closings=("The final answer is \\boxed{{{0}}}.", "$$\\boxed{{{0}}}$$", "<answer>\\boxed{{{0}}}</answer>"),
    ),
)  # fmt: skip
# with the letter alone, and with letter and text of the option
_CHOICE_CLOSINGS = {
    "base": (
        "The answer is {0}.", "Answer: ({0})", "So the correct option is ({0}) {1}.", "**Answer: {0}**",
        "I pick \\boxed{{{0}}}", "The answer is {0}) {1}",
    ),
    "rl": ("The correct answer is \\boxed{{{0}}}.", "<answer>{0}</answer>", "Final answer: **{0}**"),
}  # fmt: skip
_OPENINGS = (
    "Let me think about this step by step.", "We are asked to find what the problem describes.", "Okay.",
    "First, let us restate what is given.", "Let's work through it.", "This looks like a standard exercise.",
)  # fmt: skip
_STEPS = (
    "Next we simplify what remains.", "Now check this against the conditions in the question.",
    "Nothing else has to be considered.", "This step uses only what is given.", "Carrying this through is routine.",
    "We should be careful with signs here.", "Let me double-check that.", "Putting it together gives the result.",
)  # fmt: skip
_REFUSALS = (
    "I'm sorry, but I cannot help with that.", "I do not have enough information to solve this.",
    "This question cannot be decided without the figure.",
)  # fmt: skip


def simulate(item: Item, habits: Habits, *, samples: int, seed: int) -> Iterator[Sample]:
    """The samples of one model for one problem, each with its truth in the field `simulated_correct`."""
    random = Random(f"{seed}/{habits.name}/{item.problem.id}")
    chance = item.base if habits.name == "base" else item.rl
    for place in range(samples):
        behaviour = "right" if random.random() < chance else _failure(habits, random)
        yield Sample.model_validate(
            {
                "problem_id": item.problem.id,
                "sample_id": place,
                "model": habits.name,
                "response": _response(item, habits, behaviour, random),
                "simulated_correct": behaviour == "right",
                "simulated_behaviour": behaviour,
            }
        )


def _failure(habits: Habits, random: Random) -> str:
    drawn = random.random()
    for name, share in (("refusal", habits.refusal), ("cut_off", habits.cut_off), ("hedge", habits.hedge)):
        if drawn < share:
            return name
        drawn -= share
    return "wrong"


def _response(item: Item, habits: Habits, behaviour: str, random: Random) -> str:
    if behaviour == "refusal":
        return random.choice(_REFUSALS)
    reasoning = " ".join([random.choice(_OPENINGS), item.working, *random.sample(_STEPS, random.randint(1, 4))])
    thinks = random.random() < habits.thinks
    if behaviour == "cut_off":
        unfinished = reasoning.rsplit(" ", 2)[0]
        return f"<think>\n{unfinished}" if thinks else unfinished
    answer = _hedge(item) if behaviour == "hedge" else _answer(item, habits, behaviour, random)
    closing = _closing(item, habits, answer, random)
    if not thinks:
        return f"{reasoning}\n\n{closing}"
    # a first thought that is given up later: it must not be taken for the answer
    doubt = _closing(item, habits, random.choice(item.wrong), random)
    return f"<think>\n{reasoning} At first sight: {doubt} But no, that is too quick.\n</think>\n\n{closing}"


def _answer(item: Item, habits: Habits, behaviour: str, random: Random) -> str:
    if behaviour == "wrong":
        return random.choice(item.wrong)
    return item.right[0] if random.random() < habits.plainest else random.choice(item.right)


def _hedge(item: Item) -> str:
    """Two answers where one is asked for: not right, though the right one is among them.

    The first wrong form is one whose union with the right answer is not the right answer: "[1, 4] or (1, 4)"
    may be read as [1, 4].
    """
    right, wrong = item.right[0], item.wrong[0]
    if isinstance(item.problem, CodeProblem):
        return wrong
    if isinstance(item.problem, ChoiceProblem):
        return f"{right[0]} or {wrong[0]}\t"
    return rf"{right} \text{{ or }} {wrong}"


def _closing(item: Item, habits: Habits, answer: str, random: Random) -> str:
    if isinstance(item.problem, CodeProblem):
        return f"```{random.choice(_LANGUAGE_TAGS)}\n{answer}\n```\n\nThis passes the examples that I tried."
    if isinstance(item.problem, ChoiceProblem):
        letter, _, text = answer.partition("\t")
        return random.choice(_CHOICE_CLOSINGS[habits.name]).format(letter, text)
    return random.choice(habits.closings).format(answer)

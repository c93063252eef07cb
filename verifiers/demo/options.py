"""The multiple-choice problems of the example study: ten, made for it.

A row is `(name, question, options, right letter, working, base, rl)`. Wrong answers are the other letters.
"""

from __future__ import annotations

from verifiers.demo.items import Item
from verifiers.problem import ChoiceProblem

_Row = tuple[str, str, tuple[str, ...], str, str, float, float]

_ROWS: tuple[_Row, ...] = (
    (
        "clock",
        "A clock shows half past four. What is the smaller angle between its hands?",
        ("30°", "45°", "60°", "75°"), "B",
        "The hour hand stands midway between two numbers.", 0.55, 0.93,
    ),
    (
        "folded-sheet",
        "A square sheet is folded in half twice and one corner where all layers meet is cut off. "
        "How many holes does the unfolded sheet have in its middle?",
        ("none", "one", "two", "four"), "B",
        "The cut corner is the centre of the sheet.", 0.42, 0.88,
    ),
    (
        "net-of-cube",
        "How many edges of a cube must be cut to lay it flat as one piece?",
        ("5", "6", "7", "8", "9"), "C",
        "Six faces stay joined by as few edges as hold them together.", 0.24, 0.02,
    ),
    (
        "shadow",
        "A pole of 2 m throws a shadow of 3 m. How tall is a tree beside it with a shadow of 12 m?",
        ("6 m", "8 m", "9 m", "18 m"), "B",
        "Both triangles have the same shape.", 0.66, 0.97,
    ),
    (
        "next-figure",
        "A row shows 1, 3, 6 and 10 dots. How many dots does the next figure have?",
        ("12", "13", "14", "15", "16"), "D",
        "The steps between figures grow by one.", 0.70, 0.98,
    ),
    (
        "mirror",
        "Which of these capital letters looks the same in a mirror held upright beside it?",
        ("F", "G", "M", "R"), "C",
        "Its left half must be the image of its right half.", 0.58, 0.95,
    ),
    (
        "bar-chart",
        "Four bars show 12, 18, 9 and 21 visitors. By what share does the tallest exceed the mean?",
        ("20 %", "30 %", "40 %", "50 %"), "C",
        "The mean of the four bars is needed first.", 0.45, 0.92,
    ),
    (
        "lattice-triangle",
        "What is the area of the triangle with corners (0, 0), (4, 0) and (1, 3)?",
        ("4", "6", "7.5", "12"), "B",
        "The side on the axis serves as the base.", 0.60, 0.96,
    ),
    (
        "gear-train",
        "Five gears are linked in a row and the first turns clockwise. How do the second and the fifth turn?",
        (
            "both clockwise", "both anticlockwise", "second clockwise, fifth anticlockwise",
            "second anticlockwise, fifth clockwise",
        ), "D",
        "Each gear turns against its neighbour.", 0.50, 0.94,
    ),
    (
        "painted-cube",
        "A cube painted outside is cut into 27 equal cubes. How many of them have exactly two painted faces?",
        ("6", "8", "12", "18", "20"), "C",
        "Such pieces lie in the middle of an edge of the large cube.", 0.36, 0.87,
    ),
)  # fmt: skip


def choice_items() -> list[Item]:
    """The multiple-choice problems, in order; an answer is `letter` or `letter\\ttext of the option`."""
    items = []
    for name, question, options, letter, working, base, rl in _ROWS:
        labels = [chr(ord("A") + place) for place in range(len(options))]
        answers = [f"{label}\t{text}" for label, text in zip(labels, options, strict=True)]
        items.append(
            Item(
                ChoiceProblem(id=f"choice/{name}", prompt=question, choices=list(options), reference=letter),
                tuple(answer for answer in answers if answer[0] == letter),
                tuple(answer for answer in answers if answer[0] != letter),
                working,
                base,
                rl,
            )
        )
    return items

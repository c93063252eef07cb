"""A small study of all three kinds, answers right and wrong, and one row that nothing can be graded against."""

from __future__ import annotations

import json
from typing import Any

ADD = {"type": "asserts", "entry_point": "add", "code": "assert add(1, 2) == 3"}
PROBLEMS: list[dict[str, Any]] = [
    {"id": "half", "kind": "math", "reference": "1/2"},
    {"id": "share", "kind": "math", "reference": "50", "prompt": "How many percent?"},
    {"id": "pet", "kind": "choice", "choices": ["cat", "dog"], "reference": "B"},
    {"id": "box", "kind": "choice", "answer_type": "box", "reference": [10, 20, 110, 220], "iou": 0.5},
    {"id": "add", "kind": "code", "tests": ADD},
    {"id": "sum", "kind": "code", "tests": {"type": "stdio", "cases": [{"stdin": "1 2\n", "stdout": "3\n"}]}},
]
RESPONSES: dict[str, list[str]] = {
    "half": [r"So it is \boxed{0.5}", r"\boxed{\frac{1}{3}}", "I cannot tell.", r"<think>\boxed{1/2}</think> hm"],
    "share": [r"\boxed{50\%}", "5"],
    "pet": ["The answer is (B).", "(A)", "I'm sorry, I cannot answer that.", "dog"],
    "box": ["[12, 22, 108, 215]", "[0, 0, 5, 5]"],
    "add": ["```python\ndef add(a, b):\n    return a + b\n```", "```python\ndef add(a, b):\n    return a - b\n```"],
    "sum": ["```python\nprint(sum(map(int, input().split())))\n```", "```python\n1 / 0\n```"],
}
# a reference that cannot be read: whatever is answered, the grader fails
BAD = {"id": "bad", "kind": "math", "reference": r"\frac{1}{"}

BY_ID = {problem["id"]: problem for problem in PROBLEMS}
SAMPLES = [(name, response) for name, responses in RESPONSES.items() for response in responses]
ROWS = [BY_ID[name] for name, _ in SAMPLES]
SAID = [response for _, response in SAMPLES]


def as_text(problem: dict[str, Any]) -> str:
    """A whole problem as the text that a column of a data set holds."""
    return json.dumps(problem)

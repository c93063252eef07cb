"""open-instruct: import this and call `register()` before training, with `dataset: "truegrade"` rows; revision e6c3044.

`ground_truth` is a reference or a whole problem as JSON (`verifiers.adapters.rows`). open-instruct finds its verifiers
among the subclasses of `VerifierFunction`. A failure of the grader raises, since a score must be a number;
`register(on_error="zero")` makes it a wrong answer.
"""

from __future__ import annotations

from typing import Any

from verifiers.adapters.grading import WITHOUT_NONE, OnError, agrade_row, checked, facts_of, grade_row, number_of
from verifiers.grading import Grade


def register(name: str = "truegrade", on_error: OnError = "raise") -> type:
    """Define the verifier that open-instruct knows as `name`; returns its class, which is to be kept."""
    from open_instruct.ground_truth_utils import VerificationResult, VerifierFunction

    way = checked(on_error, "open-instruct", WITHOUT_NONE)

    def result(found: Grade) -> Any:
        reasoning = "; ".join(f"{key}: {value}" for key, value in facts_of(found).items() if value)
        return VerificationResult(score=number_of(found, way), reasoning=reasoning)

    class TruegradeVerifier(VerifierFunction):
        """Grades a response against the label; what the model thought before it is left out by the grader itself."""

        def __init__(self, verifier_config: Any = None) -> None:
            super().__init__(name, weight=1.0, verifier_config=verifier_config)

        def __call__(self, tokenized_prediction: Any, prediction: str, label: Any, *_: Any, **__: Any) -> Any:
            return result(grade_row({"reference": label}, prediction))

        async def async_call(self, tokenized_prediction: Any, prediction: str, label: Any, *_: Any, **__: Any) -> Any:
            """As the call, without holding up the event loop."""
            return result(await agrade_row({"reference": label}, prediction))

    return TruegradeVerifier

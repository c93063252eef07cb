"""The bodies of requests and answers: what clients may say and what they are told.

These models read the requests and are the OpenAPI description. Problems stay plain objects until the verifier of
their kind has read them (`orders`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from verifiers.grading import Grade
from verifiers.problem import Sample

_REQUEST = ConfigDict(frozen=True, extra="forbid", strict=True)
_LENIENT = ConfigDict(frozen=True, extra="ignore")  # the protocols of others may carry more than we know of

ProblemObject = Annotated[
    dict[str, Any],
    Field(
        description="A problem as in problems.jsonl.",
        json_schema_extra={"required": ["kind"], "properties": {"id": {"type": "string"}, "kind": {"type": "string"}}},
        examples=[{"id": "half", "kind": "math", "reference": "1/2"}],
    ),
]


class GradeRequest(BaseModel):
    """One response to one problem; `problem_id` instead of `problem` names one that the server has (`--problems`)."""

    model_config = _REQUEST

    problem: ProblemObject | None = None
    problem_id: str | None = None
    response: str = Field(examples=[r"So it is \boxed{0.5}"])


class GradeBatchRequest(BaseModel):
    """Samples and the problems that they name by their ids, or that the server has (`--problems`)."""

    model_config = _REQUEST

    problems: list[ProblemObject] = Field(default=[], examples=[[{"id": "half", "kind": "math", "reference": "1/2"}]])
    samples: list[Sample] = Field(examples=[[{"problem_id": "half", "response": r"\boxed{0.5}"}]])


class GradeBatchAnswer(BaseModel):
    """The grades, in the order of the samples."""

    grades: list[Grade]


class RewardRequest(BaseModel):
    """OpenRLHF's question: whole texts, the prompts that they begin with, and for each what it is graded against.

    A label is the id of a problem that the server has (`--problems`), a problem as JSON text, or, where the server has
    no problems, the reference of a mathematical one.
    """

    model_config = _LENIENT

    query: list[str]
    prompts: list[str] | None = None
    labels: list[str | int | float | dict[str, Any] | None]


class RewardAnswer(BaseModel):
    """A score each; null (or what `--error-score` says) where the grader failed."""

    rewards: list[float | None]
    scores: list[float | None]
    extra_logs: dict[str, list[float]]


class ScoreRequest(BaseModel):
    """LLaMA-Factory's question: whole texts. The problem is the one whose prompt stands in the text (`--problems`).

    `labels`, an extension: as in `/get_reward`.
    """

    model_config = _LENIENT

    model: str = ""
    messages: list[str]
    labels: list[str | int | float | dict[str, Any] | None] | None = None


class ScoreAnswer(BaseModel):
    """A score each; null (or what `--error-score` says) where the grader failed."""

    id: str = ""
    object: Literal["score.evaluation"] = "score.evaluation"
    model: str = ""
    scores: list[float | None]


class RunCodeRequest(BaseModel):
    """SandboxFusion's question: one program to run."""

    model_config = _LENIENT

    code: str = Field(examples=['print("hello")'])
    language: str = Field(examples=["python"])
    stdin: str | None = None
    compile_timeout: float = Field(default=10, gt=0, allow_inf_nan=False)
    run_timeout: float = Field(default=10, gt=0, allow_inf_nan=False)
    memory_limit_MB: int = Field(default=-1, description="-1: 512")  # noqa: N815 - its name in the protocol
    files: dict[str, str | None] = Field(default={}, description="path below the working directory: base64")
    fetch_files: list[str] = Field(default=[], description="none can be fetched: must be empty")
    args: list[str] = []


class CommandResult(BaseModel):
    """How a compiler or a program ended. `return_code`: negative for the signal that ended it."""

    status: Literal["Finished", "Error", "TimeLimitExceeded"]
    execution_time: float | None = None
    return_code: int | None = None
    stdout: str | None = None
    stderr: str | None = None


class RunCodeAnswer(BaseModel):
    """What a program did. `message` names the limit that ended it, or what the sandbox failed of."""

    status: Literal["Success", "Failed", "SandboxError"]
    message: str = ""
    compile_result: CommandResult | None = None
    run_result: CommandResult | None = None
    executor_pod_name: str | None = None
    files: dict[str, str] = {}
    isolation: dict[str, Any] | None = Field(default=None, description="the walls around the program")


class SubmitConfig(BaseModel):
    """The part of SandboxFusion's configuration that has a meaning here."""

    model_config = _LENIENT

    language: str | None = None
    run_timeout: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    provided_data: dict[str, Any] | None = None
    custom_extract_logic: str | None = None


class SubmitRequest(BaseModel):
    """SandboxFusion's question: a completion for one problem of a data set, stated in `config.provided_data`.

    That is `{"test": [{"input": {"stdin"}, "output": {"stdout"}}, …]}` (a list, or JSON text of one),
    `{"test": "def check(candidate): …", "entry_point": "f", "prompt": "…"}`, or `{"problem": …}`, a problem as in
    problems.jsonl; without any of them, `id` is that of a problem that the server has.
    """

    model_config = _LENIENT

    dataset: str = ""
    id: int | str
    completion: str
    config: SubmitConfig = SubmitConfig()


class SubmitTest(BaseModel):
    """One test. How many passed is known, not which: those that did are listed first."""

    passed: bool
    exec_info: RunCodeAnswer
    test_info: dict[str, Any] | None = None


class SubmitAnswer(BaseModel):
    """Whether a completion was accepted. `extra.grade` is the whole grade."""

    id: int | str
    accepted: bool
    extracted_code: str
    full_code: str | None = None
    test_code: str | None = None
    tests: list[SubmitTest]
    extracted_type: str | None = None
    extra: dict[str, Any]


class ErrorDetail(BaseModel):
    """`field`: which part of the request is to blame, dotted, where one is."""

    code: str
    field: str | None
    message: str


class ErrorAnswer(BaseModel):
    """A request that was not done."""

    error: ErrorDetail


class StateAnswer(BaseModel):
    """Whether the server lives, or takes requests."""

    status: str

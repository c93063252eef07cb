"""The problems and samples that are graded: pydantic models of one JSON line each.

A problem carries a reference and how it is to be compared; a sample carries one response. Unknown fields
are kept (`model_extra`) and travel through to the grades. Values are strict: a number is not taken for a
string by guess, save a math or choice `reference`, where `204` and `"204"` mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from verifiers.notebook import brief, fields

_CLOSED = ConfigDict(frozen=True, extra="forbid", strict=True)


def _number_as_text(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return str(value)


ReferenceText = Annotated[str, BeforeValidator(_number_as_text)]


class Problem(BaseModel):
    """What every kind of problem has: an `id`, a `kind`, and optionally the `prompt` it was asked with."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    id: str = ""
    kind: str
    prompt: str | None = None

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """What was said of it: fields that are as they are by default are left out."""
        known = type(self).model_fields
        for name, value in super().__repr_args__():
            field = known.get(name or "")
            if field is None or value != field.default:
                yield name, brief(value)

    def _repr_html_(self) -> str:
        """A small table, for notebooks."""
        shown = {name or "": value for name, value in self.__repr_args__() if name != "id"}
        return fields(f"{self.kind} problem {self.id}".rstrip(), shown)


# ---- mathematics


class Tolerance(BaseModel):
    """How far a number may lie from a numeric reference; either bound suffices."""

    model_config = _CLOSED

    relative: float = Field(default=0.0, ge=0)
    absolute: float = Field(default=0.0, ge=0)


PresetName = Literal["minerva", "qwen", "math_verify"]

# what other graders accept beyond exact equality, in the fields of a policy
PRESETS: dict[str, dict[str, Any]] = {
    "minerva": {"units": "ignore", "extraction": "final_statement"},
    "qwen": {
        "tolerance": {"relative": 1e-4},
        "percent": "factor",
        "units": "ignore",
        "extraction": "last_expression",
    },
    "math_verify": {
        "tolerance": {"absolute": 5e-7},
        "percent": "ignore",
        "units": "ignore",
        "extraction": "last_expression",
    },
}


class Policy(BaseModel):
    """What the setter of a math problem allows beyond exact equality. The default is exact.

    `tolerance`: how far a number may lie from the reference, in the reference's own unit; also inside tuples, sets,
    matrices and intervals. `rounding`: `reference` takes what rounds to a decimal reference at its own digits.
    `units`: `optional` takes the bare number in the reference's unit too, `required` asks for the unit, `ignore`
    takes any unit. `percent`: `either` takes the number with or without the sign where a percentage is asked for (or
    the prompt is not known), `strict` takes it by its value alone, `ignore` takes the sign for notation whatever was
    asked, `factor` also takes a rational number times or divided by 100. `order`: `list` keeps the order of lists and
    sets, `set` drops that of tuples. `extraction`: `last_expression` takes the last formula or number where nothing
    is claimed, `final_statement` lets "The final answer is …" count against a box before it. `variables`: names that
    are no constants and no units. `alternatives`: other references, any of which suffices.

    `preset` fills the fields that are not given with what another grader loosens. A hedge, a part of the answer or
    more than it, and what cannot be read stay wrong.

    - `minerva`: units are ignored; the sentence "Final Answer: The final answer is …" counts against an earlier box.
    - `qwen`: relative tolerance 1e-4, numbers a factor of 100 apart, units ignored, the last number if nothing is
      claimed.
    - `math_verify`: numbers equal to six decimals, percent signs and units ignored, the last expression if nothing is
      claimed.

    >>> Policy(preset="qwen", units="required").tolerance
    Tolerance(relative=0.0001, absolute=0.0)
    """

    model_config = _CLOSED

    preset: PresetName | None = None
    tolerance: Tolerance | None = None
    rounding: Literal["exact", "reference"] = "exact"
    units: Literal["optional", "required", "ignore"] = "optional"
    percent: Literal["either", "strict", "ignore", "factor"] = "either"
    order: Literal["set", "list"] | None = None
    extraction: Literal["strict", "last_expression", "final_statement"] = "strict"
    variables: Annotated[tuple[str, ...], Field(strict=False)] | None = None
    alternatives: Annotated[tuple[ReferenceText, ...], Field(strict=False)] = ()

    @model_validator(mode="before")
    @classmethod
    def _filled_from_preset(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("preset"), str):
            return {**PRESETS.get(given["preset"], {}), **given}
        return given


def _preset_as_policy(value: object) -> object:
    return {"preset": value} if isinstance(value, str) else value


class MathProblem(Problem):
    """A problem whose answer is mathematics: `reference` in LaTeX, Unicode or plain notation.

    `policy` may be the name of a preset.
    """

    kind: Literal["math"] = "math"
    reference: ReferenceText
    policy: Annotated[Policy, BeforeValidator(_preset_as_policy)] = Policy()


# ---- programs


class CodeLimits(BaseModel):
    """What one run of a program may use, in seconds of the reference machine (`verify doctor` tells how this one is).

    `cpu_seconds`: processor time for the whole suite of one program; as much as `wall_seconds`, unless stated.
    `wall_seconds`: real time for it, which ends programs that sleep or wait. `case_seconds`: for each case of `stdio`
    and `calls` beside that; the cases after one that takes longer still count where `scoring` is `fraction`.
    """

    model_config = _CLOSED

    wall_seconds: float = Field(default=10.0, gt=0, le=3600, strict=False)
    cpu_seconds: float | None = Field(default=None, gt=0, le=3600, strict=False)
    case_seconds: float | None = Field(default=None, gt=0, le=3600, strict=False)
    memory_mb: int = Field(default=512, ge=16, le=65536)
    output_kb: int = Field(default=1024, ge=1, le=1 << 20)


class StdioCase(BaseModel):
    """One run of a whole program: what it reads and what it must print."""

    model_config = _CLOSED

    stdin: str
    stdout: str


class Checker(BaseModel):
    """How printed output is compared.

    `tokens`: whitespace-separated words, case kept. `exact`: byte for byte, but for one final newline.
    `lines`: line by line, trailing blanks and trailing empty lines ignored. `unordered_lines`: as `lines`, in any
    order. `floats`: as `tokens`, numbers within `absolute` or `relative` of the expected one. `ignore_case`: ASCII
    letters may be large or small.

    `program`: a program of the problem's own says, `code` in `language` (as for problems), with `files` beside it
    (`testlib.h`, say). Its arguments are three files: the input, the program's output, the expected output. It ends
    with 0 where the output is right, with 1 or 2 where it is wrong; all else is the checker's own failure, and the
    grade an `error`. `limits` are those of one run of it.
    """

    model_config = _CLOSED

    type: Literal["tokens", "exact", "lines", "unordered_lines", "floats", "program"] = "tokens"
    absolute: float = Field(default=1e-6, ge=0)
    relative: float = Field(default=1e-6, ge=0)
    ignore_case: bool = False
    language: str = "python"
    code: str = ""
    files: dict[str, str] = {}
    limits: CodeLimits = CodeLimits()

    @model_validator(mode="after")
    def _code_is_for_programs(self) -> Checker:
        if self.type == "program" and not self.code.strip():
            raise ValueError("a checker of type 'program' needs 'code'")
        if self.type != "program" and (self.code or self.files):
            raise ValueError("'code' and 'files' belong to a checker of type 'program'")
        return self


class StdioTests(BaseModel):
    """The program is run once a case, with a real descriptor 0, and its standard output is compared."""

    model_config = _CLOSED

    type: Literal["stdio"]
    cases: list[StdioCase] = Field(min_length=1)
    checker: Checker = Checker()


class CallCase(BaseModel):
    """One call: positional and keyword arguments, and the value it must return.

    Plain JSON values; for what JSON has no form for, an object with one key: `{"$tuple": [1, 2]}`, and likewise
    `$set`, `$frozenset` (lists of members), `$dict` (a list of pairs), `$float` (`"inf"`, `"nan"`), `$int`
    (hexadecimal), `$complex` (`[real, imaginary]`), `$bytes` (base64), and for a large expected value `$digest`.

    With `operations`, what is called is a class: `["MyStack", "push", "pop"]`, `args` has a list of arguments for each
    (`[[], [1], []]`), and `returns` the list of what they must return (`[null, null, 1]`), null for the construction.
    `tolerance` overrides that of the tests.
    """

    model_config = _CLOSED

    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    returns: Any
    operations: list[str] | None = Field(default=None, min_length=1)
    tolerance: Tolerance | None = None

    @model_serializer(mode="wrap")
    def _without_what_is_not_said(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        record: dict[str, Any] = handler(self)
        fields = type(self).model_fields
        return {name: value for name, value in record.items() if name == "returns" or value != fields[name].default}


class CallsTests(BaseModel):
    """A function (`f`), a method (`Solution.f`, on a new instance) or a class (`MyStack`) is called once a case.

    A returned number must equal the expected one, unless `tolerance` says how far it may lie from it (an integer from
    an integer never). `sequences`: `alike` takes a tuple where a list is expected, since JSON has no tuples, `exact`
    does not.
    """

    model_config = _CLOSED

    type: Literal["calls"]
    entry_point: str
    cases: list[CallCase] = Field(min_length=1)
    tolerance: Tolerance | None = None
    sequences: Literal["alike", "exact"] = "alike"


class AssertsTests(BaseModel):
    """Test code that asserts: `check(candidate)` (HumanEval) or statements that call `entry_point` (MBPP).

    `entry_point` is a function or class `f`, or a method `Solution.f` (`candidate` is then that of a new instance
    in each call). The test code runs in a process of its own, against a proxy of the program's `entry_point`.
    """

    model_config = _CLOSED

    type: Literal["asserts"]
    entry_point: str
    code: str


class PytestTests(BaseModel):
    """A pytest suite: its files by their paths, `conftest.py` and support files among them.

    The suite runs in a process of its own, against stand-ins for the program's module and its functions, classes and
    objects. `modules`: the names under which the suite imports the program (`["solution"]`); without them, the one
    that it imports and that is neither among its files, nor in the standard library, nor installed. `shared`: the suite
    may run together with the program where it cannot do otherwise (it derives classes from the program's, reads
    files that the program wrote): its findings are then only as good as the program lets them be.
    """

    model_config = _CLOSED

    type: Literal["pytest"]
    files: dict[str, str] = Field(min_length=1)
    modules: Annotated[tuple[str, ...], Field(strict=False)] = ()
    shared: bool = False


class CodeProblem(Problem):
    """A problem whose answer is a program, judged by its `tests`. `prompt` is what a bare completion continues.

    `language`: a name or alias of `sandboxes/languages.toml`; other languages than Python have `stdio` tests.
    """

    kind: Literal["code"] = "code"
    language: str = "python"
    tests: Annotated[StdioTests | CallsTests | AssertsTests | PytestTests, Field(discriminator="type")]
    limits: CodeLimits = CodeLimits()
    scoring: Literal["all", "fraction"] = "all"


# ---- visual multiple choice and other short visual answers


AnswerType = Literal[
    "choice", "multi", "sequence", "number", "list", "text", "time", "box", "box_set", "point", "point_in_box"
]
BoxFormat = Literal["xyxy", "xywh", "yxyx"]
Coordinates = Literal["abs", "norm1", "norm1000"]
_Bound = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=False)]


class ChoiceProblem(Problem):
    """An item with options, or with another short visual answer; `answer_type` says what the reference is.

    `choice`: one label; `multi`: a set of labels (a list, or `"AC"`); `sequence`: labels in order. `choices` are
    the options' texts, `labels` their names (A, B, C, ... unless given).
    `shown_order`: the item's own labels in the order in which its options were shown, for items that were asked
    with their options in another order; responses name them by the places shown, A for the first.
    `number`: within `precision` decimals, `rel_tol` or `abs_tol`; exactly, without these; in `unit`.
    `list`: elements compared as numbers or words, `ordered` or not. `text`: words; a list of them are
    alternatives. `time`: of day.
    `box`, `box_set`: regions of at least `iou` overlap, one to one; `require` says whether every reference box
    must be found. A box is four numbers or `{"bbox_2d": [...], "label": "dog"}`; in a set, labels must agree.
    `point`: within `max_dist`; `point_in_box`: inside the reference box. Responses write boxes in `format` and
    `coord`, the reference is in `gold_format` and `gold_coord` (the same unless given); `image_size` (width,
    height) converts between pixels and shares. `reward`: `iou` scores a box by its overlap.
    """

    kind: Literal["choice"] = "choice"
    choices: list[ReferenceText] | None = None
    labels: list[str] | None = None
    shown_order: list[str] | None = None
    answer_type: AnswerType = "choice"
    reference: ReferenceText | list[Any]

    precision: Annotated[int, Field(ge=0, le=100)] | None = None
    rel_tol: _Bound | None = None
    abs_tol: _Bound | None = None
    unit: str | None = None
    ordered: bool = True

    format: BoxFormat = "xyxy"
    gold_format: BoxFormat | None = None
    coord: Coordinates = "abs"
    gold_coord: Coordinates | None = None
    image_size: Annotated[tuple[_Bound, _Bound], Field(strict=False)] | None = None
    iou: Annotated[float, Field(gt=0, le=1, strict=False)] = 0.5
    require: Literal["all", "any"] = "all"
    reward: Literal["threshold", "iou"] = "threshold"
    max_dist: _Bound | None = None


# ---- samples


class Sample(BaseModel):
    """One response to one problem.

    `sample_id` (default: its place among its problem's and model's samples) and `model` tell samples apart.
    """

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    problem_id: str
    response: str
    sample_id: int | str | None = None
    model: str = ""

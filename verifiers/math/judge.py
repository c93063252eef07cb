"""A math problem made ready: its reference parsed once, answers judged on the fast lane or handed to the slow one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifiers.errors import ProblemError
from verifiers.interface import Answer, Judgement, NeedsSlowLane
from verifiers.math.decide import measures
from verifiers.math.decide.compare import Comparison, Doubtful
from verifiers.math.decide.rungs import Finding, Open, Undefined
from verifiers.math.decide.shapes import folded
from verifiers.math.extract import canonical, extract
from verifiers.math.parse import ParseFailure, parse_normal
from verifiers.math.problem_policy import Rules, rules_of
from verifiers.math.tokens import Commas
from verifiers.math.tree import Apply, Node, Number, Relation, Symbol, Trait, Words, heads
from verifiers.math.units import UNIT_LETTERS, is_label, read_unit
from verifiers.math.words import is_prose, text_key
from verifiers.problem import MathProblem
from verifiers.verdict import Verdict

_COLLECTIONS = frozenset({"list", "or", "and", "set", "tuple", "[]", "[)", "(]", "()", "matrix"})
# a reference that is a number, a blank, and one letter that names a unit
_BARE_UNIT = re.compile(rf"-?[\d.,]+ [{''.join(sorted(UNIT_LETTERS))}](?:\s?\^\s?\{{?-?\d\}}?)?")
_TRAILING_UNIT = re.compile(r"(.*?[\d})])\s*([A-Za-zµΩ][A-Za-zµΩ/^0-9{}() ·\-]{0,30})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference: its canonical text and its tree; `tree` is `Words` where it is compared as text."""

    text: str
    tree: Node

    @property
    def is_text(self) -> bool:
        """Whether the reference is compared as words."""
        return isinstance(self.tree, Words)


def read_reference(text: str, problem_id: str, variables: frozenset[str]) -> Reference:
    """Parse a reference; raises `ProblemError` where it is neither mathematics nor plain text."""
    key = canonical(text)
    if not key:
        raise ProblemError("the reference is empty", problem_id=problem_id, field="reference")
    try:
        if _BARE_UNIT.fullmatch(key):
            quantity = _with_trailing_unit(key)
            if quantity is not None:
                return Reference(key, quantity)
        return Reference(key, folded(parse_normal(key, variables=variables)))
    except ParseFailure as failure:
        if is_prose(key):
            return Reference(key, Words(key))
        raise ProblemError(
            f"the reference {text[:80]!r} cannot be read: {failure}", problem_id=problem_id, field="reference"
        ) from None


@dataclass(frozen=True, slots=True)
class PreparedMath:
    """A problem ready for its answers. Immutable; may be used from any thread, and pickled."""

    references: tuple[Reference, ...]
    rules: Rules
    last_expression: bool
    parts: int = 1

    def extract(self, response: str) -> Answer | None:
        """The answer in `response`; see `verifiers.math.extract`."""
        return extract(response, last_expression=self.last_expression, parts=self.parts)

    def judge(self, answer: Answer) -> Judgement:
        """Decide on the fast lane; `NeedsSlowLane` where a computer algebra system might still decide."""
        try:
            return self.decide(answer.key, None)
        except Open:
            raise NeedsSlowLane(lambda: self.finish(answer.key)) from None

    def finish(self, key: str) -> Judgement:
        """Decide with the slow lane's help."""
        from verifiers.math.slow import doubtful

        try:
            return self.decide(key, doubtful)
        except Open as open_question:
            return Judgement(Verdict.UNDECIDED, reason=open_question.reason)

    def decide(self, key: str, helper: Doubtful | None) -> Judgement:
        """The judgement on an answer's canonical text. Raises `Open` where only the slow lane could go on."""
        judgements: list[Judgement] = []
        open_question: Open | None = None
        for reference in self.references:
            try:
                judgement = self.against(reference, key, helper)
            except Open as question:
                open_question = question
                continue
            if judgement.verdict is Verdict.CORRECT:
                return judgement
            judgements.append(judgement)
        if open_question is not None:
            if helper is None and open_question.slow:
                raise open_question
            return Judgement(Verdict.UNDECIDED, reason=open_question.reason)
        return judgements[0]

    def against(self, reference: Reference, key: str, helper: Doubtful | None) -> Judgement:
        """The judgement against one reference. Raises `Open` where only the slow lane could go on."""
        if key == reference.text and isinstance(reference.tree, Number | Words):
            return Judgement(Verdict.CORRECT, "text" if reference.is_text else "identical")
        if reference.is_text:
            return _as_text(reference, key)
        if (
            isinstance(reference.tree, Symbol)
            and text_key(key, keep_case=True) == reference.text
            and reference.text.isupper()
        ):
            return Judgement(Verdict.CORRECT, "identical" if key == reference.text else "text")
        try:
            trees, failure = self.readings(reference.tree, key)
        except RecursionError:
            return Judgement(Verdict.INCORRECT, "", "cannot be read as mathematics: nested too deeply")
        if not trees:
            refused = Judgement(Verdict.INCORRECT, "", f"cannot be read as mathematics: {failure}")
            return _second_reading(reference.tree, key, helper) or refused
        finding: Finding | None = None
        question: Open | None = None
        for tree in trees:
            try:
                found = Comparison(self.rules, helper).equal(reference.tree, tree)
            except Open as open_question:
                question = open_question
                continue
            except Undefined as fault:
                found = Finding(False, "exact", str(fault))
            except RecursionError:
                found = Finding(False, "", "nested too deeply")
            if found:
                return Judgement(Verdict.CORRECT, found.method)
            finding = finding or found
        if question is not None:
            raise question
        if finding is None:
            return Judgement(Verdict.UNDECIDED, reason="nothing could be compared")
        return Judgement(Verdict.INCORRECT, finding.method, finding.reason)

    def readings(self, reference: Node, key: str) -> tuple[list[Node], ParseFailure | None]:
        """The trees that an answer may be read as, where commas and stray words leave it open."""
        trees: list[Node] = []
        failure: ParseFailure | None = None
        many = (isinstance(reference, Apply) and reference.head in _COLLECTIONS) or "pm" in heads(reference)
        scalar = not many and not isinstance(reference, Relation)
        others: tuple[Commas, ...] = ()
        if "," in key and many:
            others = ("list",)
        elif "," in key and scalar:
            others = ("number",)
        for commas in ("auto", *others):
            try:
                tree = parse_normal(key, commas, variables=self.rules.variables)
            except ParseFailure as fault:
                failure = failure or fault
                continue
            if commas == "number" and not _same_places(reference, tree):
                continue
            if tree not in trees:
                trees.append(tree)
        if measures.measure(reference).unit is not None:
            trees += [tree for tree in (_with_trailing_unit(key),) if tree is not None and tree not in trees]
        return trees, failure


def _same_places(reference: Node, answer: Node) -> bool:
    """Whether a comma may be a decimal sign: the reference is a decimal of as many places. `-3,0` is no -3."""
    if not isinstance(answer, Number) or answer.places is None:
        return True
    return isinstance(reference, Number) and reference.places == answer.places


def _with_trailing_unit(key: str) -> Node | None:
    """`5 m` and `20 m/s` as quantities, where the reference shows that letters after the number are a unit."""
    found = _TRAILING_UNIT.fullmatch(key)
    unit = read_unit(found.group(2)) if found is not None else None
    if found is None or unit is None or is_label(unit):
        return None
    try:
        return Apply("quantity", (parse_normal(found.group(1)), Words(found.group(2))))
    except ParseFailure:
        return None


def _as_text(reference: Reference, key: str) -> Judgement:
    expected, given = text_key(reference.text), text_key(key)
    if expected == given and (expected or key == reference.text):
        return Judgement(Verdict.CORRECT, "text")
    return Judgement(Verdict.INCORRECT, "text", "other words")


def _second_reading(reference: Node, key: str, helper: Doubtful | None) -> Judgement | None:
    """`correct` where a second parser reads the answer beyond doubt; on the fast lane `Open`, to have it asked."""
    from verifiers.math.slow import may_be_read, second_reading

    if not may_be_read(key):
        return None
    if helper is None:
        raise Open("a text for a second reading")
    try:
        found = second_reading(reference, key)
    except Open:
        return None
    return Judgement(Verdict.CORRECT, found.method, found.reason)


def prepare(problem: MathProblem) -> PreparedMath:
    """Parse the reference and its alternatives, and read the policy."""
    rules = rules_of(problem)
    texts = (problem.reference, *problem.policy.alternatives)
    references = tuple(read_reference(text, problem.id, rules.variables) for text in texts)
    return PreparedMath(
        references,
        rules,
        problem.policy.extraction == "last_expression",
        _parts(references[0].tree),
    )


def _parts(tree: Node) -> int:
    """How many parts an answer has."""
    if isinstance(tree, Apply) and tree.head in _COLLECTIONS:
        return len(tree.args)
    return 2 if tree.traits & Trait.SIGNS else 1

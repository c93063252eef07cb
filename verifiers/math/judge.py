"""A math problem made ready: its reference parsed once, answers judged on the fast lane or handed to the slow one."""

from __future__ import annotations

from dataclasses import dataclass

from verifiers.interface import Answer, Judgement, NeedsSlowLane
from verifiers.math.decide import Comparison, Doubtful, comparison
from verifiers.math.decide.rungs import Finding, Late, Open, Steps, Undefined
from verifiers.math.decide.trace import Trace, in_words
from verifiers.math.extract import extract
from verifiers.math.options import stated_option
from verifiers.math.parse import plain_number
from verifiers.math.problem_policy import Rules, rules_of
from verifiers.math.readings import COLLECTIONS, Reference, read_references, readings
from verifiers.math.statement import extract_stated
from verifiers.math.tree import Apply, Node, Number, Symbol, Trait, Words
from verifiers.math.words import text_key
from verifiers.problem import MathProblem
from verifiers.verdict import Verdict


@dataclass(frozen=True, slots=True)
class PreparedMath:
    """A problem ready for its answers. Immutable; may be used from any thread, and pickled."""

    references: tuple[Reference, ...]
    rules: Rules
    extraction: str
    parts: int = 1

    def extract(self, response: str) -> Answer | None:
        """The answer in `response`; see `verifiers.math.extract`."""
        if self.extraction == "final_statement":
            return extract_stated(response, self.parts)
        return extract(response, last_expression=self.extraction == "last_expression", parts=self.parts)

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
            return _undecided(open_question)

    def decide(self, key: str, helper: Doubtful | None, trace: Trace | None = None) -> Judgement:
        """The judgement on an answer's canonical text. Raises `Open` where only the slow lane could go on."""
        judgements: list[Judgement] = []
        open_question: Open | None = None
        for reference in self.references:
            try:
                judgement = self.against(reference, key, helper, trace)
            except Open as question:
                open_question = question
                continue
            if judgement.verdict is Verdict.CORRECT:
                return judgement
            judgements.append(judgement)
        if open_question is None:
            return judgements[0]
        if helper is None and open_question.slow:
            raise open_question
        return _undecided(open_question)

    def against(self, reference: Reference, key: str, helper: Doubtful | None, trace: Trace | None = None) -> Judgement:
        """The judgement against one reference. Raises `Open` where only the slow lane could go on."""
        if trace is None and isinstance(reference.tree, Number) and self.rules.exactly:
            number = plain_number(key)
            if number is not None:
                return _SAME_NUMBER if number == reference.tree else _ANOTHER_NUMBER
        written = _as_written(reference, key)
        if written is not None:
            return written
        try:
            trees, failure = readings(reference.tree, key, self.rules)
        except RecursionError:
            return Judgement(Verdict.INCORRECT, "", "cannot be read as mathematics: nested too deeply")
        if not trees:
            refused = Judgement(Verdict.INCORRECT, "", f"cannot be read as mathematics: {failure}")
            return _second_reading(reference.tree, key, helper) or refused
        finding = self._best(reference.tree, trees, helper, trace)
        if finding:
            return Judgement(Verdict.CORRECT, finding.method)
        return Judgement(Verdict.INCORRECT, finding.method, finding.reason)

    def _best(self, reference: Node, trees: list[Node], helper: Doubtful | None, trace: Trace | None) -> Finding:
        """The first reading that equals the reference, else what was found of the first that could be decided."""
        finding: Finding | None = None
        question: Open | None = None
        steps = Steps()
        for tree in trees:
            try:
                found = _compared(reference, tree, comparison(self.rules, helper, steps, trace))
            except Open as open_question:
                question = open_question
                continue
            if found:
                return found
            finding = finding or found
        if question is not None:
            raise question
        assert finding is not None  # there is at least one reading
        return finding


_SAME_NUMBER = Judgement(Verdict.CORRECT, "identical")
_ANOTHER_NUMBER = Judgement(Verdict.INCORRECT, "exact", "another number")


def _compared(reference: Node, tree: Node, comparing: Comparison) -> Finding:
    """What one reading comes to, put on record where somebody asks for it."""
    if comparing.trace is None:
        return _settled(reference, tree, comparing)
    with comparing.trace.attempt(reference, tree) as attempt:
        found = _settled(reference, tree, comparing)
        attempt.outcome = in_words(found)
    return found


def _settled(reference: Node, tree: Node, comparing: Comparison) -> Finding:
    try:
        return comparing.equal(reference, tree)
    except Undefined as fault:
        return Finding(False, "exact", str(fault))
    except RecursionError:
        return Finding(False, "", "nested too deeply")


def _undecided(question: Open) -> Judgement:
    return Judgement(Verdict.UNDECIDED, reason=question.reason, by_the_clock=isinstance(question, Late))


def _as_written(reference: Reference, key: str) -> Judgement | None:
    """The judgement where the text alone decides: the same characters, words, or a name in capitals."""
    same = key == reference.text
    if same and isinstance(reference.tree, Number | Words):
        return Judgement(Verdict.CORRECT, "text" if reference.is_text else "identical")
    if reference.option:
        stated = stated_option(key)
        if stated is not None:
            same = stated.letter == reference.option
            return Judgement(Verdict.CORRECT if same else Verdict.INCORRECT, "text", "" if same else "another option")
    if reference.is_text:
        stated = stated_option(key)
        expected, given = text_key(reference.text), text_key(stated.content if stated and stated.content else key)
        if expected and expected == given:
            return Judgement(Verdict.CORRECT, "text")
        return Judgement(Verdict.INCORRECT, "text", "other words")
    if (
        isinstance(reference.tree, Symbol)
        and reference.text.isupper()
        and text_key(key, keep_case=True) == reference.text
    ):
        return Judgement(Verdict.CORRECT, "identical" if same else "text")
    return None


def _second_reading(reference: Node, key: str, helper: Doubtful | None) -> Judgement | None:
    """`correct` where a second parser reads the answer beyond doubt; on the fast lane `Open`, to have it asked."""
    from verifiers.math.slow import is_worth_reading, may_be_read, second_reading

    if not (is_worth_reading(key) and may_be_read(key)):
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
    references = read_references(problem.reference, problem.id, rules.variables)
    for text in problem.policy.alternatives:
        references += read_references(text, problem.id, rules.variables)
    return PreparedMath(
        references,
        rules,
        problem.policy.extraction,
        _parts(references[0].tree),
    )


def _parts(tree: Node) -> int:
    """How many parts an answer has."""
    if isinstance(tree, Apply) and tree.head in COLLECTIONS:
        return len(tree.args)
    return 2 if tree.traits & Trait.SIGNS else 1

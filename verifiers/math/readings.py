"""The trees that a reference and an answer may be read as.

A reference has one reading. An answer has several where commas (`1,234`, `3,14`, a list) or letters after a number
(`5 m`) leave it open; the reference shows which of them make sense.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifiers.errors import ProblemError
from verifiers.math.decide import measures
from verifiers.math.decide.shapes import exact_side
from verifiers.math.decide.vectors import folded
from verifiers.math.extract import canonical
from verifiers.math.parse import ParseFailure, parse_normal
from verifiers.math.problem_policy import Rules
from verifiers.math.tokens import Commas
from verifiers.math.tree import Apply, Node, Number, Relation, Symbol, Trait, Words, walk
from verifiers.math.units import UNIT_LETTERS, is_label, read_unit
from verifiers.math.words import is_prose

COLLECTIONS = frozenset({"list", "or", "and", "set", "tuple", "[]", "[)", "(]", "()", "matrix"})
# a reference that is a number, a blank, and one letter that names a unit
_EXPONENT = re.compile(r"(\d)(?=e[+-]?\d)")
_BARE_UNIT = re.compile(rf"-?[\d.,]+ [{''.join(sorted(UNIT_LETTERS))}](?:\s?\^\s?\{{?-?\d\}}?)?")
_LETTERS = re.compile(r"[A-Za-zµΩ]+")
_NO_NUMBER = Trait.VARIABLE | Trait.NO_VALUE | Trait.INFINITE
_JOINED_DIGITS = re.compile(r"\d[, ]\d")  # where a comma or a blank may group digits, or part numbers
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
            quantity = _with_trailing_unit(key, variables)
            if quantity is not None:
                return Reference(key, quantity)
        return Reference(key, exact_side(folded(parse_normal(key, variables=variables))))
    except ParseFailure as failure:
        if is_prose(key):
            return Reference(key, Words(key))
        raise ProblemError(
            f"the reference {text[:80]!r} cannot be read: {failure}", problem_id=problem_id, field="reference"
        ) from None


def readings(reference: Node, key: str, rules: Rules) -> tuple[list[Node], ParseFailure | None]:
    """The trees that an answer's canonical text may be read as, and the first failure to read it."""
    variables = rules.variables
    trees: list[Node] = []
    failure: ParseFailure | None = None
    for commas in ("auto", *_other_commas(reference, key)):
        try:
            tree = parse_normal(key, commas, variables=variables)
        except ParseFailure as fault:
            failure = failure or fault
            continue
        if commas == "number" and not _same_places(reference, tree):
            continue
        if tree not in trees:
            trees.append(tree)
    if "e" in key and _EXPONENT.search(key) and Symbol("e") in set(walk(reference)):
        apart = _parsed(_EXPONENT.sub(r"\1 ", key), rules.variables)  # beside 2(e - 1), `2e-2` is no 0.02
        trees += [apart] if apart is not None and apart not in trees else []
    if measures.measure(reference).unit is not None or (rules.units == "ignore" and not reference.traits & _NO_NUMBER):
        quantity = _with_trailing_unit(key, variables)
        if quantity is not None and quantity not in trees:
            trees.append(quantity)
    return trees, failure


def _parsed(key: str, variables: frozenset[str]) -> Node | None:
    try:
        return parse_normal(key, variables=variables)
    except ParseFailure:
        return None


def _other_commas(reference: Node, key: str) -> tuple[Commas, ...]:
    if "," not in key or not _JOINED_DIGITS.search(key):
        return ()
    if (isinstance(reference, Apply) and reference.head in COLLECTIONS) or reference.traits & Trait.SIGNS:
        return ("list",)
    return () if isinstance(reference, Relation) else ("number",)


def _same_places(reference: Node, answer: Node) -> bool:
    """Whether a comma may be a decimal sign: the reference is a decimal of as many places. `-3,0` is no -3."""
    if not isinstance(answer, Number) or answer.places is None:
        return True
    return isinstance(reference, Number) and reference.places == answer.places


def _with_trailing_unit(key: str, variables: frozenset[str]) -> Node | None:
    """`5 m` and `20 m/s` as quantities, where the reference shows that letters after the number are a unit."""
    found = _TRAILING_UNIT.fullmatch(key)
    unit = read_unit(found.group(2)) if found is not None else None
    if found is None or unit is None or is_label(unit) or variables & set(_LETTERS.findall(found.group(2))):
        return None
    try:
        return Apply("quantity", (parse_normal(found.group(1), variables=variables), Words(found.group(2))))
    except ParseFailure:
        return None

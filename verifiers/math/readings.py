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
from verifiers.math.digits import Commas
from verifiers.math.extract import canonical
from verifiers.math.options import stated_option
from verifiers.math.parse import ParseFailure, parse_normal
from verifiers.math.problem_policy import Rules
from verifiers.math.quantities import compound
from verifiers.math.tree import Apply, Node, Number, Relation, Symbol, Trait, Words, walk
from verifiers.math.unit_notation import plain_unit
from verifiers.math.units import UNIT_LETTERS, is_label, read_unit
from verifiers.math.words import is_prose

COLLECTIONS = frozenset({"list", "or", "and", "set", "tuple", "[]", "[)", "(]", "()", "matrix"})
# a reference that is a number, a blank, and one letter that names a unit
_EXPONENT = re.compile(r"(\d)(?=e[+-]?\d)")
_BARE_UNIT = re.compile(rf"-?[\d.,]+ [{''.join(sorted(UNIT_LETTERS))}](?:\s?\^\s?\{{?-?\d\}}?)?")
_TRAILING_UNIT = re.compile(
    r"(.*?[\d})](?:[eE][+-]?\d+)?)\s*((?:[A-Za-z]|\\mu\b|\\Omega\b)(?:[A-Za-z/^0-9{}() \-]|\\cdot\b|\\Omega\b){0,30})",
    re.DOTALL,
)

_DIGITS = re.compile(r"(?:0(?P<prefix>[bxo]))?(?P<digits>[0-9A-Fa-f]+)(?:_\{?(?P<base>\d{1,2})\}?)?")
_BASES = {"b": 2, "o": 8, "x": 16}
_ONE_OF_SEVERAL = re.compile(r"(\d{1,9}) ?([A-Za-z]+|''|['\"])")
_SEVERAL = re.compile(r"(?:\d{1,9} ?(?:[A-Za-z]+|''|['\"]) ?){1,4}")
_MARKS = {"'": "ft", "''": "in", '"': "in"}  # 5'6''
_HOURS = frozenset({"h", "hr", "hrs"})
_LETTERS = re.compile(r"[A-Za-zµΩ]+")
_NO_NUMBER = Trait.VARIABLE | Trait.NO_VALUE | Trait.INFINITE
_JOINED_DIGITS = re.compile(r"\d[, ]\d")  # where a comma or a blank may group digits, or part numbers


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference: its canonical text and its tree; `tree` is `Words` where it is compared as text.

    `option`: the letter of a reference that is an option, or an option's content.
    """

    text: str
    tree: Node
    option: str = ""

    @property
    def is_text(self) -> bool:
        """Whether the reference is compared as words."""
        return isinstance(self.tree, Words)


def read_references(text: str, problem_id: str, variables: frozenset[str]) -> tuple[Reference, ...]:
    """The reference that `text` writes; an option with its content, `\\textbf{(D) }12`, is two: either suffices."""
    key = canonical(text)
    stated = stated_option(key)
    if stated is None:
        return (_read_reference(key, text, problem_id, variables),)
    letter = Reference(stated.letter, Symbol(stated.letter), stated.letter)
    if not stated.content:
        return (letter,)
    content = _read_reference(stated.content, text, problem_id, variables)
    return letter, Reference(content.text, content.tree, stated.letter)


def _read_reference(key: str, text: str, problem_id: str, variables: frozenset[str]) -> Reference:
    """Parse a reference; raises `ProblemError` where it is neither mathematics nor plain text."""
    if not key:
        raise ProblemError("the reference is empty", problem_id=problem_id, field="reference")
    try:
        if " " in key and _BARE_UNIT.fullmatch(key):
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
        apart = _parsed(_EXPONENT.sub(r"\1 ", key), variables)  # beside 2(e - 1), `2e-2` is no 0.02
        trees += [apart] if apart is not None and apart not in trees else []
    other = _as_the_reference_shows(reference, key, rules) or _of_an_option(key, variables)
    if other is not None and other not in trees:
        trees.append(other)
    return trees, failure


def _of_an_option(key: str, variables: frozenset[str]) -> Node | None:
    """What an option's letter is followed by: where the reference is a value, the letter is a label."""
    stated = stated_option(key)
    return _parsed(stated.content, variables) if stated is not None and stated.content else None


def _parsed(key: str, variables: frozenset[str]) -> Node | None:
    try:
        return parse_normal(key, variables=variables)
    except ParseFailure:
        return None


def _as_the_reference_shows(reference: Node, key: str, rules: Rules) -> Node | None:
    """`key` with letters as units or digits, where the reference has a unit or a base."""
    if isinstance(reference, Apply) and reference.head == "based":
        return _digits(reference.args[1], key)
    ignored = rules.units == "ignore" and not reference.traits & _NO_NUMBER
    if not ignored and measures.measure(reference).unit is None:
        return None
    return _with_trailing_unit(key, rules.variables) or _in_several_units(key)


def _digits(base: Node, key: str) -> Node | None:
    """`2A`, `2a_{16}`, `0x2A` as digits, where the reference's base is `base`."""
    found = _DIGITS.fullmatch(key)
    if found is None or (found["prefix"] is None and found["base"] is None and found["digits"].isdigit()):
        return None
    if found["prefix"] is not None:
        base = Number(_BASES[found["prefix"]])
    elif found["base"] is not None:
        base = Number(int(found["base"]))
    return Apply("based", (Words(found["digits"].upper()), base))


def _in_several_units(key: str) -> Node | None:
    """`1h30m`, `5'6"`: a quantity in units that go down."""
    if _SEVERAL.fullmatch(key) is None:
        return None
    parts = [(Number(int(count)), _MARKS.get(name, name)) for count, name in _ONE_OF_SEVERAL.findall(key)]
    if read_unit(parts[0][1]) is None:
        return None
    whole: Node = Apply("quantity", (parts[0][0], Words(parts[0][1])))
    for (count, name), (_, before) in zip(parts[1:], parts):
        grown = compound(whole, count, "min" if name == "m" and before in _HOURS else name)
        if grown is None:
            return None
        whole = grown
    return whole


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
    written = plain_unit(found.group(2)) if found is not None else ""
    unit = read_unit(written)
    if found is None or unit is None or is_label(unit) or variables & set(_LETTERS.findall(written)):
        return None
    try:
        return Apply("quantity", (parse_normal(found.group(1), variables=variables), Words(written)))
    except ParseFailure:
        return None

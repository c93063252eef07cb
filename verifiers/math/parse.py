"""From text to tree: the face of the parser.

`parse(text)` reads a whole answer. It never guesses: what cannot be read raises `ParseFailure` with its place and the
reason; text that is plainly words becomes `Words`. Where a reading is open (is `(1,2)` a point or an interval, does a
comma group digits) the tree keeps what was written, and the comparison decides by the kind of the reference, or the
caller asks for another reading of commas.

Rooms, each resting on those before it: `tokens` (signs), `cursor` (a place among them), `expressions`, `factors` and
`scripts` (operands and operators), `names`, `statements`, `brackets`, `commands` (what operands begin with), and here
the grammar that joins them.
"""

from __future__ import annotations

import re

from verifiers.math import notation as tables
from verifiers.math.assembly import bracketed, joined, with_powers_of_e, with_variables
from verifiers.math.brackets import bracket, environment, group
from verifiers.math.commands import command
from verifiers.math.cursor import END
from verifiers.math.digits import Commas
from verifiers.math.expressions import Grammar, Parser
from verifiers.math.names import letters, name
from verifiers.math.numerals import rational
from verifiers.math.progressions import without_dots
from verifiers.math.prose import plain_words
from verifiers.math.respelling import respelled
from verifiers.math.review import reviewed
from verifiers.math.scripts import base
from verifiers.math.statements import items
from verifiers.math.tokens import MOST_CHARACTERS, ParseFailure, Token, normal_text, tokenize
from verifiers.math.tree import Apply, Node, Number, Symbol, Trait, Words

_SIMPLE = re.compile(
    r"(-?)(?:(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,17}))?|\\frac\{(-?[1-9][0-9]{0,17})\}\{([1-9][0-9]{0,17})\})"
)
_INFIX = re.compile(r"\\(?:over|choose)(?![A-Za-z])")
_NOTHING_SAID = rf"(?: |\\(?:{'|'.join(tables.STYLE)})(?![A-Za-z]))*"
_DOUBLED = re.compile(rf"\({_NOTHING_SAID}\(|\{{{_NOTHING_SAID}\{{")
# a bracket, numbers and commas (where no comma groups digits), a bracket
_BRACKETED = re.compile(r"(\\\{|[(\[])((?:[-+0-9., ]|\\frac\{-?[0-9]+\}\{[0-9]+\}|\\infty)+)(\\\}|[)\]])")
_LISTED = frozenset("\\([")
_LONGEST_SIMPLE = 400
_INFINITIES: dict[str, Node] = {
    r"\infty": Symbol("infty"),
    r"+\infty": Symbol("infty"),
    r"-\infty": Apply("neg", (Symbol("infty"),)),
}
_NOTHING_CLOSES: frozenset[str] = frozenset()


def parse(text: str, commas: Commas = "auto") -> Node:
    """The tree of an answer in LaTeX, Unicode or plain notation. Raises `ParseFailure`."""
    return parse_normal(normal_text(text), commas)


def parse_normal(text: str, commas: Commas = "auto", *, variables: frozenset[str] = frozenset()) -> Node:
    r"""As `parse`, for a text that is already normal; of the constants, those in `variables` are none.

    `\exp` is a power of the constant e, also where that letter is a variable.
    """
    simple = _SIMPLE.fullmatch(text)
    if simple is not None:
        return _simple(simple)
    if text[:1] in _LISTED and len(text) < _LONGEST_SIMPLE:
        listed = _simple_list(text)
        if listed is not None:
            return listed
    if len(text) > MOST_CHARACTERS:
        raise ParseFailure(MOST_CHARACTERS, f"longer than {MOST_CHARACTERS} characters")
    text = text.rstrip(" .,;:\\") if not text.endswith(("..", "!")) else text
    if not text:
        raise ParseFailure(0, "nothing to read")
    words = plain_words(text)
    if words is not None:
        return with_variables(words, variables)
    infix = _INFIX.search(text)
    if infix is not None and _is_bare(text, infix.start()):
        text = f"{{{text}}}"
    tokens = tokenize(text, commas)
    tokens = respelled(text, tokens)
    if _DOUBLED.search(text):
        tokens = collapsed(tokens)
    if not tokens:
        raise ParseFailure(0, "nothing to read")
    try:
        tree = answer_tree(Parser(tokens, GRAMMAR, infix=infix is not None))
        if tree.traits & Trait.OPAQUE:
            tree = reviewed(tree)
        if "..." in text or "dots" in text:
            tree = without_dots(tree)
        tree = with_variables(tree, variables)
        return with_powers_of_e(tree) if "exp" in text else tree
    except RecursionError:
        raise ParseFailure(0, "nested too deeply") from None


def plain_number(text: str) -> Number | None:
    """The number that a normal text of digits alone writes, None where it is anything else (or long)."""
    found = _SIMPLE.fullmatch(text)
    node = _simple(found) if found is not None else None
    return node if isinstance(node, Number) else None


def _is_bare(text: str, place: int) -> bool:
    """Whether no brace is open at `place`, and no comma parts the text."""
    before = text[:place].replace("\\{", "").replace("\\}", "")
    return before.count("{") == before.count("}") and "," not in text


def _simple(found: re.Match[str]) -> Node:
    """A number, or a fraction of two integers: the commonest answers, read at once."""
    sign, whole, places, above, below = found.groups()
    if whole is None:
        fraction = Apply("div", (Number(int(above)), Number(int(below))))
        return Apply("neg", (fraction,)) if sign else fraction
    if places is None:
        return Number(-int(whole) if sign else int(whole))
    value = int(whole + places)
    return rational(-value if sign else value, 10 ** len(places), len(places))


def _simple_list(text: str) -> Node | None:
    """A set, tuple or interval of simple numbers, read at once; None where it is anything else."""
    found = _BRACKETED.fullmatch(text)
    if found is None:
        return None
    opening, inside, closing = found.groups()
    parts: list[Node] = []
    for item in inside.split(","):
        item = item.strip()
        simple = _SIMPLE.fullmatch(item)
        if simple is not None:
            parts.append(_simple(simple))
        elif item in _INFINITIES:
            parts.append(_INFINITIES[item])
        else:
            return None
    if opening == "\\{":
        return Apply("set", tuple(parts)) if closing == "\\}" else None
    if closing == "\\}":
        return None
    return bracketed(opening, closing, joined(parts, [","] * (len(parts) - 1)))


def answer_tree(parser: Parser) -> Node:
    """What all of `parser`'s tokens make. Raises `ParseFailure` where some are left."""
    node = items(parser, _NOTHING_CLOSES)
    if parser.token is not END:
        raise parser.unexpected()
    return node


def _based(parser: Parser) -> Node:
    """Digits beyond nine, and their base."""
    digits = parser.take().value
    parser.take()
    return Apply("based", (Words(digits), base(parser)))


def _constant(parser: Parser) -> Node:
    """The constant of integration in words."""
    if parser.token.value.strip(" .").lower() not in tables.CONSTANT_WORDS:
        raise parser.unexpected()
    parser.take()
    return Symbol("C")


GRAMMAR = Grammar(
    operands={
        "digits": _based,
        "name": name,
        "text": _constant,
        "letters": letters,
        "cmd": command,
        "op": bracket,
        "begin": environment,
    },
    group=group,
)


def collapsed(tokens: list[Token]) -> list[Token]:
    """`tokens` without doubled brackets, `{{x}}` as `{x}`: nesting that says nothing costs no depth."""
    waiting: list[int] = []
    match: dict[int, int] = {}
    closing = {"{": "}", "(": ")"}
    for place, token in enumerate(tokens):
        if token.kind != "op":
            continue
        if token.value in closing:
            waiting.append(place)
        elif token.value in {"}", ")"} and waiting and closing[tokens[waiting[-1]].value] == token.value:
            match[waiting.pop()] = place
    dropped: set[int] = set()
    for place, end in match.items():
        inner = place + 1
        if tokens[place].value == tokens[inner].value and match.get(inner) == end - 1:
            dropped |= {inner, end - 1}
    return [token for place, token in enumerate(tokens) if place not in dropped] if dropped else tokens


__all__ = ["ParseFailure", "answer_tree", "collapsed", "parse", "parse_normal", "plain_number"]

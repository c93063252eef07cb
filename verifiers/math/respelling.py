r"""Runs of tokens that are another spelling of something: brought to one spelling before the parser reads them.

`_RESPELLED` is the table: a sign without which the spelling does not stand in a text, and the function that rewrites
the tokens. Each is one pass, and none depends on another.

- `(mod 7)`, `(\text{mod } 7)` and, after `\equiv`, `\bmod 7` and `mod 7` become `\pmod 7`;
- the brackets of `]-1, 3[` become `](` and `)[`, where they can be read in no other way;
- the marks that align lines (`x &= 1`) are gone, and a line that goes on a chain of relations is joined to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from verifiers.math import notation as tables
from verifiers.math.tokens import Token, tokenize

_END = Token("end of text", "", -1)
_OPENINGS = frozenset({"(", "[", "{", "\\{"})
_CLOSINGS = frozenset({")", "]", "}", "\\}"})

# ---- moduli

_MODULUS_WORDS = frozenset({"mod", "modulo", "bmod", "pmod"})
_MODULUS_TEXT = re.compile(r"\s*\(?\s*mod(?:ulo)?(?![A-Za-z])")


def moduli(tokens: list[Token]) -> list[Token]:
    r"""Every modulus that belongs to a relation as `\pmod{…}`."""
    found: list[Token] = []
    congruent = [False]  # by depth of brackets: whether `\\equiv` came last
    of_modulus: list[bool] = []  # by depth of brackets: whether they stand around a modulus
    tokens = _with_texts_read(tokens)
    skipped = False
    for place, token in enumerate(tokens):
        if skipped:  # the word in `(mod`
            skipped = False
            continue
        if token.kind == "op" and token.value in _OPENINGS:
            skipped = token.value == "(" and _is_modulus_word(_at(tokens, place + 1))
            congruent.append(False)
            of_modulus.append(skipped)
            if skipped:
                found.append(Token("cmd", "pmod", token.position, token.space))
                token = Token("op", "{", token.position)
        elif token.kind == "op" and token.value in _CLOSINGS:
            if of_modulus:
                congruent.pop()
                if of_modulus.pop():
                    token = Token("op", "}", token.position)
        elif token.kind == "cmd" and token.value == "equiv":
            congruent[-1] = True
        elif token.value == "=":
            congruent[-1] = False
        elif congruent[-1] and _is_modulus_word(token):
            token = Token("cmd", "pmod", token.position, token.space)
        found.append(token)
    return found


def _is_modulus_word(token: Token) -> bool:
    return token.kind in {"cmd", "letters"} and token.value in _MODULUS_WORDS


def _with_texts_read(tokens: list[Token]) -> list[Token]:
    if not any(token.kind == "text" and _MODULUS_TEXT.match(token.value) for token in tokens):
        return tokens
    found: list[Token] = []
    for token in tokens:
        if token.kind == "text" and _MODULUS_TEXT.match(token.value):
            found += [Token(part.kind, part.value, token.position, True) for part in tokenize(token.value)]
        else:
            found.append(token)
    return found


def _at(tokens: list[Token], place: int) -> Token:
    return tokens[place] if 0 <= place < len(tokens) else _END


# ---- intervals whose brackets are turned away from what they leave out

_OPERAND_KINDS = frozenset({"num", "name", "letters", "digits", "text"})
_OPERAND_ENDS = frozenset({")", "]", "}", "\\}", "!", "'", "%", "|", ")["})
_AFTER_INTERVAL = frozenset({"", ")", "}", "\\}", ",", ";", ".", "&", "\\\\", "="})
_BEFORE_INTERVAL = frozenset({"", ",", ";", "=", "(", "{", "\\{", "&", "\\\\"})
_COMMANDS_BESIDE_INTERVAL = frozenset({*tables.SET_OPERATORS, *tables.CONNECTIVES, *tables.RELATIONS})


def turned_brackets(tokens: list[Token]) -> list[Token]:
    """`](` for a bracket that opens by `]`, and `)[` for one that closes by `[`."""
    found = list(tokens)
    for place, token in enumerate(tokens):
        if token.kind != "op":
            continue
        if token.value == "]" and _may_precede(_at(found, place - 1)):
            found[place] = Token("op", "](", token.position, token.space)
        elif token.value == "[" and _ends_operand(_at(found, place - 1)) and _may_end(_at(found, place + 1)):
            found[place] = Token("op", ")[", token.position, token.space)
    return found


def _ends_operand(token: Token) -> bool:
    if token.kind == "op":
        return token.value in _OPERAND_ENDS
    return token.kind in _OPERAND_KINDS or (token.kind == "cmd" and token.value in tables.SYMBOL_COMMANDS)


def _may_precede(token: Token) -> bool:
    if token.kind == "cmd":
        return token.value in _COMMANDS_BESIDE_INTERVAL
    return token.value in _BEFORE_INTERVAL or token.kind in {"text", _END.kind} or token.value in tables.PLAIN_OPERATORS


def _may_end(token: Token) -> bool:
    if token.kind == "cmd":
        return token.value in _COMMANDS_BESIDE_INTERVAL
    return token.value in _AFTER_INTERVAL or token.kind in {"text", "end"} or token.value in tables.PLAIN_OPERATORS


# ---- lines

_ALIGNED_CELLS = frozenset({"array", "cases", "tabular", "dcases", "rcases"})


def aligned_lines(tokens: list[Token]) -> list[Token]:
    """Environments of lines without their marks of alignment."""
    found: list[Token] = []
    inside: list[str] = []
    for place, token in enumerate(tokens):
        if token.kind == "begin":
            inside.append(token.value)
        elif token.kind == "end" and inside:
            inside.pop()
        elif token.kind == "op" and inside and _aligns(tokens, place, inside[-1]):
            continue
        found.append(token)
    return found


def _aligns(tokens: list[Token], place: int, environment: str) -> bool:
    value = tokens[place].value
    lines = environment in tables.LINE_ENVIRONMENTS
    if value == "&":
        if lines:
            return True
        related = _relates(_at(tokens, place + 1)) or _relates(_at(tokens, place - 1))
        return related and environment in _ALIGNED_CELLS
    if value == "\\\\" and lines:
        after = _at(tokens, place + 1)
        return _relates(_at(tokens, place + 2) if after.value == "&" else after)
    return False


def _relates(token: Token) -> bool:
    return token.kind in {"op", "cmd"} and token.value in tables.RELATIONS


_RESPELLED: dict[str, Callable[[list[Token]], list[Token]]] = {
    "mod": moduli,
    "bracket": turned_brackets,
    "\\begin": aligned_lines,
}
_JOINING = "|".join((*tables.SET_OPERATORS, *tables.CONNECTIVES))
_SIGNS = re.compile(
    rf"""(?P<bracket>\[\s*(?:$|[,;)}}&=.]|\\(?:{_JOINING}|text|\}}|\\)|[a-zU])    # an interval may end
        | (?:^|[=,;({{&]|\\(?:in|ni|{_JOINING})|[a-z]|U|\\text\s*\{{[^{{}}]*\}})\s*\]) # or begin
        | mod | \\begin""",
    re.VERBOSE,
)


def respelled(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens of `text` in one spelling."""
    if _SIGNS.search(text) is None:
        return tokens
    signs = {found.lastgroup or found.group() for found in _SIGNS.finditer(text)}
    for sign in _RESPELLED.keys() & signs:
        tokens = _RESPELLED[sign](tokens)
    return tokens

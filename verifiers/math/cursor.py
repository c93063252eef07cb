"""A place among tokens: looking at what comes, passing over it, and the failures that name where it stands."""

from __future__ import annotations

from verifiers.math.tokens import ParseFailure, Token

END = Token("end of text", "", -1)
_FARTHEST = 4  # tokens that are looked at ahead
_OPENINGS, _CLOSINGS = frozenset("([{"), frozenset(")]}")
_BARS = frozenset({"|", "rvert"})


class Cursor:
    """Tokens and a place among them, `at`; behind the last stand as many `END` as are looked at ahead."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = [*tokens, *[END] * _FARTHEST]
        self.at = 0

    @property
    def token(self) -> Token:
        """The next token, `END` behind the last."""
        return self.tokens[self.at]

    def ahead(self, count: int) -> Token:
        """The token `count` places behind the next, at most `_FARTHEST`."""
        place = self.at + count
        return self.tokens[place] if place < len(self.tokens) else END

    def before(self) -> Token:
        """The token read last, `END` where there is none."""
        return self.tokens[self.at - 1] if self.at else END

    def take(self) -> Token:
        """The next token, passed over."""
        token = self.tokens[self.at]
        if token is not END:
            self.at += 1
        return token

    def skip(self, count: int) -> None:
        """Pass over `count` tokens, or as many as there are."""
        for _ in range(count):
            self.take()

    def is_op(self, value: str) -> bool:
        """Whether the next token is the sign `value`."""
        token = self.tokens[self.at]
        return token.value == value and token.kind == "op"

    def is_op_ahead(self, value: str, count: int) -> bool:
        """Whether the token `count` places behind the next is the sign `value`."""
        token = self.ahead(count)
        return token.value == value and token.kind == "op"

    def is_cmd(self, value: str) -> bool:
        """Whether the next token is the command `value`."""
        token = self.tokens[self.at]
        return token.value == value and token.kind == "cmd"

    def passed(self, value: str) -> bool:
        """Whether the next token is the sign `value`, which is then passed over."""
        if self.is_op(value):
            self.at += 1
            return True
        return False

    def replace(self, *tokens: Token) -> None:
        """Put `tokens` in the place of the next one."""
        self.tokens[self.at : self.at + 1] = tokens

    def failure(self, reason: str) -> ParseFailure:
        """A failure at the next token."""
        where = self.token.position
        if where < 0:
            where = self.tokens[self.at - 1].position + 1 if self.at else 0
        return ParseFailure(where, reason)

    def unexpected(self) -> ParseFailure:
        """The failure that the next token may not stand here."""
        token = self.token
        return self.failure("the text ends too early" if token is END else f"cannot read {token.value!r} here")

    def bar_divides(self) -> None:
        """Read the one bar in the brackets that come next as a condition: `P(A|B)`."""
        depth, bars = 0, []
        for place in range(self.at, len(self.tokens)):
            token = self.tokens[place]
            if token.kind == "op":
                if token.value == "|" and depth == 1:
                    bars.append(place)
                depth += (token.value in _OPENINGS) - (token.value in _CLOSINGS)
            if depth == 0:
                break
        if len(bars) == 1:
            token = self.tokens[bars[0]]
            self.tokens[bars[0]] = Token("cmd", "mid", token.position, token.space)

    def pass_over(self, count: int) -> None:
        """Pass over `count` tokens, in braces or not."""
        if self.is_op("{"):
            self.skip(count + 1)
            self.passed("}")
        else:
            self.skip(count)

    def group_text(self) -> str:
        """The content of a script as text: one token, or a group."""
        if not self.is_op("{"):
            return self.take().value
        depth, parts = 0, []
        while self.token is not END:
            token = self.take()
            if token.value == "{":
                depth += 1
                if depth == 1:
                    continue
            elif token.value == "}":
                depth -= 1
                if depth == 0:
                    break
            parts.append(token.value)
        return "".join(parts)

    def bar_closes(self) -> bool:
        """Whether another bar follows the next one: `4|n` is no absolute value."""
        return any(token.value in _BARS for token in self.tokens[self.at + 1 :])

"""The program in a response. Text is scanned, never parsed by Python: pure, linear, and safe on any input.

Where a program is looked for, in this order:

1. *Completion*: the problem's prompt is code and the response goes on where it ended (its first line is
   indented, or the prompt ended inside its docstring). The whole response is the rest of the program, uncut;
   only a closing fence whose opening stood in the prompt ends it.
2. *`<answer>`*: its content, which is read as a response of its own.
3. *Fenced blocks*: the last complete block that defines the entry point; else a block that completes the
   prompt; else the last complete Python block; else the last complete untagged block that looks like code. A
   block that was cut off (its fence never closes) is taken, by the same order, only where no complete block
   is: whether what there is of it runs is for the sandbox to say. Blocks in other languages are not programs. Of
   a session of the interpreter, what was typed is the program, where there is no other.
4. *The whole response*, where it has no blocks: from the first line that begins a definition or an import,
   or all of it where it begins as code; prose after the program is left off.

The key is a digest of the program after changes that cannot change its meaning: line ends as Python reads
them, blank lines around it, and blanks at the ends of lines in a program without triple quotes.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterator, Set
from dataclasses import dataclass

from verifiers.interface import Answer
from verifiers.response import Response, last_answer_tag, read

COMPLETION = "completion"

_FENCE = re.compile(r"^(?P<before>[^\n`~]*)(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>[^\n`]*)$", re.MULTILINE)
_LIST_OR_QUOTE = re.compile(r"(?:[ \t]|[-*+>]|\d{1,3}[.)])*")
_PYTHON = frozenset(("python", "py", "ipython", "cpython", "pypy", "sage", "jupyter"))
_SESSION = "pycon"  # the tag of what is, or is said to be, a session of the interpreter
_SESSIONS = frozenset((_SESSION, "python-repl", "python-console", "doctest"))
_PROMPT = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?:[ ](.*)|[ \t\r]*)$")
_SPECIAL_MARK = re.compile(r"\[/?[A-Z][A-Z_ ]*\][ \t\r]*$", re.MULTILINE)
_UNTAGGED = frozenset(("", "code", "plaintext", "txt", "solution", "answer"))
_PROSE_BLOCKS = frozenset(("markdown", "md"))

_TARGET = r"\*?[A-Za-z_]\w*(?:\.\w+|\[[^\n\]]*\])*"
_CODE_LINE = re.compile(
    rf"""^[ \t]*(?:
        import[ \t]+\w | from[ \t]+[\w.]+[ \t]+import\b
      | (?:async[ \t]+)?def[ \t]+\w+[ \t]*\( | class[ \t]+\w+[ \t]*[:(]
      | @\w | (?:return|raise|assert|yield|del|global|nonlocal)\b(?![ \t]+[a-z]+[ \t]+[a-z]+[ \t]+[a-z]+)
      | (?:async[ \t]+)?(?:if|elif|while|for|with|match)\b[^\n]*:[ \t\r]*(?:\#[^\n]*)?$
      | (?:if|elif|while|for|with)\b[^\n]*:[ \t]*[a-z_]\w*(?:[ \t\r]*$|[ \t]*[=(]|[ \t][a-z\d_]+\r?$)
      | (?:else|try|finally)[ \t]*: | except\b[^\n]*:
      | (?:pass|break|continue)[ \t\r]*$
      | {_TARGET}(?:[ \t]*,[ \t]*{_TARGET})*[ \t]*(?::[ \t]*[\w.]+(?:\[[^\n=]*\])?[ \t]*)?
        (?:[-+*/%&|^@]|//|\*\*|<<|>>|:)?=(?!=)
      | [A-Za-z_][\w.]*\([^\n]*
    )""",
    re.MULTILINE | re.VERBOSE,
)
# What may also stand at the margin of a program: comments, closing brackets, string and number expressions.
_MARGIN = re.compile(r"\#|[)\]}]|[rbfuRBFU]{0,2}[\"']|[(\[{]|print\b|await\b")
_TRIPLE = ('"' * 3, "'" * 3)
_LEXEME = re.compile(
    r"""\"{3}|'{3}|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|\#[^\n]*|[(\[{]|[)\]}]|\\\n|\n""", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a problem's programs look like.

    `name`: the function or class that the program must define, if any. `continues`: the prompt is code that a
    bare completion goes on from. `open_text`: the prompt ends inside a string.
    """

    name: str | None = None
    continues: bool = False
    open_text: bool = False

    def defined_in(self, text: str) -> bool:
        """Whether `text` has a line at its margin that defines the name."""
        if self.name is None:
            return False
        name = re.escape(self.name)
        pattern = rf"^(?:(?:async[ \t]+)?def|class)[ \t]+{name}\b|^{name}[ \t]*(?::[^\n=]*)?=(?!=)"
        return re.search(pattern, text, re.MULTILINE) is not None


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block, `[start, end)` of the response; `text`: what it holds, less its fence's own indentation."""

    start: int
    end: int
    tag: str
    complete: bool
    text: str


def extract(response: str, wanted: Wanted) -> Answer | None:
    """The program in `response`, or None."""
    seen = read(response)
    if not seen.visible.strip():
        return None
    if wanted.continues and (wanted.open_text or _begins_indented(seen.visible)):
        found = _completion(seen, wanted)
        if found is not None:
            return found
    tag = last_answer_tag(seen)
    if tag is not None:
        inside = _in_part(response, tag.start, tag.end, wanted, "answer tag")
        if inside is not None:
            return inside
    return _in_part(response, seen.start, seen.end, wanted, "")


def normalise(program: str) -> str:
    """The same program for Python, with what cannot matter made uniform."""
    text = program.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    if '"""' not in text and "'''" not in text:
        text = "\n".join(map(_without_blanks, text.split("\n")))
    return text + "\n"


def fenced_code(text: str) -> list[str]:
    """The fenced Python blocks of a text."""
    return [block.text for block in blocks(text, 0, len(text)) if _is_program(block)]


def _without_blanks(line: str) -> str:
    bare = line.rstrip(" \t")
    return line if bare.endswith("\\") else bare  # blanks after a continuation mark are a syntax error: keep them


def _answer(text: str, span: tuple[int, int], means: str) -> Answer:
    if means != COMPLETION:
        text = textwrap.dedent(text.lstrip("\ufeff")).lstrip("\r\n")
    kind = COMPLETION if means == COMPLETION else "program"
    digest = hashlib.sha256(f"{kind}\n{normalise(text)}".encode("utf-8", "surrogatepass"))
    return Answer(key=digest.hexdigest(), text=text, span=span, means=means)


# ---- completions


def _begins_indented(text: str) -> bool:
    first = len(text) - len(text.lstrip())
    return first < len(text) and first > 0 and text[first - 1] in " \t"


def _completion(seen: Response, wanted: Wanted) -> Answer | None:
    text = seen.visible
    fences = [fence for fence in _FENCE.finditer(text) if fence["mark"][0] == "`"]
    if wanted.open_text and '"""' not in text and "'''" not in text:
        return None
    if fences and not fences[0]["info"].strip() and not fences[0]["before"].strip() and len(fences) % 2:
        text = text[: fences[0].start()]
    elif fences and not _begins_indented(text):
        return None
    if not text.strip():
        return None
    return _answer(text, (seen.start, seen.start + len(text)), COMPLETION)


# ---- fenced blocks and bare programs


def is_untagged(block: Block) -> bool:
    """Whether a fenced block names no language."""
    return block.tag in _UNTAGGED


def _in_part(response: str, start: int, end: int, wanted: Wanted, means: str) -> Answer | None:
    found = list(blocks(response, start, end))
    if found:
        block = _chosen(found, wanted)
        if block is None:
            return None
        if not wanted.defined_in(textwrap.dedent(block.text)) and wanted.continues and _begins_indented(block.text):
            return _answer(block.text, (block.start, block.end), COMPLETION)
        way = means or ("fenced block" if block.complete else "cut-off block")
        return _answer(block.text, (block.start, block.end), way)
    return _bare(response, start, end, wanted, means)


def blocks(response: str, start: int, end: int, tags: Set[str] = _PYTHON) -> Iterator[Block]:
    """The fenced blocks in `response[start:end]`; a fence of one of `tags` opens one even in the midst of a line."""
    part = response[start:end]
    opened: re.Match[str] | None = None
    inside = _Strings(part)
    for fence in _FENCE.finditer(part):
        if opened is None:
            if _opens(fence, tags):
                opened = fence
                inside.begin(fence.end())
        elif _tag(fence) in tags and _opens(fence, tags) and not part[opened.end() : fence.start()].strip():
            opened = fence
            inside.begin(fence.end())
        elif _closes(opened, fence) and not (tags is _PYTHON and inside.at(fence.start())):
            yield _block(part, start, opened, fence.start(), complete=True)
            opened = None
    if opened is not None:
        yield from _unclosed(part, start, opened)


def _unclosed(part: str, offset: int, opened: re.Match[str]) -> Iterator[Block]:
    """A block that no fence outside its strings closes: cut off, unless some fence in it may be its end."""
    for fence in _FENCE.finditer(part, opened.end()):
        last_line = fence["before"].strip() and not fence["info"].strip() and fence["mark"] == opened["mark"]
        if _closes(opened, fence) or last_line:
            end = fence.start("mark") if last_line else fence.start()
            yield _block(part, offset, opened, end, complete=True)
            return
    yield _block(part, offset, opened, len(part), complete=False)


class _Strings:
    """Where the triple-quoted strings of a block are, read once from its beginning."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = self._until = 0

    def begin(self, at: int) -> None:
        """A block begins here."""
        self._at = self._until = at

    def at(self, place: int) -> bool:
        """Whether `place`, none before the last asked for, is inside such a string."""
        while self._at <= place and (lexeme := _LEXEME.search(self._text, self._at)) is not None:
            if lexeme.start() >= place:
                break
            self._at = lexeme.end()
            if lexeme.group() in _TRIPLE:
                closing = self._text.find(lexeme.group(), self._at)
                self._at = self._until = closing + 3 if closing >= 0 else len(self._text) + 1
        return place < self._until


def _opens(fence: re.Match[str], tags: Set[str]) -> bool:
    tag = _tag(fence)
    if tag in _PROSE_BLOCKS:
        return False
    return _LIST_OR_QUOTE.fullmatch(fence["before"]) is not None or tag in tags


def _closes(opened: re.Match[str], fence: re.Match[str]) -> bool:
    same = fence["mark"][0] == opened["mark"][0] and len(fence["mark"]) >= len(opened["mark"])
    before, info = fence["before"].strip(), fence["info"].strip()
    if ">" in opened["before"]:
        before = before.strip("> \t")
    words = len(info.split()) > 1 and _tag(fence) not in _PYTHON  # a sentence goes on behind the fence
    return same and not before and (not info or words)


def _tag(fence: re.Match[str]) -> str:
    """The language that a fence names, in small letters and without a version; `solution.py` names Python."""
    words = re.split(r"[\s,:;=]", fence["info"].strip().lstrip("{."), maxsplit=1)
    tag = words[0].rstrip("}").lower()
    if tag.endswith(".py"):
        return "python"
    bare = tag.rstrip("0123456789.")
    return bare if bare in _PYTHON else _SESSION if tag in _SESSIONS else tag


def _block(part: str, offset: int, opened: re.Match[str], end: int, *, complete: bool) -> Block:
    start = min(opened.end() + 1, end)
    text = part[start:end]
    before = opened["before"]
    if ">" in before:
        blank = "[ ]?" if before.endswith(" ") else ""
        text = re.sub(rf"^(?:[ \t]*>{blank}){{0,{before.count('>')}}}", "", text, flags=re.MULTILINE)
    elif indent := len(before) if not before.strip() else 0:
        text = re.sub(rf"^[ \t]{{1,{indent}}}", "", text, flags=re.MULTILINE)
    session = _from_session(text)
    tag = _tag(opened) if session is None else _SESSION
    return Block(offset + start, offset + end, tag, complete, text if session is None else session)


def _from_session(text: str) -> str | None:
    """What was typed in a session of the interpreter; None for text that is none."""
    if not text.lstrip().startswith(">>>"):
        return None
    typed = (_PROMPT.match(line) for line in text.split("\n"))
    return "\n".join(line.group(1) or "" for line in typed if line is not None)


def _chosen(found: list[Block], wanted: Wanted) -> Block | None:
    programs = [block for block in found if _is_program(block)]
    for complete in (True, False):
        group = [block for block in programs if block.complete is complete]
        defining = [block for block in group if wanted.defined_in(textwrap.dedent(block.text))]
        completing = [block for block in group if wanted.continues and _begins_indented(block.text)]
        tagged = [block for block in group if block.tag in _PYTHON]
        for choice in (defining, completing, tagged, group):
            if choice:
                return choice[-1]
    return None


def _is_program(block: Block) -> bool:
    if not block.text.strip():
        return False
    if block.tag == _SESSION:
        return True
    return block.tag in _PYTHON or (block.tag in _UNTAGGED and _CODE_LINE.search(block.text) is not None)


def _bare(response: str, start: int, end: int, wanted: Wanted, means: str) -> Answer | None:
    start += response.startswith("\ufeff", start)
    text = response[start:end]
    session = _from_session(text)
    if session is not None:
        return _answer(session, (start, end), means or "whole response")
    if _CODE_LINE.search(text) is None:
        return None
    if wanted.continues and not wanted.defined_in(text):
        return _answer(text, (start, end), COMPLETION)
    first, last = _program_lines(text, wanted)
    return _answer(text[first:last], (start + first, start + last), means or "whole response")


def _program_lines(text: str, wanted: Wanted) -> tuple[int, int]:
    """Where the program stands in unfenced text that may have prose before, between and after it.

    The text falls into stretches of code between lines of prose at the margin. The last stretch that defines
    the wanted name is taken, else the longest.
    """
    stretches: list[tuple[int, int]] = []
    for start, end, is_code in _margin_lines(text):
        if not is_code:
            stretches.append((end, end))
        elif stretches:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    trimmed = [_trimmed(text, *stretch) for stretch in stretches]
    programs = [(first, last) for first, last in trimmed if _CODE_LINE.search(text[first:last])]
    defining = [(first, last) for first, last in programs if wanted.defined_in(text[first:last])]
    if defining:
        return defining[-1]
    return max(programs, key=lambda part: part[1] - part[0], default=_trimmed(text, 0, len(text)))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """`[start, end)` without blank lines before it and blanks after it."""
    part = text[start:end]
    first = len(part) - len(part.lstrip())
    first = part.rfind("\n", 0, first) + 1
    return start + first, start + max(first, len(part.rstrip()))


def _margin_lines(text: str) -> Iterator[tuple[int, int, bool]]:
    """The logical lines of `text`, `[start, end)`, and whether each may be code.

    A line goes on while a bracket or a triple-quoted string is open. What is indented is taken for code.
    """
    start, depth, at = 0, 0, 0
    while (lexeme := _LEXEME.search(text, at)) is not None:
        mark, at = lexeme.group(), lexeme.end()
        if mark in _TRIPLE:
            closing = text.find(mark, at)
            at = closing + 3 if closing >= 0 else len(text)
        elif mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth = max(0, depth - 1)
        elif mark == "\n" and (depth == 0 or not _may_be_code(text, start)):
            yield start, at, _may_be_code(text, start)
            start, depth = at, 0
    if start < len(text):
        yield start, len(text), _may_be_code(text, start)


def _may_be_code(text: str, start: int) -> bool:
    """Whether the line that begins at `start` is blank, indented, or code at the margin."""
    first = text[start : start + 1]
    if first == "[" and _SPECIAL_MARK.match(text, start):
        return False
    return first.isspace() or not first or bool(_CODE_LINE.match(text, start) or _MARGIN.match(text, start))

"""The program in a response. Text is scanned, never parsed by Python: pure, linear, and safe on any input.

Where a program is looked for, in this order:

1. *Completion*: the problem's prompt is code and the response goes on where it ended (its first line is
   indented, or the prompt ended inside its docstring). The whole response is the rest of the program, uncut;
   only a closing fence whose opening stood in the prompt ends it.
2. *`<answer>`*: its content, which is read as a response of its own.
3. *Fenced blocks*: the last complete block that defines the entry point; else a block that completes the
   prompt; else the last complete Python block; else the last complete untagged block that looks like code. A
   block that was cut off (its fence never closes) is taken, by the same order, only where no complete block
   is: whether what there is of it runs is for the sandbox to say. Blocks in other languages are not programs.
4. *The whole response*, where it has no blocks: from the first line that begins a definition or an import,
   or all of it where it begins as code; prose after the program is left off.

The key is a digest of the program after changes that cannot change its meaning: line ends as Python reads
them, blank lines around it, and blanks at the ends of lines in a program without triple quotes.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from verifiers.interface import Answer
from verifiers.response import Response, last_answer_tag, read

COMPLETION = "completion"

_FENCE = re.compile(r"^(?P<before>[^\n`~]*)(?P<mark>`{3,}|~{3,})[ \t]*(?P<info>[^\n`]*)$", re.MULTILINE)
_LIST_OR_QUOTE = re.compile(r"(?:[ \t]|[-*+>]|\d{1,3}[.)])*")
_PYTHON = frozenset(("python", "py", "python3", "py3", "ipython", "ipython3", "cpython", "pypy", "pypy3", "sage"))
_UNTAGGED = frozenset(("", "code", "plaintext", "txt", "solution", "answer"))
_PROSE_BLOCKS = frozenset(("markdown", "md"))

_DEFINITION = re.compile(
    r"^(?:import[ \t]+\w|from[ \t]+[\w.]+[ \t]+import\b|(?:async[ \t]+)?def[ \t]+\w|class[ \t]+\w|@\w)", re.MULTILINE
)
_CODE_LINE = re.compile(
    r"""^[ \t]*(?:
        import[ \t]+\w | from[ \t]+[\w.]+[ \t]+import\b
      | (?:async[ \t]+)?def[ \t]+\w+[ \t]*\( | class[ \t]+\w+[ \t]*[:(]
      | @\w | (?:return|raise|assert|yield|del|global|nonlocal)\b(?![ \t]+[a-z]+[ \t]+[a-z]+[ \t]+[a-z]+)
      | (?:if|elif|while|for|with|match)\b[^\n]*:[ \t]*(?:\#[^\n]*)?$ | (?:else|try|finally)[ \t]*: | except\b[^\n]*:
      | (?:pass|break|continue)[ \t]*$
      | [A-Za-z_][\w.]*(?:\[[^\n\]]*\])?(?:[ \t]*,[ \t]*[A-Za-z_]\w*)*[ \t]*(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)
      | [A-Za-z_][\w.]*\([^\n]*
    )""",
    re.MULTILINE | re.VERBOSE,
)
_CODE_MARKS = frozenset("=()[]{}#@\\")
_PROSE_WORDS_LEAST = 3


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


def _in_part(response: str, start: int, end: int, wanted: Wanted, means: str) -> Answer | None:
    blocks = list(_blocks(response, start, end))
    if blocks:
        block = _chosen(blocks, wanted)
        if block is None:
            return None
        if not wanted.defined_in(textwrap.dedent(block.text)) and wanted.continues and _begins_indented(block.text):
            return _answer(block.text, (block.start, block.end), COMPLETION)
        found = means or ("fenced block" if block.complete else "cut-off block")
        return _answer(block.text, (block.start, block.end), found)
    return _bare(response, start, end, wanted, means)


def _blocks(response: str, start: int, end: int) -> Iterator[Block]:
    part = response[start:end]
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(part):
        if opened is None:
            if _opens(fence):
                opened = fence
        elif _closes(opened, fence):
            yield _block(part, start, opened, fence.start(), complete=True)
            opened = None
    if opened is not None:
        yield _block(part, start, opened, len(part), complete=False)


def _opens(fence: re.Match[str]) -> bool:
    tag = _tag(fence)
    if tag in _PROSE_BLOCKS:
        return False
    return _LIST_OR_QUOTE.fullmatch(fence["before"]) is not None or tag in _PYTHON


def _closes(opened: re.Match[str], fence: re.Match[str]) -> bool:
    same = fence["mark"][0] == opened["mark"][0] and len(fence["mark"]) >= len(opened["mark"])
    return same and not fence["info"].strip() and not fence["before"].strip()


def _tag(fence: re.Match[str]) -> str:
    words = fence["info"].strip().lstrip("{.").split(None, 1)
    return words[0].rstrip("},:").lower() if words else ""


def _block(part: str, offset: int, opened: re.Match[str], end: int, *, complete: bool) -> Block:
    start = min(opened.end() + 1, end)
    text = part[start:end]
    indent = len(opened["before"]) if not opened["before"].strip() else 0
    if indent:
        text = re.sub(rf"^[ \t]{{1,{indent}}}", "", text, flags=re.MULTILINE)
    return Block(offset + start, offset + end, _tag(opened), complete, text)


def _chosen(blocks: list[Block], wanted: Wanted) -> Block | None:
    programs = [block for block in blocks if _is_program(block)]
    for complete in (True, False):
        group = [block for block in programs if block.complete is complete]
        defining = [block for block in group if wanted.defined_in(textwrap.dedent(block.text))]
        completing = [block for block in group if wanted.continues and _begins_indented(block.text)]
        tagged = [block for block in group if block.tag in _PYTHON]
        for found in (defining, completing, tagged, group):
            if found:
                return found[-1]
    return None


def _is_program(block: Block) -> bool:
    if not block.text.strip():
        return False
    return block.tag in _PYTHON or (block.tag in _UNTAGGED and _CODE_LINE.search(block.text) is not None)


def _bare(response: str, start: int, end: int, wanted: Wanted, means: str) -> Answer | None:
    text = response[start:end]
    if _CODE_LINE.search(text) is None:
        return None
    if wanted.continues and not wanted.defined_in(text):
        return _answer(text, (start, end), COMPLETION)
    first, last = _program_lines(text)
    return _answer(text[first:last], (start + first, start + last), means or "whole response")


def _is_prose(line: str) -> bool:
    """Whether a line at the margin is a sentence: it begins as one, has words, and no mark that code has."""
    if not (line[0].isupper() or line[0] in "*->`") or not _CODE_MARKS.isdisjoint(line):
        return False
    return sum(word.strip(".,:;!?*`'\"").isalpha() for word in line.split()) >= _PROSE_WORDS_LEAST


def _program_lines(text: str) -> tuple[int, int]:
    """Where the program stands in unfenced text that may have prose before and after it."""
    first = len(text) - len(text.lstrip())
    line_end = text.find("\n", first)
    opening = text[first : line_end if line_end >= 0 else len(text)]
    if not _CODE_LINE.match(opening) and _is_prose(opening):
        definition = _DEFINITION.search(text)
        first = definition.start() if definition else first
    else:
        first = text.rfind("\n", 0, first) + 1
    last = len(text.rstrip())
    while last > first:
        line_start = text.rfind("\n", first, last) + 1
        line = text[max(line_start, first) : last]
        if line.strip() and not _is_prose(line):
            break
        last = max(line_start - 1, first)
    return first, max(last, first)

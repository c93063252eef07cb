"""Which language a problem's programs are in, and how such a program is found in a response, where it is not Python.

Where a program is looked for: `<answer>`, read as a response of its own; the last complete fenced block that names the
language; else the last complete one that names none and has a line that gives the language away; the same among
blocks that were cut off; and the whole response, where it has no blocks, from the first line that gives the language
away.  Blocks in other languages are not programs.  The key is a digest of the text; no blank is left off.
"""

from __future__ import annotations

import hashlib
import re
import textwrap

from sandboxes import SandboxError
from sandboxes.languages import PYTHON, Language, language
from verifiers.code.extract import Block, blocks, is_untagged
from verifiers.code.program import Program
from verifiers.errors import ProblemError
from verifiers.interface import Answer
from verifiers.problem import CodeProblem
from verifiers.response import last_answer_tag, read


def language_of(problem: CodeProblem, name: str, field: str = "language") -> str:
    """The one name of the language that a problem calls `name`; raises `ProblemError`."""
    if name.strip().lower() in PYTHON:
        return PYTHON[0]
    try:
        return language(name).name
    except SandboxError as error:
        raise ProblemError(str(error), problem_id=problem.id, field=field) from None


class WholeProgram:
    """What the programs of a problem in another language than Python look like."""

    def __init__(self, of: Language) -> None:
        self._language = of
        self._looks = re.compile(of.looks, re.MULTILINE) if of.looks else None

    def extract(self, response: str) -> Answer | None:
        """The program in `response`, or None."""
        seen = read(response)
        tag = last_answer_tag(seen)
        if tag is not None:
            inside = self._in_part(response, tag.start, tag.end, "answer tag")
            if inside is not None:
                return inside
        return self._in_part(response, seen.start, seen.end, "")

    def program(self, answer: Answer) -> Program:
        """The program that `answer` stands for."""
        return Program("", answer.text)

    def _in_part(self, response: str, start: int, end: int, means: str) -> Answer | None:
        found = list(blocks(response, start, end, self._language.tags))
        if not found:
            return self._bare(response, start, end, means)
        chosen = self._chosen(found)
        if chosen is None:
            return None
        way = means or ("fenced block" if chosen.complete else "cut-off block")
        return self._answer(chosen.text, (chosen.start, chosen.end), way)

    def _chosen(self, found: list[Block]) -> Block | None:
        for complete in (True, False):
            group = [block for block in found if block.complete is complete and block.text.strip()]
            named = [block for block in group if block.tag in self._language.tags]
            looking = [block for block in group if is_untagged(block) and self._first_line(block.text) is not None]
            for choice in (named, looking):
                if choice:
                    return choice[-1]
        return None

    def _bare(self, response: str, start: int, end: int, means: str) -> Answer | None:
        text = response[start:end]
        first = self._first_line(text)
        if first is None:
            return None
        return self._answer(
            text[first:].rstrip(), (start + first, start + len(text.rstrip())), means or "whole response"
        )

    def _first_line(self, text: str) -> int | None:
        """Where the first line begins that gives the language away."""
        found = self._looks.search(text) if self._looks is not None else None
        return text.rfind("\n", 0, found.start() + 1) + 1 if found else None

    def _answer(self, text: str, span: tuple[int, int], means: str) -> Answer:
        text = textwrap.dedent(text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff\n")).rstrip("\n") + "\n"
        digest = hashlib.sha256(f"{self._language.name}\n{text}".encode("utf-8", "surrogatepass"))
        return Answer(key=digest.hexdigest(), text=text, span=span, means=means)

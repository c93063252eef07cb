"""A problem's prompt and a response's text, put together into a program.

Shapes of prompt: code that the program completes (HumanEval: imports, helpers, then the signature and docstring
of the entry point), code to start from (`class Solution: ...`), prose with such code in a fenced block, or
prose. Of the code, what stands before the entry point, its *head*, is part of every program, also of one that
states the whole function again. It is the problem's own text, and so is trusted.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

from verifiers.code.extract import COMPLETION, Wanted, fenced_code, normalise
from verifiers.interface import Answer

# What a solution in the LeetCode manner (`class Solution`) finds imported.
PRELUDE = """\
from typing import *
import bisect, collections, functools, heapq, itertools, math, operator, random, re, string
from bisect import bisect_left, bisect_right, insort
from collections import Counter, OrderedDict, defaultdict, deque
from functools import cache, cmp_to_key, lru_cache, reduce
from heapq import heapify, heappop, heappush, heappushpop, heapreplace, nlargest, nsmallest
from itertools import accumulate, chain, combinations, count, cycle, groupby, permutations, product, repeat, starmap
from math import ceil, comb, factorial, floor, gcd, inf, isqrt, log, log2, perm, pi, sqrt
"""

_HEAD_STATEMENTS = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
)


@dataclass(frozen=True, slots=True)
class Program:
    """What is loaded: `head`, then `source`, in one namespace."""

    head: str
    source: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A problem's prompt as far as it is code. `head`: what stands before the entry point."""

    text: str
    head: str
    wanted: Wanted

    def program(self, answer: Answer) -> Program:
        """The whole program that `answer` stands for."""
        if answer.means != COMPLETION:
            text = normalise(answer.text)
            return Program("" if _begins_with(text, self.head) else self.head, text)
        text = answer.text
        apart = not self.wanted.open_text and not self.text.endswith("\n") and text[:1] in (" ", "\t")
        return Program("", self.text + ("\n" if apart else "") + text + "\n")


def _begins_with(text: str, head: str) -> bool:
    """Whether a program repeats the head line by line, so that it need not be executed before."""
    lines = head.strip("\n")
    return text.strip("\n").startswith(lines + "\n") or not lines


def read_prompt(prompt: str | None, entry_point: str | None) -> Prompt:
    """What `prompt` means for programs that must define `entry_point` (None: whole programs)."""
    if entry_point is None:
        return Prompt("", "", Wanted())
    name, _, method = entry_point.partition(".")
    prelude = PRELUDE if method else ""
    text = (prompt or "").replace("\r\n", "\n").replace("\r", "\n")
    head, ending = _head(text, name), _ending(text)
    if head is not None and ending is not None:
        wanted = Wanted(name, continues=True, open_text=ending == "open text")
        return Prompt(prelude + text, prelude + head, wanted)
    for code in reversed(fenced_code(text)):
        head = _head(code, name)
        if head is not None:
            return Prompt("", prelude + head, Wanted(name))
    return Prompt("", prelude, Wanted(name))


def _head(text: str, name: str) -> str | None:
    """What stands in `text` before the definition of `name`; None where there is none, or that is not code."""
    definitions = list(re.finditer(rf"^(?:(?:async[ \t]+)?def|class)[ \t]+{re.escape(name)}\b", text, re.MULTILINE))
    if not definitions:
        return None
    head = _without_decorators(text[: definitions[-1].start()])
    return head if _is_head(head) else None


def _without_decorators(head: str) -> str:
    lines = head.split("\n")
    while len(lines) > 1 and not lines[-1] and lines[-2].startswith("@"):
        del lines[-2]
    return "\n".join(lines)


def _is_head(head: str) -> bool:
    tree = _parsed(head)
    if tree is None:
        return False
    return all(
        isinstance(node, _HEAD_STATEMENTS) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in tree.body
    )


def _ending(text: str) -> str | None:
    """How a prompt that is code ends: complete as it stands, before a body, or inside a docstring."""
    if _parsed(text) is not None:
        return "complete"
    if _parsed(text.rstrip() + " pass") is not None:
        return "before a body"
    if any(_parsed(text + quotes) is not None for quotes in ('"""', "'''")):
        return "open text"
    return None


def parse(text: str) -> ast.Module:
    """The tree of the problem's own text; raises as `ast.parse` does. Never used on a response.

    What Python would warn of (a stray backslash, `is` with a number) is the data set's business.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _parsed(text: str) -> ast.Module | None:
    try:
        return parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None

"""For the site (an extension of Griffe, see mkdocs.yml): examples in docstrings become blocks of code.

In Markdown `>>>` would be a quotation within a quotation within a quotation.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"(?:^>>> .*\n?(?:^(?!\s*$).*\n?)*\n?)+", re.MULTILINE)


def fenced(text: str) -> str:
    """A docstring with each run of examples in a fence of its own."""
    return _EXAMPLE.sub(lambda found: f"```pycon\n{_plain(found[0])}\n```\n", text)


def _plain(example: str) -> str:
    """Without remarks that are for the tests alone."""
    return re.sub(r"[ ]*# doctest:.*", "", example).strip()


class Doctests(griffe.Extension):
    """Fences the examples in the docstring of every object."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called for each object, once its members are known."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)

"""Writes docs/reference/licences.md: the packages that requirements/run.lock installs, and their licences.

Usage: python -m tools.licences    (in an environment that has them; a test fails while page and lock differ)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements" / "run.lock"
PAGE = ROOT / "docs" / "reference" / "licences.md"
_PIN = re.compile(r"^([\w.-]+)==(\S+?)(?: ; ([^\\\n]+?))?(?: \\)?$", re.MULTILINE)
_HEAD = """\
# Licences

<!-- written by `python -m tools.licences` from requirements/run.lock -->

truegrade itself is under Apache-2.0. It contains no code of others. Installed from its lock (with the extras `report`,
`zstd` and `docker`), it brings these packages; the licences are those that the packages state in their metadata.

| package | version | licence | needed on |
|---|---|---|---|
"""
_TAIL = """
Wheels may bundle libraries under licences of their own: that of python-flint holds FLINT, GMP and MPFR
(LGPL-3.0-or-later).
"""


def pins() -> Iterator[tuple[str, str, str]]:
    """Name, version and the systems that need it, of each package of the lock."""
    for name, version, marker in _PIN.findall(LOCK.read_text(encoding="utf-8")):
        yield name, version, marker.strip() or "all"


def page() -> str:
    """The text of the page."""
    rows = (f"| {name} | {version} | {licence(name)} | {marker} |\n" for name, version, marker in pins())
    return _HEAD + "".join(rows) + _TAIL


def licence(name: str) -> str:
    """What an installed package says of its licence: an SPDX expression, a classifier, or a short field."""
    try:
        stated = metadata(name)
    except PackageNotFoundError:
        return "(not installed here)"
    if "License-Expression" in stated:
        return stated["License-Expression"]
    classes = [each.split(" :: ")[-1] for each in stated.get_all("Classifier", []) if each.startswith("License ::")]
    if named := [each for each in classes if each != "OSI Approved"]:
        return ", ".join(named)
    field = stated["License"].strip() if "License" in stated else ""
    return field.splitlines()[0][:60] if field else "(not stated)"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

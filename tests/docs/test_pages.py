"""The documentation holds together: links lead somewhere, pages stand in the contents, generated pages are fresh."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, name, pages

LINK = re.compile(r"(?<!\!)\[[^\]\n]+\]\(([^)\s]+)\)")
CODE = re.compile(r"^(```+).*?^\1$|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The places within a page that a link may name, as Python-Markdown and GitHub make them of headings."""
    text = re.sub(r"^(```+).*?^\1$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    made = set()
    for heading in re.findall(r"^#+ +(.+)$", text, re.MULTILINE):
        plain = re.sub(r"[^\w\s-]", "", heading.lower()).strip()
        made.add(re.sub(r"[\s]+", "-", plain))
    return made


@pytest.mark.parametrize("page", pages(), ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(CODE.sub("", page.read_text())):
        if "://" in target:
            continue
        path, _, place = target.partition("#")
        led = (page.parent / path).resolve() if path else page
        assert led.exists(), f"{name(page)} links to {target}, which is not there"
        if page.is_relative_to(DOCS):
            assert led.is_relative_to(DOCS), f"{name(page)} links out of the site: {target}"
        if place and led.suffix == ".md":
            assert place in anchors(led), f"{name(page)} links to {target}: no such heading"


def test_every_page_stands_in_the_contents() -> None:
    listed = set(re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text()))
    assert listed == {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}


@pytest.mark.parametrize("width", ["60", "200"])
def test_the_page_of_commands_is_what_the_commands_say(width: str) -> None:
    script = "from tools.cli_reference import PAGE, page; raise SystemExit(page() != PAGE.read_text())"
    made = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={"COLUMNS": width, "PATH": "/usr/bin"}, check=False
    )
    assert made.returncode == 0, "run: python -m tools.cli_reference"


def test_every_setting_of_the_environment_is_documented() -> None:
    used = set()
    for package in ("verifiers", "sandboxes"):
        for module in (ROOT / package).rglob("*.py"):
            used |= set(re.findall(r"TRUEGRADE_[A-Z_]+[A-Z]", module.read_text()))
    documented = set(re.findall(r"`(TRUEGRADE_[A-Z_]+)`", (DOCS / "reference" / "settings.md").read_text()))
    assert documented == used


def test_every_verdict_is_documented() -> None:
    from verifiers import Verdict

    text = (DOCS / "reference" / "verdicts.md").read_text()
    assert [verdict for verdict in Verdict if f"| `{verdict.value}` |" not in text] == []

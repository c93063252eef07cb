"""The distributions hold what they should; `./run package` also installs the wheel and uses it."""

from __future__ import annotations

import re
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from tools import licences, package
from verifiers import __version__

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """sdist, and the wheel made from it."""
    return package.build(tmp_path_factory.mktemp("dist"))


def said(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (each for each in packed.namelist() if each.endswith(".dist-info/METADATA"))
        return message_from_bytes(packed.read(name))


def test_the_wheel_holds_the_packages_and_their_types(made: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(made[1]) as packed:
        names = set(packed.namelist())
    assert {"verifiers/py.typed", "sandboxes/py.typed", "sandboxes/languages.toml"} <= names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"verifiers", "sandboxes"}


def test_a_wheel_that_lacks_a_file_is_refused(made: tuple[Path, Path], tmp_path: Path) -> None:
    short = tmp_path / made[1].name
    with zipfile.ZipFile(made[1]) as whole, zipfile.ZipFile(short, "w") as packed:
        for name in whole.namelist():
            if name != "sandboxes/languages.toml":
                packed.writestr(name, whole.read(name))
    with pytest.raises(SystemExit, match=r"lacks sandboxes/languages\.toml"):
        package.check(short)


def test_the_sdist_holds_what_is_needed_to_test_and_document(made: tuple[Path, Path]) -> None:
    with tarfile.open(made[0]) as packed:
        inside = {name.partition("/")[2] for name in packed.getnames()}
    assert {"run", "mkdocs.yml", "docs/start.md", "tests/test_readme.py", "tools/package.py", "LICENSE"} <= inside
    assert {f"requirements/{name}.lock" for name in ("run", "test", "docs")} <= inside


def test_the_metadata_name_version_licence_and_every_extra(made: tuple[Path, Path]) -> None:
    metadata = said(made[1])
    assert (metadata["Name"], metadata["Version"]) == ("truegrade", __version__)
    assert metadata["License-Expression"] == "Apache-2.0"
    assert set(metadata.get_all("Provides-Extra") or []) == set(PROJECT["optional-dependencies"])


def test_every_extra_that_an_error_names_exists() -> None:
    named = set()
    for folder in ("verifiers", "sandboxes"):
        for module in (ROOT / folder).rglob("*.py"):
            text = module.read_text()
            named |= set(re.findall(r'MissingExtra\([^)]*, "(\w+)"\)', text)) | set(
                re.findall(r"truegrade\[(\w+)\]", text)
            )
    assert {"report", "ray", "docker"} <= named <= set(PROJECT["optional-dependencies"])


def test_the_page_of_licences_lists_the_lock() -> None:
    rows = re.findall(r"^\| ([\w.-]+) \| ([\d][^ ]*) \| ([^|]+) \|", licences.PAGE.read_text(), re.MULTILINE)
    assert [row[:2] for row in rows] == [pin[:2] for pin in licences.pins()], "run: python -m tools.licences"
    assert all(row[2] not in ("", "(not stated)") for row in rows)

"""The table of languages is data: a fault in it is told by file, table and field; a user's own is merged over it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandboxes.languages import PYTHON, USERS_OWN, BadLanguages, UnknownLanguage, known, language
from sandboxes.toolchains import ToolchainMissing, locate, survey

NEW = """
[tiny]
title = "Tiny"
source = "main.tiny"
programs = ["bash"]
version = ["bash", "--version"]
run = ["bash", "main.tiny"]
warm_up = "echo ready"
"""


def own(folder: Path, text: str) -> str:
    path = folder / "own.toml"
    path.write_text(text)
    return str(path)


def test_names_and_aliases_mean_one_language() -> None:
    met: dict[str, str] = dict.fromkeys(PYTHON, "python")
    for one in known().values():
        for name in one.called:
            assert met.setdefault(name, one.name) == one.name
            assert language(name.upper()) is one


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownLanguage, match=r"'cobol'; known are python, c, cpp, .*bash"):
        language("cobol")


def test_a_users_file_adds_a_language_and_changes_fields(tmp_path: Path) -> None:
    path = own(tmp_path, NEW + '[cpp]\ncompile = [["g++", "-O3", "-o", "main", "main.cpp"]]\n')
    languages = known(path)
    assert languages["tiny"].run == ("bash", "main.tiny")
    assert "-O3" in languages["cpp"].compile[0]
    assert languages["cpp"].run == ("./main",)
    assert "-O3" not in known()["cpp"].compile[0]


def test_the_environment_names_a_users_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USERS_OWN, own(tmp_path, NEW))
    assert language("tiny").title == "Tiny"


def test_a_language_starts_from_another(tmp_path: Path) -> None:
    found = known(own(tmp_path, '[mine]\nlike = "cpp20"\ntitle = "Mine"\n'))["mine"]
    assert found.source == "main.cpp"
    assert found.names == ()
    assert "-std=gnu++20" in found.compile[0]


WRONG = [
    ("no TOML", "[tiny", "own.toml: "),
    ("no table", "tiny = 3", "'tiny' must be a table"),
    ("a field that is none", NEW + "colour = 'red'", r"\[tiny\] 'colour' is no field of a language; those are title"),
    ("a field that is missing", '[tiny]\ntitle = "T"', r"\[tiny\] has no 'source'"),
    ("no list", NEW.replace('["bash", "main.tiny"]', '"bash"'), r"\[tiny\] run: must be a list of texts"),
    ("an empty command", NEW.replace('["bash", "main.tiny"]', "[]"), r"\[tiny\] run: must be a command"),
    ("a path", NEW.replace("main.tiny", "../x.tiny"), r"\[tiny\] source: must be a file name"),
    ("a bad expression", NEW + "looks = '('", r"\[tiny\] looks: '\(' is no regular expression"),
    ("a bad limit", NEW + "compile_limits = {wall_seconds = -1}", r"\[tiny\] compile_limits: limit wall_seconds must"),
    ("a limit that is none", NEW + "compile_limits = {time = 1}", r"\[tiny\] compile_limits: must be a table of wall"),
    ("a limit in words", NEW + "compile_limits = {wall_seconds = 'x'}", r"\[tiny\] compile_limits: must be numbers"),
    ("a memory that is none", NEW + "memory = 'all'", r"\[tiny\] memory: must be 'address_space' or 'data'"),
    ("megabytes in halves", NEW + "memory_slack_mb = 1.5", r"\[tiny\] memory_slack_mb: must be a whole number"),
    ("a name of another", NEW + "names = ['golang']", r"\[(tiny|go)\] names: '(golang|go)' is a name of"),
    ("a name of Python's", NEW + "names = ['py']", r"\[tiny\] names: 'py' is a name of 'python' already"),
    ("Python itself", "[python]\nlike = 'c'", "Python runs in a warm interpreter"),
    ("a parent that is none", "[x]\nlike = 'y'", r"\[x\] like: there is no other language 'y'"),
    ("a parent that is its child", "[x]\nlike = 'y'\n[y]\nlike = 'x'", "like: there is no other language"),
    ("a bad version", NEW + "at_least = 'new'", r"\[tiny\] at_least: must be numbers"),
    ("a bad environment", NEW + "environment = {A = 1}", r"\[tiny\] environment: must be a table of texts"),
]


@pytest.mark.parametrize(("text", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_table_is_told_by_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadLanguages, match=said) as caught:
        known(own(tmp_path, text))
    assert "own.toml" in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadLanguages, match=USERS_OWN):
        known(tmp_path / "none.toml")


def test_a_missing_toolchain_is_told_with_its_package(tmp_path: Path) -> None:
    text = NEW.replace('programs = ["bash"]', 'programs = ["no-such-program"]\npackage = "tiny-lang"')
    with pytest.raises(ToolchainMissing, match=r"Tiny needs no-such-program.*apt-get install tiny-lang"):
        locate(known(own(tmp_path, text))["tiny"])


def test_a_toolchain_in_the_programs_own_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        (Path(folder) / "tiny-run").write_text("#!/bin/sh\n")
        (Path(folder) / "tiny-run").chmod(0o755)
        monkeypatch.setenv("PATH", folder)
        with pytest.raises(ToolchainMissing, match=r"tiny-run cannot be shown to programs: /tmp/ is their own"):
            locate(known(own(tmp_path, NEW.replace('["bash"]', '["tiny-run"]')))["tiny"])


def test_an_old_toolchain_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToolchainMissing, match=r"Tiny needs .*99\.0 or later; this is GNU bash"):
        locate(known(own(tmp_path, NEW + "at_least = '99.0'"))["tiny"])


def test_the_survey_says_of_each_language_what_is_there_or_missing() -> None:
    found = list(survey())
    assert [one.name for one, _, _ in found] == list(known())
    assert all(bool(version) != bool(missing) for _, version, missing in found)


def test_what_is_shown_is_real_and_absolute() -> None:
    for one, _, missing in survey():
        if not missing:
            for place, path in locate(one).show:
                assert Path(place).is_absolute()
                assert Path(path).resolve() == Path(path)


@given(st.text(alphabet="class{}/*\"' \nmain(static)voidQ;pub", max_size=200))
def test_the_names_in_any_source_are_plain(source: str) -> None:
    file, entry = known()["java"].file_and_entry(source)
    assert file.endswith(".java")
    assert "/" not in file + entry

"""Files are cut into stretches of whole lines that miss nothing and repeat nothing, from wherever reading begins."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verifiers import InputError
from verifiers.engine import sources
from verifiers.engine.sources import SampleFile, Stretch, of_lines

_lines = st.lists(st.sampled_from([b"", b" ", b"{}", b"x" * 40, b"y" * 500]), max_size=60)


@pytest.fixture(autouse=True)
def _small_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_STRETCH", 100)
    monkeypatch.setattr(sources, "_STRETCH_LEAST", 64)


def write(path: Path, content: bytes) -> Path:
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(content))
    elif path.suffix == ".zst":
        import zstandard

        path.write_bytes(zstandard.ZstdCompressor().compress(content))
    else:
        path.write_bytes(content)
    return path


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".jsonl.zst"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(lines=_lines, last=st.booleans(), skipped=st.integers(0, 20))
def test_stretches_hold_every_line_once(tmp_path: Path, ending: str, lines: Any, last: bool, skipped: int) -> None:
    content = b"\n".join(lines) + (b"\n" if last and lines else b"")
    path = write(tmp_path / f"s{ending}", content)
    expected = content.split(b"\n") if content else []
    if expected and not expected[-1]:
        expected.pop()
    full = [number for number, line in enumerate(expected, start=1) if line.strip()]
    with SampleFile(path) as file:
        ends = list(file.skip(skipped))
        begun = file.line
        stretches = list(file.stretches())
    found = [line for stretch in stretches for line in stretch.lines()]
    assert found == expected[begun:]
    if skipped and len(full) >= skipped:
        assert begun == full[skipped - 1]
        assert [number for number, _ in ends] == sorted({full[0], full[skipped - 1]})
    elif skipped:
        assert len(ends) < 2
    assert all(stretch.lines() for stretch in stretches)


def test_a_plain_file_is_not_read_but_by_the_workers(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", b"a\nb\n" * 200)
    with SampleFile(path) as file:
        stretches = list(file.stretches())
        assert file.fraction == 1.0
    assert len(stretches) > 3
    assert all(stretch.path and not stretch.body for stretch in stretches)
    assert [stretch.start for stretch in stretches[1:]] == [stretch.end for stretch in stretches[:-1]]


def test_lines_in_memory_are_cut_by_number_and_by_size() -> None:
    assert [len(stretch.lines()) for stretch in of_lines([b"x"] * 50)] == [50]
    assert [len(stretch.lines()) for stretch in of_lines([b"x" * 60] * 5)] == [2, 2, 1]
    assert list(of_lines([])) == []
    assert Stretch(b"a\nb").lines() == [b"a", b"b"]


@pytest.mark.parametrize("ending", [".jsonl.gz", ".jsonl.zst"])
def test_a_damaged_file_is_named_once_its_beginning_has_been_given(tmp_path: Path, ending: str) -> None:
    import random

    content = b"".join(b"%x\n" % random.Random(n).getrandbits(400) for n in range(3000))
    path = write(tmp_path / f"s{ending}", content)
    path.write_bytes(path.read_bytes()[:-2000])
    given_out = []
    with SampleFile(path) as file, pytest.raises(InputError, match=r"damaged or cut off") as caught:
        for stretch in file.stretches():
            given_out += stretch.lines()
    assert given_out == content.split(b"\n")[: len(given_out)]
    assert caught.value.line is not None
    assert 0 < caught.value.line <= len(given_out) + 1

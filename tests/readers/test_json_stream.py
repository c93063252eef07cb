"""A large JSON document, element by element: as parsing it whole, whatever the size of what is read at once."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifiers.errors import InputError
from verifiers.logs import json_stream
from verifiers.logs.json_stream import elements, names

_scalar = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_value = st.recursive(
    _scalar, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)
_documents = st.lists(_value, max_size=5) | st.dictionaries(st.text(st.characters(codec="ascii")), _value, max_size=5)


@given(_documents, st.sampled_from([None, 1]), st.integers(1, 9))
@settings(max_examples=150, deadline=None)
def test_the_elements_are_those_of_the_whole_document(document: object, indent: int | None, block: int) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_BLOCK", block)
        path = Path(folder) / "t.json"
        path.write_text(json.dumps(document, indent=indent, ensure_ascii=block % 2 == 0), encoding="utf-8")
        found = [json.loads(value) for _, value in elements(path)]
        assert found == list(document.values() if isinstance(document, dict) else document)  # type: ignore[call-overload]


def test_named_members_are_gone_into(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"a": 1, "b": [2, {"b": 3}], "c": {"x": []}}')
    found = list(elements(tmp_path / "t.json", inside={"b"}))
    assert found == [(("a",), b"1"), (("b", 0), b"2"), (("b", 1), b'{"b": 3}'), (("c",), b'{"x": []}')]
    assert names(tmp_path / "t.json", 2) == ["a", "b"]


def test_memory_does_not_grow_with_the_document(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    with path.open("w") as file:
        file.write("[" + ",".join([json.dumps({"text": 'x"[' * 1000})] * 3000) + "]")  # 12 MB
    tracemalloc.start()
    assert sum(1 for _ in elements(path)) == 3000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 << 20  # of which half is the buffer of the file


@pytest.mark.parametrize("text", ['{"a": 1', '[1, "x', "[1 2]", '{"a" 1}', "{1: 2}", "[1,]", "[] x", "7"])
def test_what_is_no_document_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(InputError, match=r"t\.json: is not JSON at byte \d"):
        for _, value in elements(tmp_path / "t.json"):
            json.loads(value)

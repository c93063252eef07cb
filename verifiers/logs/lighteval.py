"""lighteval: its details, `details/MODEL/DATE/details_TASK_DATE.parquet`, one document a row of three structures.

    doc             {"query": PROMPT, "choices": ["42"], "gold_index": 0 or [0], "id": "0", "task_name": "toy|0", …}
    model_response  {"text": ["response", …], "logprobs": […], …}
    metric          {"em": 1, …}

The right answers are the choices at `gold_index`; where other choices are left they are options. Their score is the
first metric, where the row has one response. Rows of likelihoods have no text and nothing to grade.

Written: one row a sample, with the metric `verified`; `doc.specific` has what their form has no place for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from verifiers.datasets.source import Row
from verifiers.logs.columns import entries
from verifiers.logs.entry import Entry, Graded, LeftOut, Reading
from verifiers.logs.files import Head, records
from verifiers.logs.problems import digest, own_form
from verifiers.logs.writing import AllGraded, named, numbered, wants_ending
from verifiers.records import replacing
from verifiers.tables import pyarrow_for

_COLUMNS = {
    "problem_id": ("own.problem_id", "id"),
    "prompt": ("doc.query",),
    "reference": ("own.problem", "gold"),
    "choices": ("options",),
    "response": ("model_response.text",),
    "sample_id": ("own.sample_id",),
    "model": ("own.model", "model"),
    "their_score": ("score",),
    "their_verdict": ("own.verdict",),
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T[\d.:-]+")
_AT_ONCE = 1024


def fits(head: Head) -> bool:
    """Whether a file holds lighteval's details."""
    return head.shape == "parquet" and head.has("doc", "model_response", "metric")


def read(head: Head, reading: Reading) -> Iterator[Entry | LeftOut]:
    """One entry a response."""
    model = _model(head.path)
    for row in records(head.path, head.shape):
        doc, response = row.get("doc", dict), row.get("model_response", dict)
        if not response.get("text"):
            yield LeftOut("likelihoods of options, no response")
            continue
        own = _own(doc)
        gold, options = _gold(row, doc)
        record = {
            "doc": doc,
            "model_response": response,
            "own": own,
            "id": f"{doc.get('task_name') or 'lighteval'}/{doc.get('id') or digest(doc.get('query'))}",
            "model": model,
            "gold": gold,
            "options": options,
            "score": next((value for value in row.get("metric", dict).values() if _is_number(value)), None),
        }
        yield from entries(Row(record, row.path, row.line), _COLUMNS, reading, "")


def _own(doc: dict[str, Any]) -> dict[str, Any]:
    """What `write` put beside their fields."""
    specific = doc.get("specific")
    written = specific.get("truegrade") if isinstance(specific, dict) else None
    own = json.loads(written) if isinstance(written, str) else None
    return own if isinstance(own, dict) else {}


def _gold(row: Row, doc: dict[str, Any]) -> tuple[list[Any], list[Any] | None]:
    """The right answers, and all options where others are left."""
    choices, gold = doc.get("choices") or [], doc.get("gold_index")
    given = gold if isinstance(gold, list) else [gold]
    places = [each for each in given if isinstance(each, int) and 0 <= each < len(choices)]
    if not places or len(places) < len(given):
        raise row.error(f"must be places of the {len(choices)} choices, not {gold!r}", "doc.gold_index")
    right = [choices[place] for place in places]
    return right, choices if len(set(places)) < len(choices) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, bool | int | float)


def _model(path: Path) -> str:
    parts = path.resolve().parts[:-1]
    if "details" not in parts or not _DATE.fullmatch(parts[-1]):
        return ""
    after = len(parts) - parts[::-1].index("details")
    return "/".join(parts[after:-1])


def write(path: Path, graded: AllGraded) -> int:
    """Write one row a grade."""
    wants_ending(path, ".parquet")
    arrow = pyarrow_for("writing")
    schema = _schema(arrow)
    rows = (_row(number, each) for number, _, each in numbered(graded()))
    count = 0
    with replacing(path) as partial, arrow.parquet.ParquetWriter(partial, schema) as writer:
        while batch := list(islice(rows, _AT_ONCE)):
            writer.write_batch(arrow.RecordBatch.from_pylist(batch, schema=schema))
            count += len(batch)
    return count


def _row(number: int, graded: Graded) -> dict[str, Any]:
    problem = own_form(graded.problem) if graded.problem is not None else None
    own = {**named(graded), "problem": problem, "answer": graded.grade.answer, "reason": graded.grade.reason}
    golds, choices = graded.references, graded.choices
    options = choices or golds or [""]
    gold = [ord(label) - ord("A") for label in golds] if choices and _are_letters(golds) else list(range(len(options)))
    return {
        "doc": {
            "query": graded.prompt,
            "choices": options,
            "gold_index": gold,
            "specific": {"truegrade": to_json(own).decode()},
            "id": str(number),
            "task_name": "truegrade|0",
            "num_samples": 1,
            "use_logits": False,
        },
        "metric": {"verified": graded.grade.score},
        "model_response": {"input": graded.prompt, "text": [graded.response]},
    }


def _are_letters(golds: list[str]) -> bool:
    return all(len(each) == 1 and "A" <= each <= "Z" for each in golds)


def _schema(arrow: Any) -> Any:
    """Their columns, each empty one of the type that they give it."""
    texts, whole, none = arrow.list_(arrow.string()), arrow.int64(), arrow.null()
    doc = [
        ("query", arrow.string()),
        ("choices", texts),
        ("gold_index", arrow.list_(whole)),
        *((name, none) for name in ("instruction", "images")),
        ("specific", arrow.struct([("truegrade", arrow.string())])),
        *((name, none) for name in ("unconditioned_query", "original_query")),
        ("id", arrow.string()),
        ("task_name", arrow.string()),
        *((name, none) for name in ("fewshot_sorting_class", "generation_size", "stop_sequences")),
        ("use_logits", arrow.bool_()),
        ("num_samples", whole),
        ("generation_grammar", none),
    ]
    response = [
        ("input", arrow.string()),
        ("text", texts),
        *((name, none) for name in ("text_post_processed", "logits", "unconditioned_logprobs")),
    ]
    return arrow.schema(
        [
            ("doc", arrow.struct(doc)),
            ("metric", arrow.struct([("verified", arrow.float64())])),
            ("model_response", arrow.struct(response)),
        ]
    )

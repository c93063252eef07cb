"""The readers' sheet of a check of reasoning: a CSV file, a page to click through, and the key beside them.

The page holds its items as data in one script of ours and shows them as text only; its policy allows that script (by
its hash) and the page's style, nothing else, so that no response can act in the reader's browser. Marks stay in the
page until they are saved as a CSV of the same form as the sheet.
"""

from __future__ import annotations

import csv
import io
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from verifiers.errors import InputError
from verifiers.study.reasoning import MARKS, Item, Key, Mark

COLUMNS = ("item", "problem", "reference", "response", "mark", "note")
_WORDS: dict[str, Mark] = {
    **{mark: mark for mark in MARKS},
    **dict.fromkeys(("yes", "y", "1", "true"), "sound"),
    **dict.fromkeys(("no", "n", "0", "false"), "unsound"),
    "?": "unsure",
}


def rows_of(key: Key, texts: Mapping[Item, tuple[str, str, str]]) -> list[dict[str, str]]:
    """The sheet's rows, from the problem, the reference and the response of each item."""
    return [dict(zip(COLUMNS, (str(item.number), *texts[item], "", ""), strict=True)) for item in key.items]


def sheet_csv(rows: list[dict[str, str]]) -> str:
    """The rows as CSV; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows({name: _no_formula(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _no_formula(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def sheet_page(rows: list[dict[str, str]]) -> str:
    """The rows as one page without network."""
    folder = files("verifiers.study") / "assets"
    script, style = ((folder / name).read_text(encoding="utf-8") for name in ("sheet.js", "sheet.css"))
    hash_ = b64encode(sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; script-src 'sha256-{hash_}'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        f"<title>Is the reasoning sound?</title>\n<style>{style}</style></head>\n<body>\n"
        f'<script type="application/json" id="items">{script_data(rows)}</script>\n'
        f'<main id="main"></main>\n<script>{script}</script>\n</body></html>\n'
    )


def script_data(value: Any) -> str:
    """`value` as JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def key_json(key: Key) -> str:
    """The key as JSON."""
    return json.dumps(asdict(key), indent=1, ensure_ascii=False) + "\n"


def read_key(path: Path) -> Key:
    """The key that `key_json` wrote; raises `InputError` where the file is not one."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return Key(
            items=tuple(Item(**item) for item in record["items"]),
            counts={
                model: {name: (int(n), int(c)) for name, (n, c) in counts.items()}
                for model, counts in record["counts"].items()
            },
            hard=float(record["hard"]),
            seed=int(record["seed"]),
        )
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=str(path)) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError("is not the key that `verify audit cot draw` wrote", path=str(path)) from None


def read_sheet(path: Path) -> dict[int, Mark]:
    """The marks of a sheet by item; rows without a mark are left out. Raises `InputError` with the line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"item", "mark"} <= set(reader.fieldnames or ()):
                raise InputError("has no columns `item` and `mark`: give the sheet with its marks", path=str(path))
            marks: dict[int, Mark] = {}
            for row in reader:
                _take(row, marks, path, reader.line_num)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=str(path)) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"is not a CSV file in UTF-8: {error}", path=str(path)) from None
    if not marks:
        raise InputError(f"holds no mark; known are {', '.join(MARKS)}", path=str(path), field="mark")
    return marks


def _take(row: Mapping[str, str | None], marks: dict[int, Mark], path: Path, line: int) -> None:
    word, item = (row["mark"] or "").strip().lower(), (row["item"] or "").strip()
    if not word:
        return
    if not item.isascii() or not item.isdigit():
        raise InputError(f"{item!r} is not the number of an item", path=str(path), line=line, field="item")
    if word not in _WORDS:
        message = f"{word[:40]!r} is no mark; known are {', '.join(MARKS)}"
        raise InputError(message, path=str(path), line=line, field="mark")
    if int(item) in marks:
        raise InputError(f"item {item} is marked twice", path=str(path), line=line, field="item")
    marks[int(item)] = _WORDS[word]

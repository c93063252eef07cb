"""Where the public data sets lie that some tests read: beside the repository, or beside a worktree of it."""

from pathlib import Path

_PLACES = [folder / "shared" / "data" for folder in Path(__file__).resolve().parents[3:]]
DATA = next((place for place in _PLACES if place.is_dir()), _PLACES[0])

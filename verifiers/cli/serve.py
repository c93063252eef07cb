"""`verify serve`: settings from options, and a line that says where the server is found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from verifiers.server.listening import serve
from verifiers.server.settings import Settings, read_token


def run(token_file: Path | None, options: Mapping[str, Any]) -> None:
    """Serve until the process is told to end."""
    token = read_token(token_file) if token_file is not None else None
    serve(Settings(token=token, **options), lambda address: typer.echo(f"listening on {address}"))

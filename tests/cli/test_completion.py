"""Shells complete commands and options (`verify --install-completion`), at the speed of a keystroke."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

VERIFY = "import sys; sys.argv = ['verify']; from verifiers.cli import main; main()"


def completed(typed: str) -> list[str]:
    """What bash is offered where the last word of `typed` is being written."""
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1), "_VERIFY_COMPLETE": "complete_bash"}
    done = subprocess.run(
        [sys.executable, "-c", VERIFY], env={**os.environ, **words}, capture_output=True, text=True, check=False
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("verify gr", ["grade"]),
        ("verify audit co", ["cot"]),
        ("verify grade --sam", ["--samples"]),
        ("verify grade --isolation un", ["unprivileged"]),
    ],
)
def test_a_beginning_is_completed(typed: str, offered: list[str]) -> None:
    assert completed(typed) == offered

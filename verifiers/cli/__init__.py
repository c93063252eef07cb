"""The command `verify`. `main` is the console script; a command's work is imported when it is called."""

from verifiers.cli.app import main

__all__ = ["main"]

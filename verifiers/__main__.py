"""`python -m verifiers` is the command `verify`."""

from verifiers.cli import main

main()

"""Data sets of programs are run while they are imported: on a machine with a sandbox."""

from tests.code.conftest import sandbox

__all__ = ["sandbox"]

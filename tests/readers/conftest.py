"""Programs in logs are run: on a machine with a sandbox."""

from tests.code.conftest import sandbox

__all__ = ["sandbox"]

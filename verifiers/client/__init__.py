"""A server of grades, asked from Python: `Client`, and `AsyncClient` for event loops. They give `Grade`s.

Both stand on `verifiers.adapters.client_file`, which needs nothing but the standard library; so do they.
"""

from verifiers.adapters.client_file import GraderError, Refused, Unreachable
from verifiers.client.client import AsyncClient, Client

__all__ = ["AsyncClient", "Client", "GraderError", "Refused", "Unreachable"]

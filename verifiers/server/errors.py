"""What a client is told where its request is refused: a status, and a body that says where and what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic_core import to_json


@dataclass(eq=False)
class Refusal(Exception):
    """A request that is not done. `at`: the field of its body that is to blame, dotted, where one is."""

    status: int
    code: str
    message: str
    at: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        """`{"error": {"code", "field", "message"}}`."""
        return to_json({"error": {"code": self.code, "field": self.at, "message": self.message}})


def bad_request(message: str, at: str | None = None) -> Refusal:
    """The request says something that nothing could be done with."""
    return Refusal(400, "bad_request", message, at)


def busy(message: str, seconds: int) -> Refusal:
    """More than the server takes at once: to be tried again in so many seconds."""
    return Refusal(429, "busy", message, headers={"Retry-After": str(seconds)})

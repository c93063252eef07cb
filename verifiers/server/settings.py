"""What a server may be told: data, and the rule that nothing listens to the world without a token."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from verifiers.errors import InputError

_TOKEN_LEAST = 16


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server listens, and what it lets a client ask for."""

    host: str = "127.0.0.1"
    port: int = 8000
    """0: any that is free."""
    token: str | None = None
    """What clients must state as `Authorization: Bearer TOKEN`; None: nothing, and then on loopback alone."""
    workers: int | None = None
    """Processes of the engine; None: one a core."""
    problems: Path | None = None
    """A file of problems that requests may name by their ids."""
    store: Path | None = None
    """A file that keeps verdicts, see `Engine`."""
    isolation: Literal["strong", "unprivileged"] | None = None
    unsafe: bool = False
    sandbox: str | None = None

    max_body: int = 16 << 20
    """Bytes of one request's body."""
    max_bodies: int = 256 << 20
    """Bytes of the bodies of all requests that are being read, wait or are graded."""
    max_batch: int = 4096
    """Samples in one request."""
    max_waiting: int = 32_768
    """Samples that wait for the engine, of all clients; more are refused with 429."""
    max_connections: int = 1024
    deadline: float = 300.0
    """Seconds from the whole request to its answer; a client may ask for less."""
    read_seconds: float = 30.0
    """Seconds that a request's head may take to come in, and its body again."""
    max_wall_seconds: float = 120.0
    """What a problem's limits may ask for, and a program of /run_code."""
    max_memory_mb: int = 4096
    error_score: float | None = None
    """What the protocols that know scores alone give for a grade `error`; None: null."""

    def __post_init__(self) -> None:
        if self.token is None and not _is_loopback(self.host):
            message = (
                f"{self.host} can be reached from other machines: listening there needs a token that clients must know "
                "(--token-file); without one, listen on 127.0.0.1"
            )
            raise InputError(message, field="host")
        if self.token is not None and (len(self.token) < _TOKEN_LEAST or not _is_a_word(self.token)):
            message = f"a token is one word of {_TOKEN_LEAST} or more ASCII characters, as `openssl rand -hex 32` makes"
            raise InputError(message, field="token")
        for name in ("max_body", "max_bodies", "max_batch", "max_waiting", "max_connections", "deadline"):
            if getattr(self, name) <= 0:
                raise InputError(f"must be more than 0, not {getattr(self, name)}", field=name)


def read_token(path: Path) -> str:
    """The token that stands in a file of its own; raises `InputError`."""
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read as a token: {error}", path=str(path)) from None


def _is_a_word(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _is_loopback(host: str) -> bool:
    """Whether every address that `host` means is this machine's own."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise InputError(f"{host!r} is no address of this machine: {error}", field="host") from None
    return bool(found) and all(ipaddress.ip_address(str(each).partition("%")[0]).is_loopback for each in found)

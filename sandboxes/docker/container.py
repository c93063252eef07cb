"""One container: starting it, handing it the guest and its configuration, making sure of its walls, ending it.

The walls are asked of the daemon, and seen to from inside: the porter says what it finds around itself, and a
container whose walls do not stand is not used.
"""

from __future__ import annotations

import json
import select
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sandboxes.guest
from sandboxes.docker.connection import Connection, ConnectionLost
from sandboxes.docker.daemon import SHARED_MEMORY, Daemon, Room, Settings
from sandboxes.guest import frames, wire
from sandboxes.local.cell import REMEDIES
from sandboxes.sandbox import Level, SandboxLost, WallMissing

_START_SECONDS = 60.0
_NICE = 19
"""Of programs: against the zygote and the porter, not against what else the machine does, as containers share it
evenly. However many processes a program makes, it is ended in time."""
_GUEST = Path(sandboxes.guest.__file__).parent
_REMEDY = "Ask whoever runs the daemon why its containers lack it"


@dataclass(frozen=True, slots=True)
class Plan:
    """What every container of a sandbox is like."""

    settings: Settings
    warm: Sequence[str]
    preload: Mapping[str, str]
    level: Level = "unprivileged"
    """What the guest raises within the container's own walls."""


class Container:
    """A container that waits for a job. Raises WallMissing or SandboxLost where it does not come up as it must."""

    def __init__(self, daemon: Daemon, plan: Plan, room: Room) -> None:
        self.room = room
        self.idle: wire.Idle | None = None
        """What the zygote said of itself when it was ready."""
        self.walls: tuple[str, ...] = ()
        self.connection: Connection | None = None
        self._daemon = daemon
        self._jobs = 0
        command = ["-s", "-X", "utf8", "-c", _text("boot")]
        self._id = daemon.create(plan.settings, command, room)
        try:
            self.connection = Connection(daemon.attach(self._id))
            daemon.start(self._id, plan.settings)
            self._come_up(self.connection, plan)
        except BaseException as failure:
            self.close()
            if isinstance(failure, ConnectionLost):
                raise SandboxLost(f"the container did not come up: {failure}") from failure
            raise

    def _come_up(self, connection: Connection, plan: Plan) -> None:
        until = time.monotonic() + _START_SECONDS
        connection.send_whole([_guest(), *_configuration(plan)], _START_SECONDS)
        while self.idle is None:
            for kind, _, body in self._next_frames(connection, until):
                if kind == frames.HELLO:
                    self.walls = _walls_seen(_object(body), plan.settings)
                elif kind == frames.BROKEN:
                    raise ConnectionLost(body.decode(errors="replace") + connection.said())
                elif kind == frames.MESSAGE and body[:1] == wire.READY:
                    self.idle = _idle(body)
                elif kind == frames.MESSAGE and body[:1] == wire.FAILED:
                    wall, why = wire.read_failed(body)
                    raise WallMissing(wall, why + connection.said(), REMEDIES.get(wall, _REMEDY))
        if not self.walls:
            raise ConnectionLost("it did not say what it is like")
        self.walls += self.idle.walls

    @staticmethod
    def _next_frames(connection: Connection, until: float) -> list[frames.Frame]:
        if not connection.wait(select.POLLIN, until):
            raise ConnectionLost(f"nothing came within {_START_SECONDS:.0f} s{connection.said()}")
        return connection.receive()

    def next_job(self) -> int:
        """The number of a new job."""
        self._jobs += 1
        return self._jobs

    def make_room(self, room: Room) -> bool:
        """Have these limits from now on; False where another container must be made for them."""
        if room == self.room:
            return True
        if room.scratch != self.room.scratch or not self._daemon.resize(self._id, room):
            return False
        self.room = room
        return True

    def close(self) -> None:
        """Kill it and all that is in it; it is gone when this returns."""
        self.forget()
        self._daemon.remove(self._id)

    def forget(self) -> None:
        """Let go of the stream and of nothing else: what a forked copy of the owner does."""
        if self.connection is not None:
            self.connection.close()


@cache
def _text(name: str) -> str:
    return (_GUEST / f"{name}.py").read_text("utf-8")


@cache
def _guest() -> bytes:
    """The guest's modules, as `boot` takes them."""
    names = sorted(path.stem for path in _GUEST.glob("*.py") if path.stem not in ("__init__", "boot"))
    sources = {"sandboxes": "", "sandboxes.guest": ""} | {f"sandboxes.guest.{name}": _text(name) for name in names}
    text = json.dumps(sources).encode()
    return len(text).to_bytes(4, "big") + text


def _configuration(plan: Plan) -> list[bytes]:
    header = {
        "namespaces": False,
        "enclosed": plan.level == "unprivileged",
        "user_namespace": False,
        "landlock_most": 0,
        "shared": [SHARED_MEMORY],
        "nice": _NICE,
        "unused_ids": 0,
        "temporary": "/tmp",
        "warm": list(plan.warm),
        "preload": list(plan.preload),
        "tools": [],
        "site": [],
        "cgroups": [],
    }
    content = wire.pack([json.dumps(header).encode(), *(text.encode() for text in plan.preload.values())])
    return [*frames.frames(frames.CONFIG, 0, content), frames.frame(frames.CONFIG, 0)]


def _idle(body: bytes) -> wire.Idle:
    try:
        return wire.read_ready(body)
    except ValueError as error:
        raise ConnectionLost(f"the zygote's first word cannot be read: {error}") from error


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise ConnectionLost(f"it sent what is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ConnectionLost("it sent what is no JSON object")
    return found


def _walls_seen(hello: dict[str, Any], settings: Settings) -> tuple[str, ...]:
    """The container's walls by name, as the porter sees them; raises WallMissing where one does not stand."""
    if hello.get("protocol") != frames.PROTOCOL:
        raise ConnectionLost(f"it speaks version {hello.get('protocol')!r}, not {frames.PROTOCOL}")
    own_kernel = settings.runtime is not None and not hello.get("seccomp")
    walls = {
        "container": hello.get("pid") == 1,
        "container: ordinary user": hello.get("user") != 0,
        "container: no capabilities": hello.get("capabilities") == 0,
        "container: no_new_privs": hello.get("no_new_privs") is True,
        "container: read-only root": hello.get("read_only_root") is True,
        "container: no network": set(hello.get("interfaces") or ()) <= {"lo"},
        f"container: runtime {settings.runtime}" if own_kernel else "container: seccomp": own_kernel
        or hello.get("seccomp") is True,
    }
    for name, stands in walls.items():
        if not stands:
            raise WallMissing(name, f"the container says of itself: {hello}", _REMEDY)
    return (*walls, *(f"container: cgroup {name}" for name in hello.get("accounts") or ()))

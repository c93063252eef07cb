"""The daemon: reaching it, what it has, and the walls that a container of ours gets.

Every container carries labels that name its owner: the machine and its boot, the process and when that began. A
container ends by itself when its standard input ends, so none should outlive its owner; where one does (the daemon was
down, or the stream is held open by a process that the owner forked), the next owner on that machine removes it.
"""

from __future__ import annotations

import contextlib
import os
import platform
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandboxes.sandbox import SandboxLost, WallMissing

IMAGE = "truegrade-sandbox"
_TIMEOUT_SECONDS = 60
_REMOVAL_SECONDS = 10.0
_LABEL = "truegrade.sandbox"
_USER = "10001:10001"
SHARED_MEMORY = "/dev/shm"
_SHARED_BYTES = 16 << 20
_OWN_PROCESSES = 16  # porter, launcher, zygote, what the zygote forks to look; the zygote counts those of the program
_OWN_MEMORY = 192 << 20
"""Bytes for them, for shared memory, and for what a program can take between two looks at what it has."""
_EXTRA = "pip install 'truegrade[docker]'"
_START = "Start one (systemctl start docker, or podman system service), or say where it is: DOCKER_HOST"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where programs run: the image, and what its containers may use of the machine.

    `runtime`: the daemon's name of another runtime than its default ("runsc" is gVisor's). `cpus`: processors that
    one container may keep busy.
    """

    image: str = IMAGE
    runtime: str | None = None
    cpus: float = 2.0


@dataclass(frozen=True, slots=True)
class Room:
    """What a container has room for, beside its own: bytes of memory and of scratch space, and processes."""

    memory: int
    scratch: int
    processes: int


def _require_listener() -> None:
    """Refuse at once where nothing listens at the daemon's socket: the package leaves its own open then."""
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not address.startswith("unix://"):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as attempt:
        try:
            attempt.connect(address.removeprefix("unix://"))
        except OSError as error:
            raise WallMissing("docker daemon", f"none answers: {error}", _START) from error


class Daemon:
    """A daemon that answers. Raises WallMissing where there is none, or the package that speaks with it is missing."""

    def __init__(self) -> None:
        try:
            import docker
        except ImportError as error:
            raise WallMissing("docker", "the package docker is not installed", _EXTRA) from error
        self._errors = docker.errors
        _require_listener()
        try:
            self._client = docker.from_env(timeout=_TIMEOUT_SECONDS)
        except docker.errors.DockerException as error:
            raise WallMissing("docker daemon", f"none answers: {error}", _START) from error
        self._api = self._client.api

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def create(self, settings: Settings, command: list[str], room: Room) -> str:
        """Create a container, not yet started; returns its id."""
        with self._failures(settings):
            made = self._api.create_container(
                settings.image,
                entrypoint=["python3"],
                command=command,
                user=_USER,
                working_dir="/",
                hostname="cell",
                stdin_open=True,
                environment={"PYTHONHASHSEED": "0"},
                labels=owner_labels(),
                host_config=self._walls(settings, room),
            )
        return str(made["Id"])

    def _walls(self, settings: Settings, room: Room) -> dict[str, Any]:
        walls: dict[str, Any] = self._api.create_host_config(
            network_mode="none",
            ipc_mode="private",
            read_only=True,
            tmpfs={"/tmp": _space(room.scratch), SHARED_MEMORY: _space(_SHARED_BYTES)},
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            mem_limit=room.memory + _OWN_MEMORY,
            memswap_limit=room.memory + _OWN_MEMORY,
            pids_limit=room.processes + _OWN_PROCESSES,
            nano_cpus=int(settings.cpus * 1e9),
            runtime=settings.runtime,
            auto_remove=True,
            log_config={"Type": "none", "Config": {}},
        )
        return walls

    def attach(self, container: str) -> Any:
        """The socket of a container's standard streams."""
        wanted = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1, "detachKeys": ""}
        with self._failures():
            return self._api.attach_socket(container, params=wanted)

    def start(self, container: str, settings: Settings) -> None:
        """Start a container."""
        with self._failures(settings):
            self._api.start(container)

    def resize(self, container: str, room: Room) -> bool:
        """Give a container's memory and processes another limit; False where the daemon cannot."""
        memory = room.memory + _OWN_MEMORY
        limits = {"Memory": memory, "MemorySwap": memory, "PidsLimit": room.processes + _OWN_PROCESSES}
        address = f"{self._api.base_url}/v{self._api.api_version}/containers/{container}/update"
        try:
            response = self._api.post(address, json=limits, timeout=_TIMEOUT_SECONDS)
            return bool(response.ok)
        except OSError:
            return False

    def remove(self, container: str) -> None:
        """Kill and remove a container; returns when it is gone, or the daemon does not answer."""
        with contextlib.suppress(OSError, self._errors.DockerException):
            try:
                self._api.remove_container(container, v=True, force=True)
            except self._errors.NotFound:
                return
            except self._errors.APIError:  # it is being removed
                self._await_removal(container)

    def _await_removal(self, container: str) -> None:
        until = time.monotonic() + _REMOVAL_SECONDS
        while time.monotonic() < until:
            try:
                self._api.inspect_container(container)
            except self._errors.NotFound:
                return
            time.sleep(0.02)

    def sweep(self) -> int:
        """Remove the containers whose owner, a process of this machine, is no more; returns how many."""
        orphans = [container for container, labels in self._labelled() if _is_orphan(labels)]
        for container in orphans:
            self.remove(container)
        return len(orphans)

    def ours(self) -> list[str]:
        """The ids of the containers of this process."""
        own = owner_labels()
        return [container for container, labels in self._labelled() if own.items() <= labels.items()]

    def _labelled(self) -> list[tuple[str, dict[str, str]]]:
        with self._failures():
            found = self._api.containers(all=True, filters={"label": f"{_LABEL}=1"})
        return [(str(each["Id"]), each.get("Labels") or {}) for each in found]

    def runtimes(self) -> tuple[str, list[str]]:
        """The daemon's name and version, and its runtimes, the default first."""
        with self._failures():
            facts = self._api.info()
            version = self._api.version()
        first = str(facts.get("DefaultRuntime") or "")
        others = sorted(name for name in facts.get("Runtimes") or {} if name != first)
        name = "podman" if "podman" in str(version.get("Components", "")).lower() else "docker"
        return f"{name} {version.get('Version', '')}", [first, *others]

    def has_image(self, image: str) -> bool:
        """Whether the daemon holds an image of this name."""
        with self._failures():
            try:
                self._api.inspect_image(image)
            except self._errors.ImageNotFound:
                return False
        return True

    @contextlib.contextmanager
    def _failures(self, settings: Settings | None = None) -> Iterator[None]:
        """What goes wrong with the daemon, in the sandbox's terms."""
        try:
            yield
        except self._errors.ImageNotFound as error:
            raise image_missing(settings.image if settings else "") from error
        except self._errors.APIError as error:
            said = str(error.explanation or error)
            if settings is not None and settings.runtime is not None and "runtime" in said:
                remedy = "Install it and name it in the daemon's configuration (`verify doctor` lists what it has)"
                raise WallMissing(f"runtime {settings.runtime}", said, remedy) from error
            raise SandboxLost(f"the daemon refused: {said}") from error
        except (OSError, self._errors.DockerException) as error:
            raise WallMissing("docker daemon", f"it does not answer: {error}", _START) from error


def _space(size: int) -> str:
    """The mount options of a place to write to; podman knows none for the number of files, which the guest counts."""
    return f"rw,noexec,nosuid,nodev,mode=1777,size={size}"


def image_missing(image: str) -> WallMissing:
    """That the daemon has no such image."""
    remedy = (
        f"In the project's checkout: docker build --target sandbox -t {IMAGE} ."
        if image == IMAGE
        else f"docker pull {image}"
    )
    return WallMissing("docker image", f"the daemon has no image {image!r}", remedy)


def owner_labels() -> dict[str, str]:
    """The labels that say that a container is this process'."""
    machine, boot = _machine()
    owner = os.getpid()
    return {
        _LABEL: "1",
        f"{_LABEL}.machine": machine,
        f"{_LABEL}.boot": boot,
        f"{_LABEL}.owner": str(owner),
        f"{_LABEL}.since": _since(owner),
    }


def _machine() -> tuple[str, str]:
    """What tells this machine, or this container of it, from others; and this boot of it."""
    machine, boot = platform.node(), ""
    with contextlib.suppress(OSError):
        machine += "/" + str(Path("/proc/self/ns/pid").readlink())
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return machine, boot


def _since(pid: int) -> str:
    """When a process began; "" where there is none."""
    import psutil

    try:
        return f"{psutil.Process(pid).create_time():.2f}"
    except psutil.Error:
        return ""


def _is_orphan(labels: dict[str, str]) -> bool:
    machine, boot = _machine()
    if labels.get(f"{_LABEL}.machine") != machine:
        return False
    owner = labels.get(f"{_LABEL}.owner", "")
    if not owner.isdecimal():
        return False
    return labels.get(f"{_LABEL}.boot") != boot or labels.get(f"{_LABEL}.since") != _since(int(owner))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the docker sandbox needs: whether it is there, what was seen, what to do where it is missing."""

    name: str
    available: bool
    detail: str = ""
    remedy: str = ""


def look(image: str = IMAGE) -> list[Finding]:
    """What there is of what the docker sandbox needs: the daemon, its runtimes, the image."""
    try:
        daemon = Daemon()
    except WallMissing as missing:
        return [Finding(missing.wall, False, missing.why, missing.remedy)]
    try:
        name, runtimes = daemon.runtimes()
        found = [Finding("docker daemon", True, name), Finding("runtimes", True, ", ".join(filter(None, runtimes)))]
        absent = image_missing(image)
        there = daemon.has_image(image)
        found.append(Finding(f"image {image}", there, "" if there else absent.why, "" if there else absent.remedy))
        return found
    except WallMissing as missing:
        return [Finding(missing.wall, False, missing.why, missing.remedy)]
    finally:
        daemon.close()

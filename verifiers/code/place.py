"""Where programs run: behind this machine's own walls, or in a daemon's containers.

A place is written ``local``, ``docker`` or ``docker:IMAGE``. Who says nothing gets what TRUEGRADE_SANDBOX says, and
``local`` where it says nothing either. TRUEGRADE_DOCKER_RUNTIME names another runtime than the daemon's default.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandboxes import Level, Sandbox
from verifiers.errors import InputError

VARIABLE = "TRUEGRADE_SANDBOX"
RUNTIME_VARIABLE = "TRUEGRADE_DOCKER_RUNTIME"
_RIGHT = "local, docker or docker:IMAGE"


@dataclass(frozen=True, slots=True)
class Place:
    """`docker`: in containers; of `image`, or of the usual one."""

    docker: bool = False
    image: str | None = None


def place_named(text: str) -> Place:
    """The place that a text names; raises `InputError`."""
    kind, colon, image = text.partition(":")
    if kind == "local" and not colon:
        return Place()
    if kind == "docker" and bool(colon) == bool(image.strip()):
        return Place(True, image.strip() or None)
    raise InputError(f"a sandbox is {_RIGHT}, not {text!r}", field="sandbox")


_chosen: Place | None = None


def run_in(text: str) -> None:
    """From now on programs of this process run in the place that `text` names; raises `InputError`."""
    global _chosen
    _chosen = place_named(text)


def chosen() -> Place:
    """Where programs of this process run; raises `InputError` for a variable that names no place."""
    return _chosen or place_named(os.environ.get(VARIABLE) or "local")


def new_sandbox(
    preload: Mapping[str, str],
    *,
    packages: Sequence[str] = (),
    warm: Sequence[str] = (),
    unsafe: bool,
    level: Level | None,
) -> Sandbox:
    """A sandbox in the chosen place, of this level if one is named.

    `preload`: modules for its interpreter; `packages`: those of this interpreter that are shown to it (a container has
    its own); `warm`: what it imports beforehand besides the usual.
    """
    from sandboxes.local import USUAL_MODULES

    where = chosen()
    if where.docker:
        from sandboxes.docker import IMAGE, DockerSandbox, Settings

        settings = Settings(where.image or IMAGE, runtime=os.environ.get(RUNTIME_VARIABLE) or None)
        return DockerSandbox(settings, preload=preload, warm=(*USUAL_MODULES, *warm), unsafe=unsafe, level=level)
    from sandboxes.local import LocalSandbox

    modules = (*USUAL_MODULES, *warm)
    return LocalSandbox(preload=preload, warm=modules, site=_site(packages), unsafe=unsafe, level=level)


def _site(packages: Sequence[str]) -> tuple[str, ...]:
    """The folders of this interpreter's `packages`, those it has: programs or tests may import what stands there."""
    specs = (importlib.util.find_spec(package) for package in packages)
    folders = (str(Path(spec.origin).parents[1]) for spec in specs if spec is not None and spec.origin)
    return tuple(dict.fromkeys(folders))

"""Where programs run is said in one word, and a word that names no place is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from verifiers import Engine
from verifiers.code import place as place_module
from verifiers.code.place import Place, chosen, place_named, run_in
from verifiers.errors import InputError

ROOT = Path(__file__).resolve().parents[2]

PLACES = [
    ("local", Place()),
    ("docker", Place(docker=True)),
    ("docker:mine", Place(docker=True, image="mine")),
    ("docker:host:5000/mine@sha256:0", Place(docker=True, image="host:5000/mine@sha256:0")),
]


@pytest.mark.parametrize(("text", "found"), PLACES, ids=[row[0] for row in PLACES])
def test_a_place_is_read(text: str, found: Place) -> None:
    assert place_named(text) == found


@pytest.mark.parametrize("text", ["", "docker:", "docker: ", "local:x", "podman", "Docker"])
def test_what_names_no_place_is_refused_with_what_does(text: str) -> None:
    with pytest.raises(InputError, match="docker:IMAGE"):
        place_named(text)
    with pytest.raises(InputError, match="docker:IMAGE"):
        Engine(1, sandbox=text or "nowhere")


def test_an_image_goes_with_docker() -> None:
    with pytest.raises(InputError, match="goes with"):
        Engine(1, image="mine")
    Engine(1, sandbox="docker", image="mine").close()


def test_what_is_said_comes_before_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place_module, "_chosen", None)
    monkeypatch.delenv(place_module.VARIABLE, raising=False)
    assert chosen() == Place()
    monkeypatch.setenv(place_module.VARIABLE, "docker:x")
    assert chosen() == Place(docker=True, image="x")
    run_in("local")
    assert chosen() == Place()


def test_everything_is_imported_on_another_system_and_without_the_extra() -> None:
    """The system is another one before anything of ours is imported; the package docker cannot be."""
    text = (
        "import sys, psutil, pydantic, rich.console, rich.progress, sysconfig, typer\n"
        "sysconfig.get_config_vars()\n"
        "sys.platform = 'darwin'; sys.modules['docker'] = None\n"
        "import sandboxes.docker, sandboxes.local, verifiers.cli.doctor, verifiers.code\n"
        "assert 'sandboxes.guest.syscalls' not in sys.modules\n"
        "from sandboxes import WallMissing\n"
        "for made in (sandboxes.local.LocalSandbox, sandboxes.docker.DockerSandbox):\n"
        "    try: made()\n"
        "    except WallMissing as missing: print(missing.remedy)\n"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, cwd=ROOT, check=False)
    assert done.stderr == b""
    assert done.stdout.decode().splitlines() == ["Use the docker sandbox here", "pip install 'truegrade[docker]'"]

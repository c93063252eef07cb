"""Podman's service speaks the same language: the sandbox stands there too, with the same walls."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandboxes import Job, Limits
from sandboxes.docker import IMAGE, DockerSandbox, look
from tests.sandboxes.docker.test_lifetime import becomes


@pytest.fixture(scope="module")
def podman(sandbox: DockerSandbox) -> Iterator[str]:
    """The address of a podman service of our own, which has the image of the docker daemon."""
    program = shutil.which("podman")
    if program is None or os.getuid() != 0:
        pytest.skip("podman is not installed, or we are not root")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        place = Path(folder)
        address = f"unix://{place / 'podman.sock'}"
        stores = ["--root", str(place / "root"), "--runroot", str(place / "run"), "--cgroup-manager", "cgroupfs"]
        if shutil.which("runc"):
            stores += ["--runtime", "runc"]  # crun knows no machine with control groups of both versions
        command = [program, *stores, "--events-backend", "file", "system", "service", "--time", "0", address]
        settings = place / "containers.conf"  # podman's own limits may be more than this machine lets it give
        settings.write_text('[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=8192:8192"]\n')
        environment = {**os.environ, "CONTAINERS_CONF": str(settings)}
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as service:
            try:
                if not becomes(lambda: _answers(place / "podman.sock")):
                    pytest.skip("podman's service did not come up")
                _copy_image(address)
                yield address
            finally:
                service.terminate()
                service.wait()
                subprocess.run([program, *stores, "system", "reset", "--force"], capture_output=True, check=False)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as attempt:
        return attempt.connect_ex(str(path)) == 0


def _copy_image(address: str) -> None:
    import docker

    source, sink = docker.from_env(), docker.DockerClient(address, timeout=120)
    try:
        sink.images.load(b"".join(source.images.get(IMAGE).save(named=True)))
    finally:
        source.close()
        sink.close()


def test_programs_run_in_podmans_containers(podman: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", podman)
    assert {each.name: each.available for each in look()}[f"image {IMAGE}"]
    with DockerSandbox() as made:
        assert made.isolation.level == "unprivileged"
        assert {"container: no network", "container: read-only root", "container: seccomp"} <= {*made.isolation.walls}
        assert made.run(Job("print(input())", stdin=b"\x10\x11 hello")).stdout == b"\x10\x11 hello\n"
        assert made.run(Job("while True: pass", limits=Limits(wall_seconds=0.3))).status == "wall_limit"
        assert made.run(Job("print(1)", limits=Limits(memory_mb=700))).stdout == b"1\n"
        assert made.run(Job("import os\nos.kill(os.getppid(), 9)")).exit_code == 1
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                running = made.start(
                    Job("import socket\ns = socket.socket(fileno=3)\ns.sendall(s.recv(9)[::-1])"), theirs
                )
            ours.sendall(b"abc")
            assert ours.recv(9) == b"cba"
        assert running.wait().exit_code == 0
    with DockerSandbox() as other:
        assert len(other._daemon.ours()) == 1

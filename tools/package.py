"""Builds the distributions and tries them as a stranger would.

The sdist is made from the checkout, the wheel from the sdist, so that the sdist is known to be complete. The wheel is
installed with its own dependencies, at the versions of requirements/run.lock, into an empty environment; there, outside
the checkout, its commands are run. Needs the package index for the last part; `--build-only` leaves it out.

Usage: python -m tools.package [--build-only] [OUT]    (OUT: dist, unless stated)
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("verifiers", "sandboxes")


def build(out: Path) -> tuple[Path, Path]:
    """Make sdist and wheel in `out`; returns their paths. Fails where either lacks something."""
    out.mkdir(parents=True, exist_ok=True)
    sdist = _hatch(ROOT, out, "sdist")
    with tempfile.TemporaryDirectory() as place:
        with tarfile.open(sdist) as packed:
            if hasattr(tarfile, "data_filter"):  # since 3.11.4
                packed.extractall(place, filter="data")
            else:
                packed.extractall(place)  # our own, made above
        (source,) = Path(place).iterdir()
        wheel = _hatch(source, out, "wheel")
    check(wheel)
    return sdist, wheel


def check(wheel: Path) -> None:
    """Raises `SystemExit` unless the wheel holds every file of the packages, their licence, and nothing else."""
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if not name.endswith("/")}
    wanted = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    info = {name for name in names if name.split("/")[0].endswith(".dist-info")}
    for fault, files in (("lacks", wanted - names), ("should not hold", names - wanted - info)):
        if files:
            raise SystemExit(f"{wheel.name} {fault} {', '.join(sorted(files)[:10])}")
    kept = {name.rsplit("/", 1)[-1] for name in info}
    if missing := {"METADATA", "LICENSE", "entry_points.txt"} - kept:
        raise SystemExit(f"{wheel.name} lacks {', '.join(sorted(missing))}")


def try_out(wheel: Path) -> None:
    """Install the wheel into an empty environment and use it; raises `CalledProcessError` where something fails."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / "bin" / "python"
        pins = re.findall(
            r"^[\w.-]+==\S+(?: ; [^\\\n]+)?", (ROOT / "requirements" / "run.lock").read_text(), re.MULTILINE
        )
        (folder / "pins.txt").write_text("\n".join(pins) + "\n")
        install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--constraint", "pins.txt")
        _run(folder, python, *install, wheel)
        _run(folder, python, "-m", "pip", "check")
        verify = python.with_name("verify")
        _run(folder, verify, "--version")
        _run(folder, python, "-m", "verifiers", "--help")
        _run(folder, verify, "math", "--reference", "1/2", "--response", r"\boxed{0.5}")
        _run(folder, verify, "demo", "--samples", "8", "--out", "demo")
        _run(folder, python, "-c", "import verifiers; assert 'site-packages' in verifiers.__file__, verifiers.__file__")


def _hatch(source: Path, out: Path, target: str) -> Path:
    before = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    _run(source, sys.executable, "-m", "hatchling", "build", "-t", target, "-d", out.resolve())
    (made,) = (
        path for path in out.iterdir() if before.get(path) != path.stat().st_mtime_ns and path.name != ".gitignore"
    )
    return made


def _run(folder: Path, *words: object) -> None:
    print("+", *words, flush=True)
    subprocess.run([str(word) for word in words], cwd=folder, check=True)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="tools.package", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / "dist")
    parser.add_argument("--build-only", action="store_true", help="do not install and try the wheel")
    asked = parser.parse_args()
    sdist, wheel = build(asked.out)
    if not asked.build_only:
        try_out(wheel)
    for path in (sdist, wheel):
        print(f"{path} ({path.stat().st_size / 1024:.0f} KB)")


if __name__ == "__main__":
    main()

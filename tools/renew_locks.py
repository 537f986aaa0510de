"""Renew the lock files: install each set of ranges into a fresh environment and write down what came."""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = {
    "requirements.lock": "# What runs Tidewaiter, pinned. Renew with `make lock`.\n",
    "requirements-dev.lock": "# What runs, tests and checks Tidewaiter, pinned. Renew with `make lock`.\n",
}


def main() -> None:
    """Write both lock files from the ranges in ``pyproject.toml``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    running = [*project["dependencies"], *extras["service"]]
    write_lock("requirements.lock", running)
    write_lock("requirements-dev.lock", [*running, *extras["telemetry"], *extras["dev"]])


def write_lock(name: str, ranges: list[str]) -> None:
    """Resolve ``ranges`` in an environment of their own."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        _run(sys.executable, "-m", "venv", folder)
        _run(str(python), "-m", "pip", "install", "--quiet", *ranges)
        pinned = _run(str(python), "-m", "pip", "freeze", "--all", "--exclude", "pip", "--exclude", "setuptools")
    (ROOT / name).write_text(HEAD[name] + pinned)
    print(f"{name}: {len(pinned.splitlines())} packages")


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout  # noqa: S603 - fixed words


if __name__ == "__main__":
    main()

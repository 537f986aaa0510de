"""Use case: a backup of an installation, and its way back; compared whole before it takes anybody's place."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tidewaiter import __version__
from tidewaiter.model.errors import BackupRefused, WrongUse
from tidewaiter.service.database import for_one_act
from tidewaiter.service.serving import is_serving
from tidewaiter.service.settings import home_folder, settings
from tidewaiter.store import backup as store
from tidewaiter.store.postgres import Database
from tidewaiter.store.postgres.place import PASSWORDS, SECRETS
from tidewaiter.store.postgres.roles import prepared
from tidewaiter.store.postgres.server import keeper_address
from tidewaiter.store.sealing import NAME

MANIFEST: Final = "manifest.json"
DUMP: Final = "database.dump"
FILES: Final = "home"
LEFT_OUT: Final = frozenset({"database", "serve.pid"})
"""What of a home folder is not copied: the server's own files, whose content the dump holds, and what only runs now."""
VAULT: Final = f"{SECRETS}/{NAME}"
"""The key that opens bodies of messages; whoever finds a backup without it reads no person in them."""
STAGED: Final = ".restored_"
PIECE: Final = 1 << 20
Manifest = dict[str, Any]


def backup(to: Path, home: Path | None = None, moment: datetime | None = None, *, with_keys: bool = False) -> Manifest:
    """Write database and files of the home folder into the new folder ``to``; visible when complete, or not at all.

    The vault's key goes along only ``with_keys``; the manifest says whether it did, and which key it is.

    The database comes first: a file that it names was written before the row that names it.
    """
    where = home or home_folder()
    if to.exists():
        raise WrongUse(f"{to} is there already; a backup is a new folder.")
    with for_one_act(where) as found:
        return _written(to, where, found.owner, moment or datetime.now(UTC), with_keys=with_keys)


def _written(to: Path, where: Path, owner: str, moment: datetime, *, with_keys: bool) -> Manifest:
    part = to.with_name(f"{to.name}.{os.getpid()}.part")
    part.mkdir(mode=0o700, parents=True)
    try:
        dumped = store.dump(owner, part / DUMP, settings().path("TIDEWAITER_POSTGRES_BINARIES"))
        _copy(where, part / FILES)
        if not with_keys:
            (part / FILES / VAULT).unlink(missing_ok=True)
        told: Manifest = {
            "made_at": moment.isoformat(),
            "edition": __version__,
            "server": dumped.major,
            "tables": dumped.tables,
            "has_vault_key": (part / FILES / VAULT).exists(),
            "vault_key": _key_hash(where),
            "files": {name: _hash(part / name) for name in _names(part)},
        }
        (part / MANIFEST).write_text(json.dumps(told, indent=2), encoding="utf-8")
        for name in [MANIFEST, *told["files"]]:
            _sync(part / name)
        part.rename(to)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return told


def restore(source: Path, *, replace: bool = False, home: Path | None = None) -> Manifest:
    """Put a backup into the place of the database under ``home``; what was there is kept under the name given back."""
    where = home or home_folder()
    if is_serving(where):
        raise WrongUse("The service of this home folder runs. Stop it first: tidewaiter serve --stop")
    told = checked(source)
    if not told.get("has_vault_key", True) and told["vault_key"] not in {None, _key_hash(where)}:
        raise BackupRefused(
            f"Bodies of messages in this backup open by a key that is neither in it nor in this home folder. Put the "
            f"{VAULT} of the installation that was backed up into {where}."
        )
    with for_one_act(where) as found:
        return _restored(source, told, found, where, replace=replace)


def _restored(source: Path, told: Manifest, found: Database, where: Path, *, replace: bool) -> Manifest:
    if not replace and not store.is_empty(found.owner):
        raise WrongUse("The database holds something. Name --replace to put the backup in its place; it is kept aside.")
    keeper = settings().text("TIDEWAITER_DATABASE_URL") or keeper_address(where)
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    beside, kept = f"{found.name}_restored_{stamp}", f"{found.name}_before_{stamp}"
    staged = where / f"{STAGED}{stamp}"
    try:
        _make(keeper, beside, where)
        programs = settings().path("TIDEWAITER_POSTGRES_BINARIES")
        _compare(told["tables"], store.load(keeper, found.owner, beside, source / DUMP, programs))
        _stage(source / FILES, staged)
        store.put_in_place(keeper, found.name, beside, kept)
    except BaseException:
        _drop(keeper, beside)
        shutil.rmtree(staged, ignore_errors=True)
        raise
    _bring(staged, where)
    return {**told, "kept": kept}


def checked(source: Path) -> Manifest:
    """The manifest of a backup whose every file is as it was written; ``BackupRefused`` names the first that is not."""
    try:
        told: Manifest = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
        files: Mapping[str, str] = told["files"]
    except (OSError, ValueError, KeyError) as fault:
        raise BackupRefused(f"{source} is no backup, or an incomplete one: its {MANIFEST} cannot be read.") from fault
    for name, digest in files.items():
        if not (source / name).is_file():
            raise BackupRefused(f"The backup lacks {name}. Nothing was restored.")
        if _hash(source / name) != digest:
            raise BackupRefused(f"{name} is not as it was written: the backup is damaged. Nothing was restored.")
    return told


def _compare(wanted: store.Tables, found: store.Tables) -> None:
    for table in sorted(wanted.keys() | found.keys()):
        if wanted.get(table) != found.get(table):
            raise BackupRefused(
                f"The table {table} did not come back as it was: {found.get(table)}. Nothing was restored."
            )


def _make(keeper: str, name: str, home: Path) -> None:
    with psycopg.connect(make_conninfo(keeper, dbname="postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
    prepared(make_conninfo(keeper, dbname=name), home / SECRETS / PASSWORDS, "embedded")


def _drop(keeper: str, name: str) -> None:
    with psycopg.connect(make_conninfo(keeper, dbname="postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _names(folder: Path) -> Iterator[str]:
    yield from sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _copy(home: Path, to: Path) -> None:
    """Copy the home folder; passwords of roles stay: they belong to a server, not to what it holds."""
    to.mkdir(mode=0o700)
    for part in sorted(home.iterdir()):
        if part.name in LEFT_OUT or part.name.startswith(STAGED):
            continue
        if part.is_dir():
            shutil.copytree(part, to / part.name, symlinks=True, ignore=shutil.ignore_patterns(PASSWORDS))
        else:
            shutil.copy2(part, to / part.name)


def _stage(source: Path, beside: Path) -> None:
    """Copy the files of a backup into the home's own disk, where they can be moved to their places without room."""
    for name in _names(source):
        target = beside / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(source / name, target)
        _sync(target)


def _bring(staged: Path, home: Path) -> None:
    """Move files into the home folder once the database has taken its place; each is whole or not there."""
    for name in _names(staged):
        target = home / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (staged / name).rename(target)
    shutil.rmtree(staged, ignore_errors=True)
    if (home / SECRETS).is_dir():
        (home / SECRETS).chmod(0o700)


def _key_hash(home: Path) -> str | None:
    """By which a key is known again; of 256 bits that were drawn a hash tells nothing."""
    return _hash(home / VAULT) if (home / VAULT).exists() else None


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())

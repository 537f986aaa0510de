"""Use case: the signed log: verified, exported, proven row by row, cosigned, its key changed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg

from tidewaiter.model.errors import DatabaseFault, WrongUse
from tidewaiter.model.note import Checkpoint
from tidewaiter.service.database import for_one_act
from tidewaiter.service.settings import home_folder
from tidewaiter.store.locks import KEEPER
from tidewaiter.store.log.export import export as write_export
from tidewaiter.store.log.keeper import Keeper
from tidewaiter.store.log.keys import make_signer, read_signer
from tidewaiter.store.log.live import verify_database
from tidewaiter.store.log.opening import change_key as append_change
from tidewaiter.store.log.opening import take_key
from tidewaiter.store.log.proofs import proof_of_entry, proof_of_row
from tidewaiter.store.log.witness import cosign
from tidewaiter.store.verify.log import verify as verify_folder
from tidewaiter.store.verify.report import Report

LOG: Final = "log"
KEYS: Final = "keys"


def log_folder() -> Path:
    """Checkpoints, tiles and batch files of this installation: plain files that anybody may be given."""
    return home_folder() / LOG


def keys_folder() -> Path:
    """Where the key of the log lies; nobody else is given it."""
    return home_folder() / KEYS


def verify(path: Path | None, key: str | None, seen: Sequence[Path], witness: str | None) -> Report:
    """Check the log of this installation, or what ``path`` names: an exported log, or a proof."""
    for file in (*seen, *([path] if path else ())):
        if not file.exists():
            raise WrongUse(f"{file} is not there.")
    if path is not None:
        return verify_folder(path, key, seen, witness)
    with _as_auditor() as connection:
        return verify_database(connection, log_folder(), datetime.now(UTC), key, seen, witness)


def export(to: Path) -> int:
    """Write the log into a new folder with the program that proves it; gives how many entries it holds."""
    with _as_auditor() as connection:
        return write_export(connection, log_folder(), to)


def proof(entry: int | None, batch: str | None, row: int | None) -> str:
    """The proof of an entry, or of a row of a batch."""
    if (entry is None) == (batch is None) or (batch is None) != (row is None):
        raise WrongUse("Name what is to be proven: --entry N, or --batch ID with --row N.")
    with _as_auditor() as connection:
        if entry is not None:
            return proof_of_entry(connection, log_folder(), entry)
        return proof_of_row(connection, log_folder(), batch or "", row or 0)


def sign() -> None:
    """Seal events and sign a checkpoint now, where no service runs that does so."""
    with for_one_act() as found, _connected(found.owner, is_automatic=True) as connection:
        keeper = Keeper(connection, log_folder(), keys_folder())
        if not keeper.hold():
            raise WrongUse("The service runs and signs by itself, at least every ten seconds where the log grew.")
        keeper.turn(datetime.now(UTC), is_last=True)


def change_key() -> str:
    """Give the log a new key by an entry that both sign; gives the new public key."""
    with for_one_act() as found, _connected(found.owner, is_automatic=True) as connection:
        if not Keeper(connection, log_folder(), keys_folder()).hold():
            raise WrongUse("The service signs while it runs. Stop it first: tidewaiter serve --stop")
        with connection.transaction():
            signer = append_change(connection, keys_folder(), datetime.now(UTC))
        take_key(keys_folder())
        connection.execute("select pg_advisory_unlock(%s)", [KEEPER])
    return str(signer.key)


def witness(folder: Path, key: str, seen: Path, own_key: Path, name: str) -> tuple[Checkpoint, str]:
    """Cosign the newest checkpoint of a log's folder; gives it with the public key of the witness, made if need be."""
    signer = read_signer(own_key, name) if own_key.exists() else make_signer(own_key, name)
    told = cosign(folder, key, seen, signer, int(datetime.now(UTC).timestamp()))
    return told, str(signer.as_witness().key)


@contextmanager
def _as_auditor() -> Iterator[psycopg.Connection]:
    """One transaction that sees the database as it is at its first question."""
    with for_one_act() as found, _connected(found.audit, is_automatic=False) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection


@contextmanager
def _connected(address: str, *, is_automatic: bool) -> Iterator[psycopg.Connection]:
    """A connection; a database without the log's tables is told plainly."""
    try:
        with psycopg.connect(address, autocommit=is_automatic) as connection:
            yield connection
    except psycopg.errors.UndefinedTable as fault:
        raise DatabaseFault(
            "The database does not hold a log yet. Bring its schema here: tidewaiter db migrate"
        ) from fault

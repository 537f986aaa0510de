"""A backup comes back row for row, or not at all."""

import fcntl
import json
import random
from contextlib import nullcontext

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tidewaiter.model.errors import BackupRefused, WrongUse
from tidewaiter.service import backup as service
from tidewaiter.store import backup as store
from tidewaiter.store.postgres import Database

ROWS = 2_000


@pytest.fixture
def filled(database):
    """Awkward values in a table under row-level security, and a table of none."""
    with psycopg.connect(database.owner) as owner:
        owner.execute("create table odd (number bigint, text text, bytes bytea, moment timestamptz, real float8)")
        owner.execute("create table none (number int)")
        owner.execute("alter table odd enable row level security")
        with owner.cursor().copy("copy odd from stdin") as rows:
            for number in range(ROWS):
                text = None if number % 7 == 0 else f"tab\t line\n 'é' \\ {number}"
                rows.write_row((number, text, b"\0\xff", "2026-10-20T12:00:00.000001Z", 0.1 * number))
    return database


@pytest.fixture
def home(filled, tmp_path, monkeypatch):
    """A home whose service works in the filled database, with a key and a shelf."""
    folder = tmp_path / "home"
    (folder / "secrets").mkdir(parents=True)
    (folder / "secrets" / "service.key").write_text("key")
    (folder / "shelf.parquet").write_bytes(b"PAR1")
    monkeypatch.setattr(service, "for_one_act", lambda _home: nullcontext(filled))
    return folder


def _hashes(database):
    with psycopg.connect(database.owner) as owner:
        return store.hashes(owner)


def _changed(path):
    data = bytearray(path.read_bytes())
    data[random.Random(1).randrange(len(data))] ^= 1
    path.write_bytes(bytes(data))


@pytest.fixture
def restored(filled, home, tmp_path, store_server, monkeypatch):
    """Restores a folder over the database; gives what came of it."""
    keeper = store_server.keeper
    monkeypatch.setattr(service, "keeper_address", lambda _home: keeper)
    monkeypatch.setattr(service, "PASSWORDS", store_server.passwords.name)
    monkeypatch.setattr(service, "SECRETS", str(store_server.passwords.parent))
    made = []

    def restore(folder, **words):
        told = service.restore(folder, home=home, **words)
        made.append(told["kept"])
        return told

    yield restore
    for name in made:
        store_server.drop(name)


def test_what_was_wiped_comes_back_row_for_row(filled, home, tmp_path, restored):
    before = _hashes(filled)
    service.backup(tmp_path / "kept", home)
    with psycopg.connect(filled.owner) as owner:
        owner.execute("delete from odd")
        owner.execute("drop table none")

    restored(tmp_path / "kept", replace=True)

    assert _hashes(filled) == before
    assert before["odd"]["rows"] == ROWS
    with psycopg.connect(filled.app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("select * from odd")


def test_files_of_the_home_folder_come_back(home, tmp_path, restored):
    service.backup(tmp_path / "kept", home)
    (home / "shelf.parquet").write_bytes(b"lost")

    restored(tmp_path / "kept", replace=True)

    assert (home / "shelf.parquet").read_bytes() == b"PAR1"


def test_the_key_of_the_vault_stays_out_and_the_home_must_have_it(home, tmp_path, restored):
    key = home / "secrets" / "vault.key"
    key.write_bytes(b"k" * 32)
    told = service.backup(tmp_path / "kept", home)
    assert (told["has_vault_key"], "home/secrets/vault.key" in told["files"]) == (False, False)
    assert not (tmp_path / "kept" / "home" / "secrets" / "vault.key").exists()

    for other in (b"x" * 32, None):
        key.unlink() if other is None else key.write_bytes(other)
        with pytest.raises(BackupRefused, match=r"secrets/vault\.key"):
            restored(tmp_path / "kept", replace=True)
        assert key.exists() is (other is not None)
    key.write_bytes(b"k" * 32)
    restored(tmp_path / "kept", replace=True)
    assert key.read_bytes() == b"k" * 32


def test_with_its_key_a_backup_brings_it(home, tmp_path, restored):
    key = home / "secrets" / "vault.key"
    key.write_bytes(b"k" * 32)
    told = service.backup(tmp_path / "kept", home, with_keys=True)
    key.unlink()
    restored(tmp_path / "kept", replace=True)
    assert (told["has_vault_key"], key.read_bytes()) == (True, b"k" * 32)


def test_a_database_that_holds_something_is_not_replaced_unasked(filled, home, tmp_path, restored):
    service.backup(tmp_path / "kept", home)

    with pytest.raises(WrongUse, match="--replace"):
        restored(tmp_path / "kept")


def test_a_folder_that_is_there_is_no_place_for_a_backup(home, tmp_path):
    with pytest.raises(WrongUse, match="is there already"):
        service.backup(tmp_path, home)


@pytest.mark.parametrize("name", ["database.dump", "home/shelf.parquet"])
def test_a_damaged_backup_is_refused_by_the_name_of_its_file(filled, home, tmp_path, restored, name):
    service.backup(tmp_path / "kept", home)
    before = _hashes(filled)
    _changed(tmp_path / "kept" / name)

    with pytest.raises(BackupRefused, match=name):
        restored(tmp_path / "kept", replace=True)

    assert _hashes(filled) == before


def test_a_backup_without_its_manifest_or_a_file_is_refused(home, tmp_path):
    service.backup(tmp_path / "kept", home)
    (tmp_path / "kept" / "home" / "shelf.parquet").unlink()

    with pytest.raises(BackupRefused, match="lacks home/shelf"):
        service.checked(tmp_path / "kept")
    (tmp_path / "kept" / "manifest.json").unlink()
    with pytest.raises(BackupRefused, match="is no backup"):
        service.checked(tmp_path / "kept")


def test_rows_that_came_back_otherwise_are_named_and_nothing_takes_their_place(filled, home, tmp_path, restored):
    service.backup(tmp_path / "kept", home)
    manifest = tmp_path / "kept" / "manifest.json"
    told = json.loads(manifest.read_text())
    told["tables"]["odd"]["sha256"] = "0" * 64
    manifest.write_text(json.dumps(told))

    with pytest.raises(BackupRefused, match="The table odd"):
        restored(tmp_path / "kept", replace=True)


def test_one_changed_value_changes_the_hash_of_its_table(filled):
    before = _hashes(filled)
    with psycopg.connect(filled.owner) as owner:
        owner.execute("update odd set real = real + 1e-12 where number = 1999")

    after = _hashes(filled)

    assert {name for name in before if before[name] != after[name]} == {"odd"}


def test_the_password_of_a_dump_is_no_word_of_a_command(filled, tmp_path, monkeypatch):
    ran = []
    real = store.subprocess.run
    monkeypatch.setattr(store.subprocess, "run", lambda command, **rest: ran.append(command) or real(command, **rest))

    store.dump(filled.owner, tmp_path / "dump")

    assert conninfo_to_dict(filled.owner)["password"] not in " ".join(map(str, ran[-1]))
    assert isinstance(filled, Database)


def test_files_stay_as_they_are_where_the_database_cannot_take_its_place(home, tmp_path, restored, monkeypatch):
    service.backup(tmp_path / "kept", home)
    (home / "shelf.parquet").write_bytes(b"newer")

    def refuse(*_words):
        raise psycopg.OperationalError

    monkeypatch.setattr(store, "put_in_place", refuse)

    with pytest.raises(psycopg.OperationalError):
        restored(tmp_path / "kept", replace=True)
    assert (home / "shelf.parquet").read_bytes() == b"newer"
    assert sorted(path.name for path in home.iterdir()) == ["secrets", "shelf.parquet"]


def test_a_database_that_could_not_be_prepared_is_not_left_behind(home, tmp_path, restored, store_server, monkeypatch):
    service.backup(tmp_path / "kept", home)

    def refuse(*_words):
        raise psycopg.OperationalError

    monkeypatch.setattr(service, "prepared", refuse)

    with pytest.raises(psycopg.OperationalError):
        restored(tmp_path / "kept", replace=True)
    with psycopg.connect(store_server.keeper) as keeper:
        assert keeper.execute("select count(*) from pg_database where datname like '%restored%'").fetchone() == (0,)


def test_nothing_is_restored_under_a_service_that_runs(home, tmp_path, restored):
    service.backup(tmp_path / "kept", home)
    with (home / "serve.pid").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(WrongUse, match="serve --stop"):
            restored(tmp_path / "kept", replace=True)

"""A server of our own: started once however many ask, found dead however it died, nothing committed lost."""

import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time

import psycopg
import pytest

from tests.builders_database import removed
from tidewaiter.model.errors import DatabaseFault, WrongUse
from tidewaiter.service.database import for_one_act
from tidewaiter.store.postgres import Options, is_running, running, status, stop
from tidewaiter.store.postgres.account import server_account
from tidewaiter.store.postgres.binaries import binaries, tools_for
from tidewaiter.store.postgres.place import Place, place_of, socket_folder
from tidewaiter.store.postgres.process import PID_FILE, clear_stale, postmaster
from tidewaiter.store.postgres.server import keeper_address

READY_S = 10
START = (
    "import sys; from pathlib import Path; from tidewaiter.store.postgres import running; running(Path(sys.argv[1]))"
)

pytestmark = pytest.mark.usefixtures("own_server")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home whose server keeps every promise about the disk."""
    folder = tmp_path_factory.mktemp("durable") / "home"
    running(folder)
    yield folder
    removed(folder)


def _data(home):
    return place_of(home, server_account()).data


def _kill(home):
    os.kill(postmaster(_data(home)).pid, signal.SIGKILL)


def test_asking_again_gives_the_same_server_and_the_same_addresses(home):
    before = running(home), status(home).pid

    again = running(home), status(home).pid

    assert again == before
    assert status(home).answers


def test_a_server_that_dies_between_its_answer_and_the_next_question_is_told_as_such(home, monkeypatch):
    def dies(*_):
        _kill(home)
        raise psycopg.OperationalError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr("tidewaiter.store.postgres.server.prepared", dies)
        with pytest.raises(DatabaseFault, match="went away"):
            running(home)

    assert running(home).app
    assert status(home).answers


def test_two_who_ask_at_once_get_one_server(tmp_path):
    both = [subprocess.Popen([sys.executable, "-c", START, tmp_path / "home"]) for _ in range(2)]

    assert [process.wait(120) for process in both] == [0, 0]
    assert status(tmp_path / "home").answers
    assert stop(tmp_path / "home")
    assert not stop(tmp_path / "home")
    removed(tmp_path / "home")


def test_data_and_passwords_are_closed_to_others(home):
    place = place_of(home, server_account())

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (place.root, place.data, place.passwords.parent)]

    assert modes == [0o700] * 3
    assert stat.S_IMODE(place.passwords.stat().st_mode) == 0o600


def test_the_server_does_not_run_as_root(home):
    assert (_data(home) / PID_FILE).stat().st_uid != 0


def test_no_password_opens_the_superuser_and_a_wrong_one_opens_nobody(home):
    sockets = postmaster(_data(home)).sockets

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"host={sockets} user=tidewaiter_app password=guess dbname=tidewaiter")
    with psycopg.connect(f"{keeper_address(home)} dbname=postgres") as keeper:
        trusted = keeper.execute(
            "select count(*) from pg_hba_file_rules where auth_method = 'trust' or error is not null"
        ).fetchone()
        listens = keeper.execute("show listen_addresses").fetchone()

    assert (trusted, listens) == ((0,), ("",))


def test_a_killed_server_that_lies_as_a_zombie_is_seen_as_dead(home):
    found = postmaster(_data(home))

    os.kill(found.pid, signal.SIGKILL)
    began = time.monotonic()
    database = running(home)

    assert time.monotonic() - began <= READY_S
    assert postmaster(_data(home)).pid != found.pid
    with psycopg.connect(database.app) as app:
        assert app.execute("select 1").fetchone() == (1,)


def test_a_file_that_names_another_living_program_does_not_keep_the_server_out(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / PID_FILE).write_text(f"{os.getpid()}\n{data}\n1\n5432\n/run\n")

    (tmp_path / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")

    assert postmaster(data) is None
    clear_stale(data, tmp_path)
    assert not (data / PID_FILE).exists()
    assert not (tmp_path / ".s.PGSQL.5432.lock").exists()


@pytest.mark.parametrize("text", ["", "x\n", "12\n", "-1\n/data\n1\n5432\n\n"])
def test_a_file_half_written_names_nobody(tmp_path, text):
    (tmp_path / PID_FILE).write_text(text)

    assert postmaster(tmp_path) is None


def test_a_socket_has_a_short_way_however_deep_the_home_lies(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    place = Place(deep, tmp_path / "passwords")

    found = socket_folder(place, server_account())

    assert len(os.fsencode(found)) <= 90
    assert stat.S_IMODE(found.stat().st_mode) == 0o700


def test_programs_of_a_version_that_is_not_there_are_asked_for_in_a_sentence():
    with pytest.raises(DatabaseFault, match="PostgreSQL 99"):
        binaries(major=99)
    with pytest.raises(DatabaseFault, match="postgresql-client-99"):
        tools_for(99)


def test_a_recovery_that_takes_longer_than_the_limit_goes_on(home):
    stop(home)

    with pytest.raises(DatabaseFault, match="goes on; nothing was broken off"):
        running(home, Options(start_s=0.0))
    running(home)

    assert is_running(home)


def test_no_word_of_a_statement_and_no_row_reaches_the_log(home):
    database = running(home)
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute("create table if not exists canary (name text unique)")
        for _ in range(2):
            try:
                owner.execute("insert into canary values (%s)", ["Canary Person Nine"])
            except psycopg.errors.UniqueViolation:
                told = True
        owner.execute("drop table canary")

    text = "".join(path.read_text(errors="replace") for path in place_of(home, server_account()).log.iterdir())

    assert told
    assert "duplicate key" in text
    assert "Canary" not in text


def _write(address, acknowledged, stopping):
    """Commit number after number; one is acknowledged when its commit returned."""
    number = 0
    while not stopping.is_set():
        try:
            with psycopg.connect(address, autocommit=True) as owner:
                while not stopping.is_set():
                    number += 1
                    owner.execute("insert into kept values (%s)", [number])
                    acknowledged.append(number)
        except psycopg.OperationalError:
            time.sleep(0.01)


def _killed_under_load(home, times, seed):
    """Acknowledged numbers, kept numbers, and the longest time to be ready again, over ``times`` kills."""
    chance, acknowledged, stopping, slowest = random.Random(seed), [], threading.Event(), 0.0
    database = running(home)
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute("create table kept (number int)")
    writer = threading.Thread(target=_write, args=(database.owner, acknowledged, stopping))
    writer.start()
    try:
        for _ in range(times):
            time.sleep(chance.uniform(0.02, 0.4))
            _kill(home)
            began = time.monotonic()
            running(home)
            slowest = max(slowest, time.monotonic() - began)
    finally:
        stopping.set()
        writer.join()
    with psycopg.connect(database.owner, autocommit=True) as owner:
        kept = [row[0] for row in owner.execute("select number from kept").fetchall()]
        owner.execute("drop table kept")
    return acknowledged, kept, slowest


@pytest.mark.parametrize(
    "times", [6, pytest.param(60, marks=pytest.mark.slow), pytest.param(250, marks=pytest.mark.slow)]
)
def test_no_acknowledged_commit_is_lost_to_kills_and_the_server_is_ready_again_soon(home, times):
    acknowledged, kept, slowest = _killed_under_load(home, times, seed=times)

    assert len(acknowledged) > times
    assert set(acknowledged) - set(kept) == set()
    assert len(kept) == len(set(kept))
    assert slowest <= READY_S


def test_a_server_started_for_one_act_is_stopped_after_it_and_one_that_ran_stays(tmp_path, monkeypatch):
    monkeypatch.delenv("TIDEWAITER_DATABASE_URL", raising=False)
    folder = tmp_path / "home"
    try:
        with for_one_act(folder) as found, psycopg.connect(found.owner) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        assert not is_running(folder)

        running(folder)
        with for_one_act(folder):
            pass
        assert is_running(folder)

        stop(folder)
        with pytest.raises(WrongUse), for_one_act(folder):
            raise WrongUse("the act fails")
        assert not is_running(folder)
    finally:
        removed(folder)

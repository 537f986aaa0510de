"""A server for the tests of a worker, a migrated database to clone, a clone for each test."""

import fcntl
import os
from hashlib import sha256
from pathlib import Path

import pytest

from tests.builders_accounts import people
from tests.builders_database import BY_ADDRESS, FAST, migrated, new_name, removed, server, working_as
from tidewaiter.store.postgres import Options


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory):
    """Keys and shelves of whoever runs the tests stay out of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIDEWAITER_HOME", str(tmp_path_factory.mktemp("service-home")))
        yield


def _of_address(tmp_path_factory):
    """A folder of all workers that are told the same address: the passwords of its server's roles lie there once."""
    base = tmp_path_factory.getbasetemp()
    shared = base if "PYTEST_XDIST_WORKER" not in os.environ else base.parent
    return shared / f"server-{sha256(os.environ[BY_ADDRESS].encode()).hexdigest()[:8]}"


@pytest.fixture(scope="session")
def store_server(tmp_path_factory):
    """The server of this worker."""
    folder = tmp_path_factory.mktemp("server") if BY_ADDRESS not in os.environ else _of_address(tmp_path_factory)
    found = server(folder, Options(server=FAST))
    yield found
    if BY_ADDRESS not in os.environ:
        removed(folder / "home")


@pytest.fixture(scope="session")
def template(store_server, tmp_path_factory, _home):
    """Name of a database with the whole schema and nobody in it."""
    name = new_name("template")
    shared = store_server.passwords.parent.parent / "lock"
    shared.parent.mkdir(parents=True, exist_ok=True)
    with Path(shared).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = store_server.make(name)
    migrated(made, tmp_path_factory.mktemp("migrating"))
    yield name
    store_server.drop(name)


@pytest.fixture
def database(store_server, template):
    """A database of this test alone, with the whole schema."""
    name = new_name("test")
    yield store_server.make(name, template)
    store_server.drop(name)


@pytest.fixture
def as_app(database):
    """Django's connection as the service has it: the app role in this test's database."""
    with working_as(database.app) as connection:
        yield connection


@pytest.fixture
def as_owner(database):
    """Django's connection as migrations have it."""
    with working_as(database.owner) as connection:
        yield connection


@pytest.fixture
def own_server():
    """Tests of our own server: not run where another one is named."""
    if BY_ADDRESS in os.environ:
        pytest.skip(f"{BY_ADDRESS} names a server that is not ours to start")


@pytest.fixture
def admins(database, as_app):
    """Two admins, offices and an agency; Django's connection is the service's own inside."""
    found = people(database)
    as_app.close()
    with working_as(database.app):
        yield found

"""A database of its own for each test: cloned from one that was migrated once."""

import importlib
import os
import secrets
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tidewaiter.service import bootstrap
from tidewaiter.store.connection import connection as django_words
from tidewaiter.store.postgres import running, stop
from tidewaiter.store.postgres.account import server_account
from tidewaiter.store.postgres.place import place_of
from tidewaiter.store.postgres.roles import prepared
from tidewaiter.store.postgres.server import keeper_address

BY_ADDRESS = "TIDEWAITER_TEST_DATABASE_URL"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""A server for tests alone may forget at a power cut; tests of what survives start one of their own."""


@dataclass(frozen=True)
class Server:
    """A server whose keeper may make databases, and the file of its roles' passwords."""

    keeper: str
    passwords: Path

    def of(self, name):
        """The database of that name with its roles."""
        return prepared(make_conninfo(self.keeper, dbname=name), self.passwords, "address")

    def make(self, name, template="template0"):
        """Make a database; the one that is cloned must have no session."""
        self._say("create database {} template {}", name, template)
        return self.of(name)

    def drop(self, name):
        """Drop a database with the sessions in it."""
        self._say("drop database if exists {} with (force)", name)

    def _say(self, text, *names):
        with psycopg.connect(make_conninfo(self.keeper, dbname="postgres"), autocommit=True) as keeper:
            keeper.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def server(folder, options):
    """The server that an address names, else one of our own under ``folder``."""
    named = os.environ.get(BY_ADDRESS)
    if named:
        return Server(named, folder / "passwords" / "database.json")
    home = folder / "home"
    running(home, options)
    return Server(keeper_address(home), home / "secrets" / "database.json")


def removed(home):
    """Stop the server of a home and take its data away, which may lie outside the home."""
    stop(home)
    shutil.rmtree(place_of(home, server_account()).root, ignore_errors=True)


def migrated(database, home):
    """Migrate as its owner, in a process of its own."""
    script = (
        "import sys; from tidewaiter.service.bootstrap import begin; begin(sys.argv[1])\n"
        "from tidewaiter.store.schema import migrate; migrate()"
    )
    environment = {**os.environ, "TIDEWAITER_HOME": str(home)}
    subprocess.run([sys.executable, "-c", script, database.owner], check=True, env=environment)


@contextmanager
def working_as(address):
    """Django's connection leads to ``address`` inside."""
    bootstrap._chosen.clear()
    bootstrap.begin(address)
    connection = importlib.import_module("django.db").connection

    connection.close()
    connection.settings_dict.update(django_words(address))
    try:
        yield connection
    finally:
        connection.close()


def new_name(kind):
    """A name no other test uses."""
    return f"{kind}_{secrets.token_hex(6)}"

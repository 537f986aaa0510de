"""Builders of logs: a database with the log's tables, a folder, a clock that stands."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from tidewaiter.store import log
from tidewaiter.store.log.checkpoints import publish
from tidewaiter.store.log.export import export
from tidewaiter.store.log.keys import Signer
from tidewaiter.store.log.live import verify_database
from tidewaiter.store.log.opening import change_key, open_log, take_key
from tidewaiter.store.postgres import Database

NOW = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)


@dataclass
class Place:
    """A log: addresses of its database by role, its folder, the folder of its keys."""

    database: Database
    keeper: str
    home: Path

    @property
    def folder(self):
        return self.home / "log"

    @property
    def keys(self):
        return self.home / "keys"

    def owner(self):
        return psycopg.connect(self.database.owner)

    def app(self):
        return psycopg.connect(self.database.app)

    def audit(self):
        return psycopg.connect(self.database.audit)

    def master(self):
        """As a superuser, whom no right and no trigger stops."""
        return psycopg.connect(make_conninfo(self.keeper, dbname=self.database.name), autocommit=True)

    def signer(self) -> Signer:
        with self.owner() as connection:
            return open_log(connection, self.keys, NOW, "example.org/log")

    def publish(self, later_s=0):
        signer = self.signer()
        with self.owner() as connection:
            return publish(connection, self.folder, signer, NOW + timedelta(seconds=later_s))

    def act(self, count, kind="release"):
        acts = [log.Act(kind, NOW, f"p{number}", "officer", f"C{number:05d}", 1) for number in range(count)]
        with self.app() as connection:
            return log.append_acts(connection, acts)

    def batch(self, name, count, what="decision", folder=None):
        rows = [b'{"consignment_id":"C%05d","decision":"release"}' % number for number in range(count)]
        sealed = log.seal(name, what, rows, os.urandom(16 * count), folder)
        with self.app() as connection:
            return log.append_batch(connection, sealed, NOW)

    def record(self, count):
        with self.app() as connection:
            return [log.record(connection, log.Event("seen", NOW, f"p{number}", "C1")) for number in range(count)]

    def seal(self):
        with self.owner() as connection:
            return log.seal_events(connection, NOW, self.folder)

    def change_key(self):
        with self.owner() as connection:
            change_key(connection, self.keys, NOW)
        take_key(self.keys)

    def export(self, to):
        with self.audit() as connection:
            export(connection, self.folder, to)
        return to

    def verify(self, *, later_s=0, **words):
        with self.audit() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            return verify_database(connection, self.folder, NOW + timedelta(seconds=later_s), **words)


def a_whole_log(place):
    """Acts, a batch in the database, one in a file, events; several checkpoints, two keys, entries after the last."""
    place.signer()
    place.act(30)
    place.batch("small", 12)
    place.record(3)
    place.seal()
    place.publish()
    place.change_key()
    place.act(260)
    place.batch("large", 12000, folder=place.folder)
    place.publish(10)
    return place

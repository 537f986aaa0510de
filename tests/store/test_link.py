"""The line to the database: cut, cut at the very commit, silent; nothing is lost, nothing is there twice."""

import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.builders_database import working_as
from tests.builders_lodging import a_lodged
from tests.store.exchange.conftest import book, lodged, rules, signer  # noqa: F401 - fixtures of the batcher
from tidewaiter.model.errors import Unavailable
from tidewaiter.store.connection import LINK, connection, watched
from tidewaiter.store.prepared import planned_once

PORT = "5432"


class Proxy:
    """Stands between a program and the server's socket, and cuts its lines where it is told to."""

    def __init__(self, folder, server):
        self.path, self._server = folder / f".s.PGSQL.{PORT}", server
        self.swallows = b""
        self._lines, self._listener = [], socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                try:
                    far.connect(self._server)
                except OSError:
                    near.close()
                    continue
                self._lines += [near, far]
                threading.Thread(target=self._there, args=(near, far), daemon=True).start()
                threading.Thread(target=self._pipe, args=(far, near), daemon=True).start()

    def _there(self, near, far):
        """What the program says; once the word is said that is waited for, its line is cut before it hears of it."""
        with suppress(OSError):
            while data := near.recv(1 << 16):
                if self.swallows and self.swallows in data:
                    self.swallows = b""
                    near.shutdown(socket.SHUT_RDWR)
                    far.sendall(data)
                    far.shutdown(socket.SHUT_WR)  # it hears the word to its end, and that nobody is there any more
                    return
                far.sendall(data)
        self._close(near, far)

    def _pipe(self, one, other):
        with suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        self._close(one, other)

    def cut(self):
        """Cut every line that is open."""
        lines, self._lines = self._lines, []
        self._close(*lines)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        self.path.unlink()

    @staticmethod
    def _close(*lines):
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()


@pytest.fixture
def proxy(database, own_server):
    words = conninfo_to_dict(database.app)
    folder = Path(mkdtemp(prefix="tw", dir="/tmp"))
    found = Proxy(folder, f"{words['host']}/.s.PGSQL.{words.get('port', PORT)}")
    yield found
    found.close()
    folder.rmdir()


@pytest.fixture
def as_app(database, proxy):
    """Django's connection as the service has it, by the proxy."""
    with working_as(make_conninfo(database.app, host=str(proxy.path.parent), port=PORT)) as found:
        yield found


def kept(database):
    with psycopg.connect(database.owner) as owner:
        return owner.execute("select reference, (select count(*) from message) from filing order by 1").fetchall()


def until_taken(lodged, message):  # noqa: F811 - a fixture
    """What became of a message that is sent again with its key; a server lets go a moment after the line is cut."""
    until = time.monotonic() + 10
    while True:
        try:
            ((fate, told),) = lodged(message)
        except Unavailable:
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return fate, told


def test_a_line_that_is_cut_is_told_and_the_next_message_is_taken(lodged, proxy, database):  # noqa: F811 - a fixture
    lodged(a_lodged(consignment_id="A1", key="k1"))
    proxy.cut()

    fate, told = until_taken(lodged, a_lodged(consignment_id="A2", key="k2"))

    assert (fate, told["consignment_id"]) == ("accepted", "A2")
    assert kept(database) == [("A1", 2), ("A2", 2)]


@pytest.mark.parametrize("word", [b"A2", b"COMMIT"])
def test_a_line_that_is_cut_at_the_commit_or_before_it_counts_once(lodged, proxy, database, word):  # noqa: F811 - a fixture
    lodged(a_lodged(consignment_id="A1", key="k1"))
    proxy.swallows = word
    with pytest.raises(Unavailable):
        lodged(a_lodged(consignment_id="A2", key="k2"))
    assert proxy.swallows == b"", "the word was never said"

    fate, told = until_taken(lodged, a_lodged(consignment_id="A2", key="k2"))
    ((again, same),) = lodged(a_lodged(consignment_id="A2", key="k2"))

    assert (fate, told["consignment_id"]) == ("accepted", "A2")
    assert (again, same) == (fate, told)
    assert kept(database) == [("A1", 2), ("A2", 2)]


@contextmanager
def _listening():
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield one.getsockname()[1]


def test_a_server_that_says_nothing_is_not_waited_for_without_end():
    with _listening() as port:
        address = watched(f"postgresql://a:b@127.0.0.1:{port}/c?connect_timeout=2")
        with pytest.raises(psycopg.OperationalError, match="timeout"):
            psycopg.connect(address)


def test_a_line_without_a_word_is_given_up_unless_the_address_says_otherwise():
    ours = connection("postgresql://a:b@db.example/c")["OPTIONS"]
    theirs = connection("postgresql://a:b@db.example/c?keepalives_idle=60")["OPTIONS"]

    assert LINK.items() <= ours.items()
    assert "tcp_user_timeout" in ours["options"]
    assert theirs["keepalives_idle"] == "60"


def test_an_address_keeps_its_own_options_and_a_socket_needs_none():
    theirs = connection(planned_once("host=db.example dbname=c options='-c work_mem=8MB'"))["OPTIONS"]["options"]
    by_socket = connection("host=/run/pg dbname=c")["OPTIONS"]

    assert all(word in theirs for word in ("work_mem=8MB", "plan_cache_mode", "tcp_user_timeout"))
    assert "options" not in by_socket

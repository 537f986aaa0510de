"""The book keeps a batch whole or not at all, and answers a call once."""

import pytest

from tests.builders_batcher import MOMENT
from tests.builders_lodging import a_lodged
from tests.eventually import eventually
from tidewaiter.model.errors import KeyUsedOtherwise, Unavailable


def seen_as(person, roles, text, **more):
    from django.db import connection

    from tidewaiter.store.access import acting

    with acting(person, roles, **more), connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


def test_an_accepted_message_is_kept_with_its_filing_and_a_receipt(lodged):
    ((fate, told),) = lodged(a_lodged(consignment_id="A1"))

    ((reference, status, filer, office),) = seen_as(
        "house", ["service"], "select reference, status, filer, office from filing"
    )
    assert (fate, reference, filer, office) == ("accepted", "A1", "F1", "DE")
    assert told["status"] == status == "asked"
    assert told["receipt"]["signed"].count(".") == 2
    assert seen_as("house", ["service"], "select count(*) from log_entry") == [(2,)]


def test_the_same_key_gives_the_same_words(lodged):
    message = a_lodged(consignment_id="A1", key="k1")
    again = a_lodged(consignment_id="A1", key="k1")

    first, second = lodged(message), lodged(again)

    assert first == second
    assert seen_as("house", ["service"], "select count(*) from message") == [(1,)]


def test_the_same_key_of_another_sender_is_another_call(lodged):
    lodged(a_lodged(consignment_id="A1", key="k1"))
    lodged(a_lodged(consignment_id="A2", key="k1", submitter="F2"))

    assert seen_as("house", ["service"], "select count(*) from message") == [(2,)]


def test_a_key_used_for_another_message_is_refused(lodged):
    lodged(a_lodged(consignment_id="A1", key="k1"))

    with pytest.raises(KeyUsedOtherwise):
        lodged(a_lodged(consignment_id="A2", key="k1"))


def test_a_key_is_free_again_after_thirty_days(lodged, book, monkeypatch):
    from datetime import timedelta

    lodged(a_lodged(consignment_id="A1", key="k1"))
    for days, free in ((29, False), (30, True)):
        moment = MOMENT + timedelta(days=days)
        monkeypatch.setattr(book, "_clock", lambda moment=moment: moment)
        if free:
            ((fate, _),) = lodged(a_lodged(consignment_id="A2", key="k1"), moment=moment)
            assert fate == "accepted"
        else:
            with pytest.raises(KeyUsedOtherwise):
                lodged(a_lodged(consignment_id="A2", key="k1"), moment=moment)


def test_windows_see_what_was_kept_before(lodged):
    lodged(*(a_lodged(consignment_id=f"A{n}", order_id=f"O{n}", seller_id="S1") for n in range(3)))

    assert seen_as("house", ["service"], "select count(*) from history where seller_key is not null") == [(3,)]


def test_nobody_acting_sees_no_row(lodged, as_app):
    lodged(a_lodged(consignment_id="A1"))

    with as_app.cursor() as cursor:
        for table in ("message", "filing", "assessment", "history", "lane"):
            cursor.execute(f"select count(*) from {table}")  # noqa: S608 - names of our own
            assert cursor.fetchone() == (0,), table


def test_a_filer_sees_its_own_filing_and_never_an_assessment(lodged):
    lodged(a_lodged(consignment_id="A1"), a_lodged(consignment_id="A2", submitter="F2"))

    own = seen_as("c1", ["declarant"], "select reference from filing", filer="F1")
    judged = seen_as("c1", ["declarant"], "select count(*) from assessment", filer="F1")

    assert (own, judged) == ([("A1",)], [(0,)])


def test_an_officer_sees_reasons_once_the_filing_is_assigned_to_him(lodged):
    from django.db import connection

    from tidewaiter.exchange import filings
    from tidewaiter.store.access import acting

    lodged(a_lodged(consignment_id="A1"))
    ((name,),) = seen_as("house", ["service"], "select id from filing")
    asked = "select count(*) from assessment"

    before = seen_as("p-1", ["officer"], asked, office="DE")
    with acting("p-2", ["officer"], office="FR"):
        assert not filings.assign(connection, name, "p-2")
    with acting("house", ["service"]):
        assert filings.assign(connection, name, "p-1")
        assert filings.publish(connection, name, status="released", lane="release", now=MOMENT)
    after = seen_as("p-1", ["officer"], asked, office="DE")

    assert (before, after) == ([(0,)], [(1,)])
    assert seen_as("house", ["service"], "select lane from lane") == [("release",)]


def test_a_session_that_was_ended_is_replaced_by_another_with_the_lock(lodged, store_server, database):
    import psycopg

    lodged(a_lodged(consignment_id="A1"))
    with psycopg.connect(store_server.keeper, autocommit=True) as keeper:
        keeper.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity "
            "where usename = 'tidewaiter_app' and datname = %s",
            [psycopg.conninfo.conninfo_to_dict(database.app)["dbname"]],
        )

    ((fate, _),) = lodged(a_lodged(consignment_id="A2", key="k2"))

    assert fate == "accepted"
    assert seen_as("house", ["service"], "select count(*) from message") == [(2,)]


def test_two_batchers_never_commit_both(lodged, rules, signer, database):
    import psycopg

    from tidewaiter.store.locks import BATCHER

    with psycopg.connect(database.app, autocommit=True) as other:
        other.execute("select pg_advisory_lock(%s)", [BATCHER])
        with pytest.raises(Unavailable):
            lodged(a_lodged(consignment_id="A1"))
    held = f"select count(*) from pg_locks where locktype = 'advisory' and objid = {BATCHER}"  # noqa: S608 - a number of our own
    eventually(lambda: seen_as("house", ["service"], held), [(0,)])  # a server lets go a moment after the line is cut
    assert lodged(a_lodged(consignment_id="A1"))[0][0] == "accepted"


def test_a_batch_whose_transaction_fails_leaves_nothing_and_is_nobodys_fault(lodged, book):
    from django.db import OperationalError

    def fails(*_):
        raise OperationalError("the link was cut")

    book._follows = [fails]
    with pytest.raises(Unavailable):
        lodged(a_lodged(consignment_id="A1", key="k1"))
    book._follows = []

    assert seen_as("house", ["service"], "select count(*) from message") == [(0,)]
    assert seen_as("house", ["service"], "select count(*) from log_entry") == [(0,)]
    assert lodged(a_lodged(consignment_id="A1", key="k1"))[0][0] == "accepted"


def test_a_commit_whose_reply_is_lost_counts_once(lodged, book, monkeypatch):
    from django.db import OperationalError
    from django.db.backends.base.base import BaseDatabaseWrapper

    lost, keeps = [], book.commit

    def committing(*given):
        book.is_committing = True
        try:
            return keeps(*given)
        finally:
            book.is_committing = False

    def loses(self):
        self.connection.commit()
        if book.is_committing and not lost:
            lost.append(True)
            raise OperationalError("the reply was lost")

    book.is_committing = False
    monkeypatch.setattr(book, "commit", committing)
    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", loses)

    with pytest.raises(Unavailable):
        lodged(a_lodged(consignment_id="A1", key="k1"))
    ((fate, told),) = lodged(a_lodged(consignment_id="A1", key="k1"))

    assert lost == [True]
    assert (fate, told["consignment_id"]) == ("accepted", "A1")
    assert seen_as("house", ["service"], "select count(*) from message") == [(1,)]


def test_a_cursor_never_passes_by_what_commits_later_with_a_lower_number(lodged, database):
    import psycopg
    from django.db import connection

    from tidewaiter.exchange import filings
    from tidewaiter.exchange.cursors import START
    from tidewaiter.store.access import acting

    def page():
        with acting("c1", ["declarant"], filer="F1"):
            return [one.reference for one in filings.page(connection, "F1", START, 10)[0]]

    with psycopg.connect(database.app) as slow:
        slow.execute("select nextval('message_seq') from (select pg_current_xact_id()) own")
        lodged(a_lodged(consignment_id="A1"))
        before = page()

    assert before == []
    assert eventually(page, ["A1"]) == ["A1"]

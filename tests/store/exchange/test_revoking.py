"""Revoked ids of persons: in bulk, known again, and known to nobody who reads the table."""

import json
import time

import psycopg
import pytest

from tests.builders_batcher import MOMENT, a_message
from tidewaiter.model.errors import PublicationRefused
from tidewaiter.runners.batcher.batcher import Batcher
from tidewaiter.runners.batcher.looking_back import Past


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path / "home"))


@pytest.fixture
def statuses(as_app, rules, signer):
    """Lodges presented filings for persons of these ids; gives the status of each and its lane."""
    from dataclasses import replace

    from tidewaiter.service.lodging.book import Book
    from tidewaiter.service.revoking import judge_persons

    book = Book(signer, lambda: MOMENT, lambda: rules.windows, judges=[judge_persons])

    def lodge(*persons):
        with Batcher(lambda: rules, lambda: Past(book), book, lambda: MOMENT) as batcher:
            tickets = [
                batcher.put(
                    replace(
                        a_message(
                            submitter="acme", consignment_id=f"C{place}", consignee_id=person, vat_scheme="IOSS",
                            vat_scheme_id="IM2760000001", reduced_set="H7", party_relation="B2C",
                            presented_at="2026-10-19T08:00:00Z", consignee_street=f"Long Lane {place + 1}",
                        ),
                        name=f"00000000-0000-7000-8000-{place:012d}",
                    )
                )
                for place, person in enumerate(persons)
            ]  # fmt: skip
            return [json.loads(ticket.wait(60).receipt["answer"])["status"] for ticket in tickets]

    return lodge


def _list(tmp_path, *ids):
    path = tmp_path / "ids.txt"
    path.write_text("\n".join(ids), encoding="utf-8")
    return path


def test_parcels_of_a_revoked_id_wait_however_it_is_written(statuses, tmp_path, database):
    from tidewaiter.service import revoking

    count = revoking.revoke("tax_id", _list(tmp_path, "DE 123-456", "DE999"), "leak", MOMENT, "p1")
    again = revoking.revoke("tax_id", _list(tmp_path, "de123456"), "leak", MOMENT, "p1")

    assert (count, again) == (2, 0)
    assert statuses("de-123456", "DE124", "DE999") == ["accepted", "released", "accepted"]
    with psycopg.connect(database.owner) as owner:
        pending = owner.execute("select pending_on from assessment join filing on id = filing order by reference")
        assert pending.fetchall() == [(["person_id"],), ([],), (["person_id"],)]
        dumped = str(owner.execute("select * from revoked_person").fetchall())
    assert "123456" not in dumped


@pytest.mark.parametrize(("text", "fault"), [("", "empty"), ("DE1\n\nDE2", "line 2"), ("D" * 65, "line 1")])
def test_a_list_that_is_none_is_refused_whole(as_app, tmp_path, database, text, fault):
    from tidewaiter.service import revoking

    with pytest.raises(PublicationRefused, match=fault):
        revoking.revoke("tax_id", _list(tmp_path, *text.split("\n")) if text else _list(tmp_path), "leak", MOMENT, "p1")
    with psycopg.connect(database.owner) as owner:
        assert owner.execute("select count(*) from revoked_person").fetchone() == (0,)


def test_a_hundred_thousand_ids_are_revoked_within_seconds(as_app, tmp_path):
    from tidewaiter.service import revoking

    began = time.process_time()
    count = revoking.revoke("tax_id", _list(tmp_path, *(f"DE{n:09d}" for n in range(100_000))), "leak", MOMENT, "p1")

    assert count == 100_000
    assert time.process_time() - began < 10

"""The same filings come to the same, whether they come as messages or in a file."""

import json
from datetime import timedelta

import psycopg
import pytest

from tests.builders_batcher import FILING, ITEM, MOMENT
from tidewaiter.runners.batcher.batcher import Batcher
from tidewaiter.runners.batcher.looking_back import Past
from tidewaiter.runners.batcher.message import Message

OUTCOME = """
select reference, filing.office, filing.carrier, status, is_provisional, decision, route, pending_on, assessment.lane,
    lane.carrier, lane.lane, (select jsonb_agg(item -> 'status') from jsonb_array_elements(items) item),
    exists (select from case_event where case_event.case_id = filing.id)
from filing join assessment on filing = id left join lane on lane.filing = id where filer = %s order by reference
"""


@pytest.fixture
def both(tmp_path, database, as_app, rules, signer, monkeypatch):
    """Has the same filings come both ways; gives what became of each."""
    from tidewaiter.service.acts.opening import open_cases
    from tidewaiter.service.clear import clear_files
    from tidewaiter.service.loaded_judging import JUDGES
    from tidewaiter.service.loading import load
    from tidewaiter.service.lodging.book import Book

    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path / "home"))
    book = Book(signer, lambda: MOMENT, lambda: rules.windows, follows=[open_cases], judges=JUDGES)

    def outcomes(*rows):
        source = tmp_path / "day.ndjson"
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
        run = clear_files([str(source)], "EU", tmp_path / "run", on=MOMENT.date().isoformat(), submitter="file")
        load(run.folder, now=MOMENT + timedelta(hours=1))
        with Batcher(lambda: rules, lambda: Past(book), book, lambda: MOMENT) as batcher:
            tickets = [
                batcher.put(
                    Message(f"00000000-0000-7000-8000-{place:012d}", json.dumps(row).encode(), "message", f"k{place}")
                )
                for place, row in enumerate(rows)
            ]
            assert {ticket.wait(60).fate for ticket in tickets} == {"accepted"}
        with psycopg.connect(database.owner) as owner:
            return [owner.execute(OUTCOME, [filer]).fetchall() for filer in ("file", "message")]

    return outcomes


def _filing(place, **said):
    told = {**FILING, "declarant_id": None, "consignment_id": f"A{place}", "parcel_id": f"LX{place}", "items": [ITEM]}
    return {name: value for name, value in {**told, **said}.items() if value is not None}


def test_office_and_carrier_are_those_of_the_filing(both, database):
    with psycopg.connect(database.owner) as owner:
        owner.execute("insert into office (id, name) values ('DE001', 'Airport')")

    by_file, by_message = both(
        _filing(1, carrier_id="C1", customs_office="DE001"), _filing(2, customs_office="NOWHERE")
    )

    assert by_file == by_message
    assert [(row[1], row[2], row[9]) for row in by_file] == [("DE001", "C1", "C1"), ("DE", None, None)]


IOSS = {"vat_scheme": "IOSS", "reduced_set": "H7", "party_relation": "B2C"}


def test_numbers_and_persons_are_judged_alike(both, tmp_path, database):
    from datetime import date

    from tidewaiter.service import revoking
    from tidewaiter.service.vendors import registers

    hour = timedelta(hours=1)
    copy, ids = tmp_path / "copy.csv", tmp_path / "ids.txt"
    copy.write_text("number,holder,valid_from,valid_to\nIM2760000001,Shop,2021-07-01,\n", encoding="utf-8")
    ids.write_text("DE999", encoding="utf-8")
    registers.load_copy("IOSS", copy, MOMENT - hour, MOMENT, "p1")
    registers.tell_state("IOSS", is_down=True, now=MOMENT, by="p1")
    registers.tell_list(MOMENT - hour, MOMENT, "p1")
    for party in ("file", "message"):
        registers.keep_guarantee(party, "IOSS", 10**9, "EUR", date(2026, 1, 1), None, MOMENT, "p1")
    revoking.revoke("tax_id", ids, "leak", MOMENT, "p1")

    by_file, by_message = both(
        _filing(1, **IOSS, vat_scheme_id="IM2760000001"),
        _filing(2, **IOSS, vat_scheme_id="IM2760000002", consignee_street="Long Lane 5"),
        _filing(3, **IOSS, vat_scheme_id="IM1", consignee_street="Long Lane 6"),
        _filing(4, **IOSS, vat_scheme_id="IM2760000001", consignee_id="de-999", consignee_street="Long Lane 7"),
        _filing(5, **IOSS, vat_scheme_id="IM2760000001", consignee_id="de-998", consignee_street="Long Lane 8"),
    )

    assert by_file == by_message
    with psycopg.connect(database.owner) as owner:
        claims = owner.execute(
            "select filer, array_agg(standing order by reference) from vendor_claim "
            "join filing on filing = id group by 1"
        ).fetchall()
    assert len(claims) == 2
    assert dict(claims)["file"] == dict(claims)["message"]
    assert set(dict(claims)["file"]) >= {"honoured", "provisional"}
    assert any("person_id" in row[7] for row in by_file)
    assert any(row[4] for row in by_file)

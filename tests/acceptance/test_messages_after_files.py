"""Messages that come after a file look back on it: its filings are known, and windows see them."""

import json
from datetime import date
from shutil import copytree

import polars as pl
import pytest

from tests.builders_batcher import MOMENT, Book, Message
from tidewaiter.runners.amendments import KNOWN_UNREADABLE
from tidewaiter.runners.batcher.batcher import Batcher
from tidewaiter.runners.batcher.deciding import decide
from tidewaiter.runners.batcher.looking_back import Past
from tidewaiter.runners.batcher.rolling import tally_of_run
from tidewaiter.service import discovery
from tidewaiter.service.batcher import in_force
from tidewaiter.service.clear import clear_files
from tidewaiter.world.write import write_sample


class After:
    """A file that was cleared, its lines, and its tally."""

    def __init__(self, folder):
        self.home = folder / "home"
        path = write_sample(folder / "day", 200, 9, "EU", date(2026, 10, 20), form="ndjson", dirt=0.0, faults=0.0)
        self.run = clear_files([str(path)], "EU", folder / "lake", on="2026-10-20", home=self.home).folder
        self.in_force = in_force("EU", home=self.home)
        self.lines = [json.loads(line) for line in path.read_bytes().splitlines()]
        sheets = list(discovery.sender_sheets().values())
        self.tally = tally_of_run(self.run, "EU", folder / "tally", self.in_force.windows, sheets)

    def answered(self, *filings):
        book = Book()
        batcher = Batcher(lambda: self.in_force, lambda: Past(book, [self.tally]), book, lambda: MOMENT)
        tickets = [batcher.put(Message(f"m{at}", json.dumps(told).encode())) for at, told in enumerate(filings)]
        with batcher:
            return [ticket.wait(60) for ticket in tickets]


@pytest.fixture(scope="module")
def after(tmp_path_factory):
    return After(tmp_path_factory.mktemp("after"))


def test_a_filing_of_the_file_is_a_duplicate_and_told_otherwise_is_set_aside(after):
    several = next(told for told in after.lines if len(told["items"]) > 1)
    turned = {**several, "items": several["items"][::-1]}
    other = {**after.lines[1], "gross_mass_kg": "77.7"}

    same, again, otherwise, later = after.answered(after.lines[0], turned, other, {**other, "version": "2"})

    assert [same.fate, again.fate, otherwise.fate, later.fate] == ["duplicate", "duplicate", "quarantined", "accepted"]
    assert same.told["repeats"] == after.tally.name
    assert otherwise.told["errors"][0]["code"] == "DUP-03"


def test_windows_of_a_message_count_the_filings_of_the_file(after):
    first = next(told for told in after.lines if told["order_id"] and told["seller_id"])
    more = Message("m0", json.dumps({**first, "consignment_id": "MORE", "parcel_id": "MORE"}).encode())
    past = Past(Book(), [after.tally])
    narrow = decide(after.in_force, [more], MOMENT, past).tables["history"]
    history = pl.read_parquet(after.run / "history.parquet")

    seen = past.facts(narrow, after.in_force.windows)

    for key in ("order_key", "seller_key"):
        of_key = history.filter(pl.col(key) == narrow[key][0]).height
        assert seen[f"count_{key}_30d"].to_list() == [of_key]
        assert of_key >= 1


def test_a_tally_that_serves_is_not_made_again(after, tmp_path):
    folder = after.tally.folder
    before = (folder / "about.json").stat().st_mtime_ns

    again = tally_of_run(tmp_path / "gone", "EU", folder, after.in_force.windows, [])

    assert again.name == after.tally.name
    assert (folder / "about.json").stat().st_mtime_ns == before


def test_a_filing_whose_original_is_gone_cannot_be_compared(after, tmp_path):
    run = copytree(after.run, tmp_path / after.run.name)
    for original in (run / "originals").iterdir():
        original.unlink()
    sheets = list(discovery.sender_sheets().values())
    tally = tally_of_run(run, "EU", tmp_path / "tally", after.in_force.windows, sheets)

    told = decide(after.in_force, [Message("m0", json.dumps(after.lines[0]).encode())], MOMENT, Past(Book(), [tally]))

    assert not told.repeats
    assert [(reject.code, reject.sentence) for reject in told.rejects[0]] == [("DUP-03", KNOWN_UNREADABLE)]

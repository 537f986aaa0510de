"""The same filings come to the same answers as one file and as messages, however the messages are batched."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from tests.builders_batcher import MOMENT, Book, a_batcher, sharing
from tidewaiter.runners.batcher.deciding import decide
from tidewaiter.runners.batcher.looking_back import Past
from tidewaiter.runners.batcher.message import Message
from tidewaiter.service.batcher import in_force
from tidewaiter.service.clear import clear_files
from tidewaiter.world.write import write_sample

DAYS = {"EU": date(2026, 10, 20), "US": date(2025, 8, 20)}
PLACE = ("source_file", "source_position")
TABLES = ("consignments", "items", "charges", "findings")
KEYS = ["consignment_id", "version", "item_no", "charge", "tax_type", "code"]


class Bulk:
    """A day cleared as one file, and its lines as messages."""

    def __init__(self, code, folder, parcels):
        day = DAYS[code]
        self.moment = datetime(day.year, day.month, day.day, tzinfo=MOMENT.tzinfo)
        path = write_sample(folder / "day", parcels, 9, code, day, form="ndjson")
        with path.open("ab") as file:
            file.writelines(path.read_bytes().splitlines(keepends=True)[3:6])
        self.folder = clear_files([str(path)], code, folder / "lake", on=day.isoformat(), home=folder / "home").folder
        self.in_force = in_force(code, home=folder / "home")
        lines = path.read_bytes().splitlines()
        self.messages = [Message(f"m{number}", line) for number, line in enumerate(lines)]

    def table(self, name):
        return pl.read_parquet(self.folder / f"{name}.parquet")


@pytest.fixture(scope="module", params=list(DAYS))
def bulk(request, tmp_path_factory):
    return Bulk(request.param, tmp_path_factory.mktemp(request.param), 300)


def alike(rows):
    """Rows in an order of their own, without where they were read; every column as the file of a run keeps it."""
    rows = rows.drop(*PLACE, "message_no", "filing_no", strict=False)
    return rows.sort([key for key in KEYS if key in rows.columns], nulls_last=True, maintain_order=True)


def given(bulk, cuts):
    """The book after all messages, so many at a time."""
    book = Book()
    batcher = a_batcher(bulk.in_force, book, lambda: bulk.moment, at_once=cuts)
    for message in bulk.messages:
        batcher.put(message)
    with batcher:
        pass
    return book


def test_messages_that_wait_together_come_to_what_their_file_came_to(bulk):
    book = given(bulk, 1_000)

    for name in TABLES:
        assert alike(book.table(name)).equals(alike(bulk.table(name))), name
    assert alike(book.table("history")).sort("filing_key").equals(alike(bulk.table("history")).sort("filing_key"))


def test_as_many_are_quarantined_and_repeated_for_the_same_reasons(bulk):
    batch = decide(bulk.in_force, bulk.messages, bulk.moment, Past(Book()))
    aside = bulk.table("quarantine").filter(pl.col("code") != "ROW-90")

    told = [(reject.code, reject.field, reject.value) for own in batch.rejects.values() for reject in own]
    assert sorted(told, key=str) == sorted(aside.select("code", "pointer", "value").rows(), key=str)
    assert len(batch.repeats) == bulk.table("duplicates")["consignment_id"].n_unique() > 0


def test_few_at_a_time_differ_only_in_what_had_not_arrived_yet(bulk):
    book = given(bulk, 9)

    history, of_rules = bulk.table("history"), [rule.finding.code for rule in bulk.in_force.clearance.rules]
    alone = history.filter(pl.col("person_key").is_null() | pl.col("person_key").is_unique())["consignment_id"]

    def said(rows):
        kept = alike(rows).filter(pl.col("consignment_id").is_in(alone.implode()))
        return kept.filter(~pl.col("code").is_in(of_rules)) if "code" in kept.columns else kept

    assert max(book.sizes) <= 9
    assert len(alone) > 200
    for name in ("charges", "findings"):
        assert said(book.table(name)).equals(said(bulk.table(name))), name


def test_one_alone_is_the_same_once_the_others_have_arrived(bulk):
    history = bulk.table("history").drop(*PLACE)
    named = dict(bulk.table("history").select("source_position", "filing_key").iter_rows())
    accepted = [place for place in range(len(bulk.messages)) if place + 1 in named]
    chosen = np.random.default_rng(4).choice(accepted, 20, replace=False)

    for place in chosen.tolist():
        others = history.filter(pl.col("filing_key") != named[place + 1])

        class Others(Book):
            def rows(self, keys, others=others):
                return sharing(others, keys)

        batch = decide(bulk.in_force, [bulk.messages[place]], bulk.moment, Past(Others()))

        for name in TABLES:
            own = batch.tables[name]
            ids = batch.tables["consignments"]["consignment_id"].implode()
            assert alike(own).equals(alike(bulk.table(name).filter(pl.col("consignment_id").is_in(ids)))), name

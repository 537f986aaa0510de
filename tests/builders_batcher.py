"""Batchers: messages of one filing each, and a book that keeps batches in memory as a database would."""

import json
from datetime import UTC, datetime
from itertools import count

import polars as pl

from tidewaiter.runners.batcher.batcher import Batcher
from tidewaiter.runners.batcher.looking_back import Past
from tidewaiter.runners.batcher.message import Answer, Earlier, Kept, Message

MOMENT = datetime(2026, 10, 20, tzinfo=UTC)
ITEM = {
    "item_no": "1", "description": "cotton shirt for women", "commodity_code": "6109100010", "origin": "CN",
    "quantity": "1", "net_mass_kg": "0.3", "value_amount": "12.50", "value_currency": "EUR",
}  # fmt: skip
FILING = {
    "consignment_id": "A1", "declarant_id": "DE123", "mode": "post", "gross_mass_kg": "0.5", "nature": "sale",
    "destination_country": "DE", "country_of_dispatch": "CN", "consignor_country": "CN", "consignor_name": "Silk Shop",
    "consignee_name": "Anna Berg", "consignee_street": "Long Lane 4", "consignee_city": "Berlin",
    "consignee_postcode": "10115", "consignee_country": "DE",
}  # fmt: skip
numbers = count(1)


def a_body(*items, **said):
    """A sound filing of these items (none: one sound one) as bytes; None takes a field away."""
    told = {**FILING, **said, "items": [{**ITEM, **item} for item in items or ({},)]}
    return json.dumps({name: value for name, value in told.items() if value is not None}).encode()


def a_message(*items, submitter="", key="", **said):
    """A message of a name of its own."""
    return Message(f"m{next(numbers)}", a_body(*items, **said), submitter, key)


class Book:
    """Keeps batches, whole or not at all. ``refuses`` may raise before a batch is kept, ``loses`` after."""

    def __init__(self, refuses=lambda _batch: None, loses=lambda _batch: None):
        self.refuses, self.loses = refuses, loses
        self.sizes, self.fates, self.tables, self.stands = [], {}, [], {}
        self._calls, self._told = {}, {}

    def kept(self, calls):
        return {call: self._calls[call] for call in calls if call in self._calls}

    def commit(self, batch, answers):
        self.refuses(batch)
        start = len(self.fates)
        receipts = [{"number": start + place} for place in range(len(batch.messages))]
        for message, (fate, told), receipt in zip(batch.messages, answers, receipts, strict=True):
            assert message.name not in self.fates
            json.dumps(told)
            self.fates[message.name] = fate
            if message.key:
                assert message.call not in self._calls
                self._calls[message.call] = Kept(message.body, Answer(fate, told, receipt))
        history = batch.tables.get("history")
        for row in history.iter_rows(named=True) if history is not None else ():
            message = batch.messages[row["message_no"]]
            assert row["filing_key"] not in self._told
            self._told[row["filing_key"]] = Earlier(message.name, message.body, message.submitter)
        self.sizes.append(len(batch.messages))
        if batch.tables:
            self.tables.append(batch.tables)
        self.loses(batch)
        return receipts

    def earlier(self, filing_keys):
        return {key: self._told[key] for key in filing_keys if key in self._told}

    def standing(self, references):
        return {one: self.stands[one] for one in references if one in self.stands}

    def rows(self, keys):
        held = [table["history"].drop("message_no") for table in self.tables]
        return sharing(pl.concat(held), keys) if held else None

    def table(self, name):
        return pl.concat([table[name] for table in self.tables]).drop("message_no")


def sharing(rows, keys):
    """Those rows that share any of the keys."""
    return rows.filter(pl.any_horizontal(pl.col(key).is_in(values) for key, values in keys.items()))


def a_batcher(in_force, book, moment=lambda: MOMENT, **options):
    """A batcher of these rules that keeps everything in this book."""
    return Batcher(lambda: in_force, lambda: Past(book), book, moment, **options)


def answered(in_force, book, *messages, **options):
    """The answers to messages that wait together."""
    batcher = a_batcher(in_force, book, **options)
    tickets = [batcher.put(message) for message in messages]
    with batcher:
        return [ticket.wait(60) for ticket in tickets]

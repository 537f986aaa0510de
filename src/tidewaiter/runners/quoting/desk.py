"""The desk: blocks of lines are read, sorted by their terms, worked out together, and answered in their order."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tidewaiter.pipeline.plan import Chunk
from tidewaiter.runners.quoting.answers import Answer, answers
from tidewaiter.runners.quoting.asked import Asked, Wrongs, chunk_of_rows, rows_of
from tidewaiter.runners.quoting.copies import copied
from tidewaiter.runners.quoting.permalink import Bench, with_request
from tidewaiter.runners.quoting.requests import AN_ANSWER, Refused, Terms, Wrong, day_of, refuse_own_currency, terms_of
from tidewaiter.runners.quoting.strangers import strangers
from tidewaiter.runners.reading.json_lines import Lines, Objects
from tidewaiter.runners.reading.rejects import Rejects

FILINGS_AT_ONCE: Final = 32_768
"""Copies of filings that walk the plan at a time."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for rings of objects: a block makes a million small ones, none of them in a ring."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class Piece:
    """Lines of one set of terms that have walked the plan together."""

    bench: Bench
    terms: Terms
    asked: list[Asked]
    done: Chunk

    def told(self) -> Iterator[tuple[int, Answer]]:
        """The answer to each line, by its number."""
        made = answers(self.done, self.bench.quoting, self.bench.shelves, self.terms.assumed.exchange_rates)
        for request, answer in zip(self.asked, made, strict=True):
            yield request.number, with_request(request, self.terms, self.bench, answer)


@dataclass(frozen=True)
class Block:
    """A block of lines that was worked on: what can be answered, and what is wrong with the rest."""

    lines: Lines
    named: Mapping[int, str | None]
    pieces: list[Piece]
    wrong: Wrongs

    def told(self) -> Iterator[Answer]:
        """One answer, or what is wrong, a line, in their order."""
        made = dict(answer for piece in self.pieces for answer in piece.told())
        for number in self.lines.numbers:
            yield made[number] if number in made else _error(number, self.named.get(number), self.wrong[number])


@dataclass
class Desk:
    """Answers lines. ``bench_for`` makes the bench for a set of terms, once; ``Refused`` for unlawful ones."""

    bench_for: Callable[[Terms], Bench]
    place_of: Mapping[str, str]
    default_as: str | None = None
    default_on: date | None = None
    benches: dict[Terms, Bench] = field(default_factory=dict)

    def quote(self, blocks: Iterable[Lines]) -> Iterator[Answer]:
        """One answer or one ``errors`` entry a line that is not blank, in the order of the lines."""
        objects = Objects(".")
        for lines in blocks:
            with uncollected():
                told = list(self._block(lines, objects).told())
            yield from told

    def _block(self, lines: Lines, objects: Objects) -> Block:
        rejects = Rejects()
        places, told = objects.decoded(lines, "utf-8", rejects)
        asked = [Asked(lines.numbers[at], filing, lines.texts[at]) for at, filing in zip(places, told, strict=True)]
        wrong = {
            number: [Wrong(code, pointer, value, message)]
            for number, _, code, pointer, value, message, _ in rejects.rows
        }
        by_terms: dict[Terms, list[Asked]] = {}
        for request in asked:
            try:
                by_terms.setdefault(self._terms(request), []).append(request)
            except Refused as refused:
                unknown = strangers(request.filing) if refused.wrong.code != AN_ANSWER else []
                wrong[request.number] = [
                    refused.wrong, *(Wrong(one["code"], one["field"], None, one["sentence"]) for one in unknown)
                ]  # fmt: skip
        pieces = [
            piece
            for terms, requests in by_terms.items()
            for piece in _worked(self.benches[terms], terms, requests, wrong)
        ]
        return Block(lines, {request.number: request.named for request in asked}, pieces, wrong)

    def _terms(self, request: Asked) -> Terms:
        terms = terms_of(request.filing, self.default_as, self.place_of)
        request.on = day_of(request.filing, self.default_on)
        if terms not in self.benches:
            self.benches[terms] = self.bench_for(terms)
        refuse_own_currency(terms.assumed, self.benches[terms].quoting.jurisdiction.currency)
        return terms


def _worked(bench: Bench, terms: Terms, requests: list[Asked], wrong: Wrongs) -> Iterator[Piece]:
    """The lines of one set of terms, some at a time; what cannot be read is added to ``wrong``."""
    sets = bench.quoting.jurisdiction.sets
    size = max(1, FILINGS_AT_ONCE // (1 + len(sets)))
    for start in range(0, len(requests), size):
        some = requests[start : start + size]
        rows = rows_of(some, wrong)
        kept = [request for request in some if request.number not in wrong]
        if kept:
            chunk = copied(chunk_of_rows(rows, kept, bench.office), sets)
            yield Piece(bench, terms, kept, bench.quoting.plan.run(chunk))


def _error(number: int, named: str | None, wrong: list[Wrong]) -> Answer:
    faults = [{"code": one.code, "field": one.field, "value": one.value, "message": one.message} for one in wrong]
    return {"line": number, "consignment_id": named, "errors": faults}

"""The desk: blocks of lines are read, sorted by their terms, worked out together, and answered in their order."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

import polars as pl

from tidewaiter.kit.format import canonical_sheet
from tidewaiter.model.columns import INSTANT
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.quoting import Quoting
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.runners.chunks import chunk_of
from tidewaiter.runners.identity import with_defaults
from tidewaiter.runners.quoting.answers import ASKS_TARIFF, Answer, answers
from tidewaiter.runners.quoting.copies import copied
from tidewaiter.runners.quoting.requests import OWN, Refused, Terms, Wrong, day_of, terms_of
from tidewaiter.runners.reading.json_lines import Lines, Object, Objects
from tidewaiter.runners.reading.json_rows import Flattening
from tidewaiter.runners.reading.mapping import mapped
from tidewaiter.runners.reading.rejects import Rejects
from tidewaiter.runners.spool import complete
from tidewaiter.stages.typed import typed

FILINGS_AT_ONCE: Final = 32768
"""Copies of filings that walk the plan at a time."""


@dataclass(frozen=True)
class Bench:
    """What answers the lines of one set of terms: the plan, its shelves, the office, and the editions it rests on."""

    quoting: Quoting
    shelves: Shelves
    office: str | None
    editions: Mapping[str, str]
    by_place: dict[str, frozenset[str]] = field(default_factory=dict)

    def fee_currencies(self, place: str) -> frozenset[str]:
        """Currencies of the fees that hold in a place."""
        if place not in self.by_place:
            fees = self.quoting.jurisdiction.fees
            self.by_place[place] = frozenset(fee.currency for fee in fees if fee.place in {"", place})
        return self.by_place[place]


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
            yield from self._block(lines, objects)

    def _block(self, lines: Lines, objects: Objects) -> Iterator[Answer]:
        rejects = Rejects()
        places, told = objects.decoded(lines, "utf-8", rejects)
        asked = [_Asked(lines.numbers[at], filing, lines.texts[at]) for at, filing in zip(places, told, strict=True)]
        wrong = {
            number: [Wrong(code, pointer, value, message)]
            for number, _, code, pointer, value, message, _ in rejects.rows
        }
        by_terms: dict[Terms, list[_Asked]] = {}
        for request in asked:
            try:
                by_terms.setdefault(self._terms(request), []).append(request)
            except Refused as refused:
                wrong[request.number] = [refused.wrong]
        made: dict[int, Answer] = {}
        for terms, requests in by_terms.items():
            bench = self.benches[terms]
            size = max(1, FILINGS_AT_ONCE // (1 + len(bench.quoting.jurisdiction.sets)))
            for start in range(0, len(requests), size):
                made |= self._answered(bench, terms, requests[start : start + size], wrong)
        named = {request.number: request.named for request in asked}
        for number in lines.numbers:
            yield made[number] if number in made else _error(number, named.get(number), wrong[number])

    def _terms(self, request: "_Asked") -> Terms:
        terms = terms_of(request.filing, self.default_as, self.place_of)
        request.on = day_of(request.filing, self.default_on)
        if terms not in self.benches:
            self.benches[terms] = self.bench_for(terms)
        return terms

    def _answered(
        self, bench: Bench, terms: Terms, requests: list["_Asked"], wrong: dict[int, list[Wrong]]
    ) -> dict[int, Answer]:
        rows = _rows(requests, wrong)
        kept = [request for request in requests if request.number not in wrong]
        if not kept:
            return {}
        done = bench.quoting.plan.run(copied(_chunk(rows, kept, bench.office), bench.quoting.jurisdiction.sets))
        told = answers(done, bench.quoting, bench.shelves, terms.assumed.exchange_rates)
        return {
            request.number: _with_request(request, terms, bench, answer)
            for request, answer in zip(kept, told, strict=True)
        }


@dataclass
class _Asked:
    """A line: its number, what it says, its bytes, and the day for what carries no date."""

    number: int
    filing: Object
    text: bytes
    on: date | None = None

    @property
    def named(self) -> str | None:
        """The reference the line gives its filing."""
        said = self.filing.get("consignment_id")
        return None if said is None else str(said)

    def plain(self) -> Object:
        """The filing alone; one without a reference is called by the number of its line."""
        own = {name: value for name, value in self.filing.items() if name not in OWN}
        return own if self.named else {**own, "consignment_id": str(self.number)}


def _rows(requests: list[_Asked], wrong: dict[int, list[Wrong]]) -> pl.DataFrame:
    """Typed rows of the lines that can be read; what is wrong with the others is added to ``wrong``."""
    rejects, sheet = Rejects(), canonical_sheet()
    numbers, texts = [request.number for request in requests], [request.text for request in requests]
    raw = Flattening(sheet).rows(numbers, [request.plain() for request in requests], texts, rejects)
    for number, _, code, pointer, value, message, _ in rejects.rows:
        wrong[number] = [Wrong(code, pointer, value, message)]
    if not raw.frame.height:
        return pl.DataFrame()
    text = mapped(raw, raw.frame.columns, sheet).rows
    read = typed(text)
    positions = text["source_position"]
    for fault in read.faults.iter_rows(named=True):
        told = Wrong(fault["code"], fault["pointer"], fault["value"], fault["message"])
        wrong.setdefault(positions[fault["at"]], []).append(told)
    good = ~pl.col("source_position").is_in([request.number for request in requests if request.number in wrong])
    return with_defaults(read.rows).filter(good)


def _chunk(rows: pl.DataFrame, kept: list[_Asked], office: str | None) -> Chunk:
    """Filings and items of the lines that are answered, as the plan takes them."""
    place = {request.number: at for at, request in enumerate(kept)}
    numbered = complete(rows.with_columns(source_no=pl.lit(0, dtype=pl.Int32)), None).with_columns(
        filing_no=pl.col("source_position").replace_strict(place, return_dtype=pl.Int64)
    )
    chunk = chunk_of(numbered, lambda at: numbered[at], ["-"], "", "accepted")
    days = [datetime(on.year, on.month, on.day, tzinfo=UTC) if (on := request.on) else None for request in kept]
    chunk.filings = chunk.filings.with_columns(
        run_accepted_at=pl.coalesce("run_accepted_at", pl.Series(days, dtype=INSTANT)),
        office_country=pl.lit(office) if office else pl.col("destination_country"),
    )
    return chunk


def _with_request(request: _Asked, terms: Terms, bench: Bench, answer: Answer) -> Answer:
    """The answer with what was asked, and all that is needed to ask it again."""
    link: Object = {
        "as": terms.as_,
        "on": request.on,
        "assume": request.filing.get("assume") or {},
        "editions": _rests_on(bench, answer, request.filing, terms),
        **request.plain(),
    }
    answer["assumed"] = [*terms.assumed.told(), *answer["assumed"]]
    named = link["consignment_id"]
    return {"line": request.number, "consignment_id": named, "as": terms.as_, **answer, "permalink": link}


def _rests_on(bench: Bench, answer: Answer, filing: Object, terms: Terms) -> dict[str, str]:
    """The editions that can change an amount of this answer: rates and tariffs only where they can be asked."""
    law = bench.quoting.jurisdiction
    named = _currencies(filing) | bench.fee_currencies(str(filing.get("destination_country") or "").strip().upper())
    asked = {
        "sheet": True,
        "exchange rates": not named <= {law.currency},
        "tariff": answer.pop(ASKS_TARIFF) and terms.assumed.duty_rate is None,
    }
    return {name: edition for name, edition in bench.editions.items() if asked.get(kind_of_edition(name), False)}


def kind_of_edition(name: str) -> str:
    """``sheet`` of ``sheet EU``, ``tariff`` of ``tariff: starter for the United States``."""
    return name.partition(":")[0] if ":" in name else name.partition(" ")[0]


def _currencies(filing: Object) -> set[str]:
    """All currencies a filing names."""
    items = filing.get("items")
    told = [filing, *(line for line in items if isinstance(line, dict))] if isinstance(items, list) else [filing]
    return {str(part[name]).upper() for part in told for name in _money_names(tuple(part)) if part[name]}


@lru_cache(maxsize=1024)
def _money_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of an object's keys that name a currency; filings of one sender have the same keys."""
    return tuple(name for name in names if name.endswith("currency"))


def _error(number: int, named: str | None, wrong: list[Wrong]) -> Answer:
    faults = [{"code": one.code, "field": one.field, "value": one.value, "message": one.message} for one in wrong]
    return {"line": number, "consignment_id": named, "errors": faults}

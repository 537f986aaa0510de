"""Permalinks: an answer with what was asked, and all that is needed to ask it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from tidewaiter.pipeline.quoting import Quoting
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.runners.quoting.answers import ASKS_TARIFF, Answer
from tidewaiter.runners.quoting.asked import Asked
from tidewaiter.runners.quoting.requests import Terms
from tidewaiter.runners.quoting.strangers import UNKNOWN_FIELD, strangers
from tidewaiter.runners.quoting.unused import ASSUMED_RATE, NOT_USED, is_unused, not_used
from tidewaiter.runners.reading.json_lines import Object

TAX: Final = "VAT"
"""The kind of an edition of tax rates."""

Editions = dict[str, str]


@dataclass(frozen=True)
class Bench:
    """What answers the lines of one set of terms: the plan, its shelves, the office, and the editions it rests on."""

    quoting: Quoting
    shelves: Shelves
    office: str | None
    editions: Mapping[str, str]
    by_place: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)
    by_need: dict[tuple[bool, bool, bool], Editions] = field(default_factory=dict, compare=False)

    def fee_currencies(self, place: str) -> frozenset[str]:
        """Currencies of the fees that hold in a place."""
        if place not in self.by_place:
            fees = self.quoting.jurisdiction.fees
            self.by_place[place] = frozenset(fee.currency for fee in fees if fee.place in {"", place})
        return self.by_place[place]

    def needed(self, *, rates: bool, tariff: bool, tax: bool) -> Editions:
        """The editions of the sheet, and of the shelves that are asked."""
        if (rates, tariff, tax) not in self.by_need:
            asked = {"sheet": True, "exchange rates": rates, "tariff": tariff, TAX: tax}
            told = {name: edition for name, edition in self.editions.items() if asked.get(kind_of_edition(name), False)}
            self.by_need[rates, tariff, tax] = told
        return self.by_need[rates, tariff, tax]


def with_request(request: Asked, terms: Terms, bench: Bench, answer: Answer) -> Answer:
    """The answer with what was asked, and all that is needed to ask it again."""
    link: Object = {
        "as": terms.as_,
        "on": request.on,
        "assume": request.filing.get("assume") or {},
        "editions": _rests_on(bench, answer, request.filing, terms),
        **request.plain,
    }
    unknown = strangers(request.plain)
    if unknown:
        answer["findings"] += unknown
        answer["reasons"].append(UNKNOWN_FIELD.code)
    taken, rate = terms.assumed.told(), terms.assumed.duty_rate
    if rate is not None and is_unused(rate, answer["lines"]):
        taken = [one for one in taken if one["what"] != ASSUMED_RATE]
        answer["findings"].append(not_used(rate, answer["lines"], answer["currency"]))
        answer["reasons"].append(NOT_USED.code)
    answer["assumed"] = [*taken, *answer["assumed"]]
    named = link["consignment_id"]
    return {"line": request.number, "consignment_id": named, "as": terms.as_, **answer, "permalink": link}


def _rests_on(bench: Bench, answer: Answer, filing: Object, terms: Terms) -> Editions:
    """The editions that can change an amount of this answer: rates and tariffs only where they can be asked."""
    named = _currencies(filing) | bench.fee_currencies(str(filing.get("destination_country") or "").strip().upper())
    return bench.needed(
        rates=not named <= {bench.quoting.jurisdiction.currency},
        tariff=answer.pop(ASKS_TARIFF) and terms.assumed.duty_rate is None,
        tax=terms.assumed.tax_rate is None,
    )


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

"""Answers: what a chunk of copies came to, told filing by filing in the words of the interface."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from tidewaiter.kit.jurisdiction import Jurisdiction, rule_table
from tidewaiter.pipeline.assumptions import BY_REQUEST
from tidewaiter.pipeline.plan import Chunk
from tidewaiter.pipeline.quoting import Quoting
from tidewaiter.pipeline.shelves import Shelves
from tidewaiter.pipeline.stage import ROW
from tidewaiter.pipeline.told import findings, found_in
from tidewaiter.runners.clearing import charge_rows
from tidewaiter.runners.quoting.copies import COPY, as_claimed
from tidewaiter.runners.quoting.missing import missing_fields
from tidewaiter.runners.reasons import teller

Answer = dict[str, Any]
Exchange = Sequence[tuple[str, int, int]]
AMOUNTS: Final = ("duty_minor", "tax_minor", "fee_minor")
WHOLE: Final = ("intrinsic_value_minor", "customs_value_minor", *AMOUNTS, "due_at_border_minor", "resolved")
ASKS_TARIFF: Final = "asks_tariff"
"""Not for the reader: whether the answer can rest on a tariff's edition."""

SHAKY: Final = ("recalled", "assumed")
ELSEWHERE: Final = "collected_elsewhere"


def answers(done: Chunk, quoting: Quoting, shelves: Shelves, given: Exchange = ()) -> Iterator[Answer]:
    """One answer a filing, in order; what the request itself said (``as``, its id, assumptions) is not yet in it.

    ``given``: exchange rates that the request assumes.
    """
    law, times = quoting.jurisdiction, 1 + len(quoting.jurisdiction.sets)
    claimed = as_claimed(done, times)
    found, charged = (
        _by_filing(findings(claimed, found_in(claimed, quoting.kinds))),
        _by_filing(charge_rows(claimed, quoting, shelves)),
    )
    tell = teller(quoting.kinds, law.currency)
    shaky = _by_filing(_stand_in_rates(claimed, given))
    sets, by_tariff = _sets(done, quoting), _asks_tariff(done)
    whole = claimed.filings.select(
        *WHOLE, on="duty_day", chosen_set="reduced_set_used", defaulted="defaulted", law_period="law_period",
        watches="law_low_value_limit_minor",
    )  # fmt: skip
    for row, told in enumerate(whole.iter_rows(named=True)):
        lines = [_line(line) for line in charged.get(row, ())]
        yield {
            ASKS_TARIFF: by_tariff[row],
            "on": told["on"],
            "eligible_sets": sets[row],
            "chosen_set": told["chosen_set"],
            "currency": law.currency,
            **{name: told[name] for name in ("intrinsic_value_minor", "customs_value_minor")},
            "lines": lines,
            **{name: told[name] for name in AMOUNTS},
            "total_minor": _sum(told),
            "due_at_border_minor": told["due_at_border_minor"],
            "not_included": [*law.not_included, *_elsewhere(lines)],
            "assumed": [*_assumed(told, lines), *shaky.get(row, ())],
            "resolved": told["resolved"],
            "reasons": list(dict.fromkeys(finding["code"] for finding in found.get(row, ()))),
            "findings": [tell(one["code"], one["item_no"], one["evidence"]) for one in found.get(row, ())],
        }


def _asks_tariff(done: Chunk) -> list[bool]:
    """Whether any copy of a filing takes its duty from a tariff, or nobody can tell."""
    asks = (pl.col("duty_rule") != "relief").fill_null(value=True) & (pl.col("duty_rule") != "per_code").fill_null(
        value=True
    )
    first = (pl.col(COPY) == 0).cum_sum()
    return done.filings.group_by(first, maintain_order=True).agg(asks.any().alias("asks"))["asks"].to_list()


def _by_filing(rows: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    told: dict[int, list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        told.setdefault(int(row.pop("consignment_id")), []).append(row)
    return told


def _line(charge: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in charge.items() if name != "version"}


def _sum(told: Mapping[str, Any]) -> int | None:
    """Duty, tax and fees together; empty as soon as one of them, or anything due at the border, is not known."""
    amounts = [told[name] for name in AMOUNTS]
    return sum(amounts) if told["resolved"] and None not in amounts else None


def _elsewhere(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    names = dict.fromkeys(f"{line['charge']} ({line['rate_text']})" for line in lines if line["status"] == ELSEWHERE)
    return list(names)


def _assumed(told: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What rests on less than law that was read: fields a format filled in, and facts from memory."""
    fields = (told["defaulted"] or "").split(";")
    shaky = {
        (line["rule_id"] or line["charge"], word): line["source"]
        for line in lines
        for word in SHAKY
        if (line["source"] or "").endswith(f"({word})") and not (line["source"] or "").startswith(BY_REQUEST)
    }
    return [
        *({"what": name, "value": None, "by": "default"} for name in fields if name),
        *({"what": what, "value": source, "by": f"law, {word}"} for (what, word), source in shaky.items()),
    ]


def _stand_in_rates(claimed: Chunk, given: Exchange) -> pl.DataFrame:
    """One row a filing and currency whose rate on the shelf stands in for the legal one; ``given`` are no shelf's."""
    is_own = pl.col("value_currency").is_in([name for name, _, _ in given])
    own = claimed.items.filter((pl.col("line_exchange_status") == "assumed") & ~is_own)
    return own.select(
        "consignment_id",
        what=pl.lit("exchange_rate ") + pl.col("value_currency"),
        value=pl.lit("not the legal rate"),
        by=pl.lit("shelf"),
    ).unique(maintain_order=True)


def _sets(done: Chunk, quoting: Quoting) -> list[list[dict[str, Any]]]:
    """Per filing an entry for each data set: allowed (empty: nobody can tell), why not, amounts, missing fields."""
    law, missing = quoting.jurisdiction, missing_fields(done, quoting.kinds)
    texts = _rule_texts(law)
    columns = [ROW, COPY, "law_period", "sets_refused", *AMOUNTS, "due_at_border_minor", "resolved"]
    told: list[list[dict[str, Any]]] = []
    for row in done.filings.select(columns).iter_rows(named=True):
        if row[COPY] == 0:
            told.append([])
        else:
            name = law.sets[row[COPY] - 1]
            told[-1].append(_set(name, row, law, missing.get(row[ROW], []), texts))
    return told


def _set(
    name: str, row: Mapping[str, Any], law: Jurisdiction, missing: list[str], texts: Mapping[tuple[str, int], str]
) -> dict[str, Any]:
    own = [ground for ground in row["sets_refused"] or () if ground["set"] == name]
    told = [ground["ground"] for ground in own if ground["is_told"]]
    allowed = None if row["law_period"] is None or (own and not told) else not told
    grounds = told or [ground["ground"] for ground in own]
    sentences = [_sentence(law, ground, name, row["law_period"], texts) for ground in grounds]
    if allowed is None:
        sentences = (
            ["no law is loaded for the day"]
            if row["law_period"] is None
            else ["the filing does not say whether " + "; ".join(sentences)]
        )
    kept = (*AMOUNTS, "due_at_border_minor", "resolved")
    amounts = {key: row[key] if allowed is not False else None for key in kept}
    return {
        "set": name,
        "allowed": allowed,
        "why_not": "; ".join(sentences) or None,
        "grounds": grounds,
        **amounts,
        "total_minor": _sum(amounts),
        "missing_fields": [field for field in missing if field in grounds] if allowed is False else missing,
    }


def _sentence(law: Jurisdiction, ground: str, name: str, period: int, texts: Mapping[tuple[str, int], str]) -> str:
    """What the sheet says of a ground, with the amounts of the day; the bare word where it says nothing."""
    sentence = law.sentence_of(ground, name) or ground
    for parameter in law.parameter_names:
        mark = "{" + parameter + "}"
        if mark in sentence:
            if (parameter, period) not in texts:
                return "its limit is not in force on the day"
            sentence = sentence.replace(mark, texts[parameter, period])
    return sentence


def _rule_texts(law: Jurisdiction) -> dict[tuple[str, int], str]:
    table = rule_table(law)
    return {
        (rule, period): text for rule, period, text in table.select("rule_id", "law_period", "rule_text").iter_rows()
    }

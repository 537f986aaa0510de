"""What others claim of one filing and where it contradicts what is declared, for those who may see it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import polars as pl
from django.db import connection

from tidewaiter.exchange import assertions
from tidewaiter.exchange.filings import Filing
from tidewaiter.kit.risk_rule import RiskRule
from tidewaiter.model.assertions import ASSERTED
from tidewaiter.model.columns import BY_DOOR, FILING_FIELDS
from tidewaiter.model.errors import ImpossibleAct
from tidewaiter.model.words import filled
from tidewaiter.runners.assertions.filed import FILED, HEAD, KEY, LINES, filed_of
from tidewaiter.runners.assertions.joining import facts_of, pairs
from tidewaiter.runners.identity import with_defaults
from tidewaiter.runners.spool import complete
from tidewaiter.service.discovery import risk_rules
from tidewaiter.service.versions.originals import body_of
from tidewaiter.stages.typed import typed
from tidewaiter.store.access import acting_as
from tidewaiter.store.rights import Actor

HERE: Final = "here"
MARK_OF_ORDER: Final = b"\xef\xbb\xbf"


class Beside(NamedTuple):
    """What is claimed (``ASSERTED``), and each contradiction with ``code``, ``title`` and ``sentence``."""

    claimed: Sequence[Mapping[str, Any]] = ()
    contradictions: Sequence[Mapping[str, str]] = ()


def beside(actor: Actor, filing: Filing) -> Beside:
    """What others claim of the order and the parcels of a filing, as far as this person may see it.

    A filing that came by a file, or whose message is not kept any more, is asked by its barcodes alone and contradicted
    by nothing here: what a file contradicts is found when it is cleared.
    """
    try:
        rows = _typed(
            json.loads(body_of(filing, filing.version, with_runs=False).removeprefix(MARK_OF_ORDER), parse_float=str)
        )
    except (ImpossibleAct, ValueError):
        rows = None
    order_id = rows["order_id"][0] if rows is not None and "order_id" in rows.columns else None
    with acting_as(actor):
        claimed = assertions.about(connection, order_id, filing.barcodes)
    if not claimed or rows is None:
        return Beside(claimed)
    return Beside(claimed, list(_contradictions(claimed, rows)))


def _typed(told: Mapping[str, Any]) -> pl.DataFrame:
    """The lines of a message with its filing beside each, typed."""
    head = {name: _text(value) for name, value in told.items() if name in BY_DOOR}
    lines = [
        {f"item_{name.removeprefix('item_')}": _text(value) for name, value in line.items()}
        for line in told.get("items") or ()
    ]
    known = [{**head, **{name: text for name, text in line.items() if name in BY_DOOR}} for line in lines]
    names = dict.fromkeys(name for row in known for name in row)
    return with_defaults(typed(pl.DataFrame(known, schema=dict.fromkeys(names, pl.String()))).rows)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _contradictions(claimed: Sequence[Mapping[str, Any]], rows: pl.DataFrame) -> Iterator[Mapping[str, str]]:
    whole = complete(rows, [*HEAD, *LINES]).with_columns(filing_no=pl.lit(0, dtype=pl.Int64))
    filed = filed_of(whole, -1).with_columns(pl.lit(HERE).alias(KEY)).select(list(FILED))
    asserted = pl.DataFrame(list(claimed), schema=ASSERTED, orient="row").with_row_index("assertion_no")
    found = pairs(asserted.with_columns(pl.col("assertion_no").cast(pl.Int64), pl.lit(HERE).alias(KEY)), filed)
    if found.is_empty():
        return
    inner = [field.inner for field in FILING_FIELDS]
    facts = facts_of(found).hstack(complete(rows, inner)[0].select(inner))
    for rule in _rules():
        seen = facts.select(rule.flag, *(pl.col(name) for name in rule.finding.evidence))
        if seen[rule.finding.flag][0]:
            kind, evidence = rule.finding, seen.row(0, named=True)
            yield {"code": kind.code, "title": kind.title, "sentence": filled(kind.sentence, evidence, "")}


@cache
def _rules() -> tuple[RiskRule, ...]:
    """The rules of the house that set claims beside what is declared."""
    return tuple(rule for rule in risk_rules().values() if rule.looks_at_assertions)

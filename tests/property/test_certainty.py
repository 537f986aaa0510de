"""Whatever nobody has read shows: change any figure of any pack, and each amount it changes was called no certainty."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.builders_twin import cleared_by, rows_of, write_csv
from tidewaiter.kit.certainty import is_figure
from tidewaiter.kit.facts import ROUNDING, Parameter
from tidewaiter.kit.jurisdiction import Jurisdiction
from tidewaiter.service import discovery

FILINGS = 100
KEY = ("consignment_id", "item_no", "charge", "tax_type")
GONE = "no such charge"
SHOWN = ("estimated", "provisional", "unresolved")


def other_value(fact: Parameter) -> Parameter:
    """The same figure, another value of it."""
    if isinstance(fact.value, bool):
        return replace(fact, value=not fact.value)
    if fact.unit == ROUNDING:
        return replace(fact, value="ceiling to 1 per charge")
    if fact.is_money:
        return replace(fact, value=int(str(fact.value)) // 2 + 1)
    return replace(fact, value="7.5")


def figures(law: Jurisdiction) -> Iterator[tuple[str, Jurisdiction, Jurisdiction]]:
    """Each figure of a sheet: its name, the law in which nobody has read it, and that with another value of it."""
    for name in dict.fromkeys(fact.name for fact in law.parameters if is_figure(fact)):
        recalled, changed = (
            tuple(change(fact) if fact.name == name else fact for fact in law.parameters)
            for change in (lambda one: replace(one, evidence="recalled"),
                           lambda one: other_value(replace(one, evidence="recalled")))
        )  # fmt: skip
        yield name, replace(law, parameters=recalled), replace(law, parameters=changed)
    for kind in ("tax_rates", "fees"):
        facts = getattr(law, kind)
        if facts:
            recalled = tuple(replace(one, evidence="recalled") for one in facts)
            rates = tuple(
                replace(one, rate=replace(one.rate, numerator=one.rate.numerator + 10_000)) if one.rate
                else replace(one, amount_minor=one.amount_minor + 1)
                for one in recalled
            )  # fmt: skip
            yield kind, replace(law, **{kind: recalled}), replace(law, **{kind: rates})


def charged(law, source, target):
    rows = cleared_by(law, source, target)["charges"].to_dicts()
    return {tuple(row[name] for name in KEY): row for row in rows}


def amounts_of(rows):
    return {key: row["amount_minor"] for key, row in rows.items()}


def shows(row):
    return row["status"] in SHOWN or "(recalled)" in (row["source"] or "")


@pytest.mark.parametrize("code", sorted(discovery.jurisdictions()))
def test_every_amount_that_hangs_on_a_figure_nobody_has_read_says_so(code, tmp_path):
    rows = rows_of(code, FILINGS, 11)
    source = write_csv(tmp_path / "filings.csv", (row for one in rows.values() for row in one))
    law = discovery.jurisdictions()[code]
    amounts = amounts_of(charged(law, source, tmp_path / "read"))
    hidden, turned = [], 0
    for number, (name, recalled, changed) in enumerate(figures(law)):
        after = amounts_of(charged(changed, source, tmp_path / f"{number}b"))
        hit = [key for key, amount in amounts.items() if after.get(key, GONE) != amount]
        if not hit:
            continue
        before = charged(recalled, source, tmp_path / f"{number}a")
        assert amounts_of(before) == amounts, f"who has read {name} changes an amount"
        rows = [before[key] for key in hit]
        turned += len(rows)
        hidden += [
            (name, row) for row in rows if row["status"] not in SHOWN and "(recalled)" not in (row["source"] or "")
        ]

    assert hidden == []
    assert turned > 0


def test_figures_that_were_read_leave_amounts_definitive(tmp_path):
    law = discovery.jurisdictions()["EU"]
    read = replace(law, parameters=tuple(replace(fact, evidence="read") for fact in law.parameters))
    rows = rows_of("EU", FILINGS, 11)
    source = write_csv(tmp_path / "filings.csv", (row for one in rows.values() for row in one))

    statuses = {row["status"] for row in charged(read, source, tmp_path / "out").values()}

    assert "definitive" in statuses

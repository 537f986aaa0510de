"""A sheet with random roundings, minimums, carriage, fees and taxes inside their price laid over its own, span by span.

Seeded: the same seed gives the same sheet. What no shipped sheet says yet is read here by both readers.
"""

import re
import tomllib
from datetime import date, timedelta
from itertools import product
from random import Random

from tests.twin.random_filings import CHANGES, OWN

BLOCK = re.compile(r"^(?=\[)", re.MULTILINE)
NAME = re.compile(r'^name = "(\w+)"$', re.MULTILINE)
ROUNDED = ("duty_rounding", "excise_rounding", "tax_rounding", "fee_rounding")
MODES = ("half_up", "half_even", "floor", "ceiling")
MOMENTS = ("charge", "item", "filing")
UNITS = ("0.01", "0.01", "0.05", "0.10", "1", "3")
MINIMUMS = ("duty_minimum_minor", "tax_minimum_minor", "minimum_collectable_minor")
CARRIAGE = ("customs_value_includes_freight", "tax_base_includes_freight")
SURE = ("read", "read", "recalled")


def varied(texts: dict[str, str], jurisdiction: str, seed: int) -> dict[str, str]:
    """The texts of a jurisdiction's sheets with what is drawn in place of what they say of it."""
    chance = Random(f"sheet of {jurisdiction} {seed}")
    main = texts["sheet.toml"]
    start = min(row["valid_from"] for row in tomllib.loads(main)["parameter"])
    drawn = [*_parameters(chance, jurisdiction, start), *_fees(chance, jurisdiction, start)]
    kept = {name: _without_drawn(chance, text) for name, text in texts.items()}
    return kept | {"sheet.toml": "\n".join([kept["sheet.toml"], *drawn])}


def _without_drawn(chance, text):
    """The blocks of a sheet but those that are drawn; some taxes become part of their own price."""
    kept = []
    for block in BLOCK.split(text):
        named = NAME.search(block)
        if named and named[1] in {*ROUNDED, *MINIMUMS, *CARRIAGE}:
            continue
        is_inside = block.startswith("[[tax_rate]]") and "gross_up" not in block and chance.random() < 0.2
        kept.append(f"{block.rstrip()}\ngross_up = true\n\n" if is_inside else block)
    return "".join(kept)


def _parameters(chance, jurisdiction, start):
    for name in ROUNDED:
        ways = chance.sample([*product(MODES, MOMENTS)], len(MODES) * len(MOMENTS))
        for span, (mode, moment) in zip(_spans(chance, jurisdiction, start, often=0.95), ways, strict=False):
            worded = f"{mode} to {chance.choice(UNITS)} per {moment}"
            yield _block("parameter", span, chance, name=name, unit="rounding", value=worded)
    for name in MINIMUMS:
        for span in _spans(chance, jurisdiction, start, often=0.4):
            money = chance.choice([0, 100, 500, 1_999, 6_000])
            yield _block("parameter", span, chance, name=name, unit=f"{OWN[jurisdiction]} minor", value=money)
    for name in CARRIAGE:
        for span in _spans(chance, jurisdiction, start):
            yield _block("parameter", span, chance, name=name, unit="yes or no", value=chance.random() < 0.5)


def _fees(chance, jurisdiction, start):
    """A share of the value within bounds, and an amount for each line, in money of some country."""
    for number in range(chance.choice([1, 2, 3])):
        money = chance.choice([OWN[jurisdiction], OWN[jurisdiction], "USD", "JPY"])
        told = {"code": f"ZZ-{number}", "currency": money, "in_tax_base": chance.random() < 0.4}
        if chance.random() < 0.6:
            bounds = {"minimum_minor": chance.randrange(40), "maximum_minor": chance.randrange(200, 60_000)}
            told |= {"per": "value", "percent": chance.choice(["0.3464", "2", "12.5", "0.125"])} | {
                name: bound for name, bound in bounds.items() if chance.random() < 0.6
            } | {"base": chance.choice(["customs_value", "intrinsic_value"])}  # fmt: skip
        else:
            told |= {"per": chance.choice(["consignment", "line", "distinct_hs6", "distinct_code"])}
            told |= {"amount_minor": chance.choice([1, 99, 500])}
        if chance.random() < 0.4:
            name, words = chance.choice([("mode", ["post", "express"]), ("tax_rule", ["border"]), ("nature", ["sale"]),
                                         ("duty_rule", ["tariff", "relief"]), ("party_relation", ["B2C"])])  # fmt: skip
            told |= {"only": {name: words}}
        for span in _spans(chance, jurisdiction, start):
            yield _block("fee", span, chance, **told)


def _spans(chance, jurisdiction, start, often=0.8):
    """Spans between some changes of the law that follow each other, one or the other left out."""
    changes = sorted({date.fromisoformat(text) for text in CHANGES[jurisdiction]} - {start})
    cuts = sorted(chance.sample([day for day in changes if day > start], chance.choice([1, 2, 3])))
    for first, following in zip([start, *cuts], [*cuts, None], strict=True):
        if chance.random() < often:
            yield first, following and following - timedelta(days=1)


def _block(kind, span, chance, **told):
    first, last = span
    told |= {"valid_from": first, **({"valid_to": last} if last else {})}
    told |= {"source": "drawn by lot", "evidence": chance.choice(SURE)}
    return "\n".join([f"\n[[{kind}]]", *(f"{name} = {_cell(value)}" for name, value in told.items())])


def _cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {words}" for name, words in value.items()) + " }"
    return f'"{value}"' if isinstance(value, str) else f"{value}"

"""Presence: whether a filing carries the fields its data set requires on its duty point."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, Literal, NamedTuple

import polars as pl

from tidewaiter.kit.facts import Requirement
from tidewaiter.model.columns import BY_DOOR, told_column
from tidewaiter.model.findings import FindingKind
from tidewaiter.stages.quality import closed_lists, commodity
from tidewaiter.stages.quality.check import Check, flags

Level = Literal["filing", "item"]
NOTE: Final = "note"
SET: Final = "The data set {reduced_set_used} requires"


def _field(code: str, level: Level, field: str, title: str, what: str) -> tuple[str, FindingKind]:
    sentence = f"{SET} {what}, and it is missing. Declare it."
    return field, FindingKind(code, title, sentence, "ask", level, pointer=field, evidence=("reduced_set_used",))


OWN: Final[dict[str, FindingKind]] = dict(
    (
        _field("PRE-01", "filing", "consignor_name", "Consignor's name is missing", "the name of the consignor"),
        _field("PRE-02", "filing", "consignor_country", "Consignor's country is missing", "the consignor's country"),
        _field("PRE-03", "filing", "consignee_name", "Consignee's name is missing", "the name of the consignee"),
        _field("PRE-04", "filing", "consignee_street", "Consignee's street is missing", "the consignee's street"),
        _field("PRE-05", "filing", "consignee_city", "Consignee's city is missing", "the consignee's city"),
        _field("PRE-06", "filing", "consignee_country", "Consignee's country is missing", "the consignee's country"),
        _field("PRE-07", "filing", "gross_mass_kg", "Gross mass is missing", "the gross mass in kilograms"),
        _field("PRE-08", "item", "item_description", "Description is missing", "a description of the goods"),
        _field("PRE-09", "item", "item_commodity_code", "Commodity code is missing", "the commodity code"),
        _field("PRE-10", "item", "item_value_amount", "Value is missing", "the value of the line"),
        _field("PRE-11", "item", "item_value_currency", "Currency is missing", "the currency of the line's value"),
        _field("PRE-12", "item", "item_origin", "Origin is missing", "the country where the goods were made"),
        _field("PRE-13", "item", "item_net_mass_kg", "Net mass is missing", "the net mass in kilograms"),
        _field("PRE-14", "item", "item_quantity", "Quantity is missing", "the quantity"),
    ),
    authorisations=FindingKind(
        "PRE-15",
        "Authorisation is missing",
        "The data set rests on the declarant's authorisation, and none is declared. Declare it, or use another set.",
        "ask",
        "filing",
        pointer="authorisations",
        evidence=("reduced_set", "reduced_set_used"),
    ),
)
"""Fields (door names) whose absence has a code of its own."""

WITHHELD: Final = (commodity.CODE, *closed_lists.DECIDING)
"""Columns that are empty as well where what was told cannot count."""

OF_A_CLAIM: Final = "authorisations"
"""Required by the set that is claimed as well: without it the claim fails, and another set is used."""

NO_DESTINATION: Final = FindingKind(
    "PRE-16",
    "Destination is missing",
    "The filing does not say to which country the goods go. Declare the destination.",
    "ask",
    "filing",
    pointer="destination_country",
)
OTHER: Final[dict[tuple[Level, bool], FindingKind]] = {
    ("filing", False): FindingKind(
        "PRE-90", "Required fields are missing", f"{SET} fields that are missing: {{missing_fields}}. Declare them.",
        "ask", "filing", evidence=("reduced_set_used", "missing_fields"),
    ),
    ("item", False): FindingKind(
        "PRE-91", "Required fields of a line are missing",
        f"{SET} fields that the line lacks: {{missing_item_fields}}. Declare them.",
        "ask", "item", evidence=("reduced_set_used", "missing_item_fields"),
    ),
    ("filing", True): FindingKind(
        "PRE-92", "Expected fields are missing",
        f"{SET} these too, for now without asking: {{missing_fields}}. Declare them.",
        "note", "filing", evidence=("reduced_set_used", "missing_fields"),
    ),
    ("item", True): FindingKind(
        "PRE-93", "Expected fields of a line are missing",
        f"{SET} these too, for now without asking: {{missing_item_fields}}. Declare them.",
        "note", "item", evidence=("reduced_set_used", "missing_item_fields"),
    ),
}  # fmt: skip
"""All other fields, by level and by whether the sheet makes their absence a mere note."""

NAMES: Final[dict[Level, str]] = {"filing": "missing_fields", "item": "missing_item_fields"}
FILING_KINDS: Final = (
    *(kind for kind in OWN.values() if kind.level == "filing"),
    NO_DESTINATION, OTHER["filing", False], OTHER["filing", True],
)  # fmt: skip
ITEM_KINDS: Final = (
    *(kind for kind in OWN.values() if kind.level == "item"),
    OTHER["item", False],
    OTHER["item", True],
)

Spans = tuple[Requirement, ...]


class Layers(NamedTuple):
    """Whether each span of requirements holds, as columns to be dropped again; and what is told on top of them."""

    required: list[pl.Expr]
    told: list[pl.Expr]
    scratch: list[str]


@cache
def presence(requirements: tuple[Requirement, ...], level: Level) -> Layers:
    """The flags of one level and the names of missing fields that have no code of their own (null: none).

    Made once for each set of requirements. The frame carries the data set claimed and used and ``duty_day``; a
    requirement counts on the days of its span.
    """
    asked = _required(requirements, level, is_note=False)
    noted = _required(requirements, level, is_note=True)
    spans = dict.fromkeys([*asked.values(), *noted.values()])
    column_of = {span: f"_required_{number}" for number, span in enumerate(spans)}
    missing = {field: pl.col(column_of[span]) & _is_empty(field) for field, span in asked.items()}
    expected = {field: pl.col(column_of[span]) & _is_empty(field) for field, span in noted.items()}
    if OF_A_CLAIM in asked:
        missing[OF_A_CLAIM] |= _is_required(asked[OF_A_CLAIM], "reduced_set") & _is_empty(OF_A_CLAIM)
    own = [Check(kind, missing.get(field, pl.lit(value=False))) for field, kind in OWN.items() if kind.level == level]
    others = {field: hit for field, hit in missing.items() if field not in OWN and field != NO_DESTINATION.pointer}
    checks = [
        *own,
        *([Check(NO_DESTINATION, _is_empty(NO_DESTINATION.pointer))] if level == "filing" else ()),
        Check(OTHER[level, False], _any(others.values())),
        Check(OTHER[level, True], _any(expected.values())),
    ]
    return Layers(
        [_is_required(span).alias(name) for span, name in column_of.items()],
        [*flags(checks), _named([*others.items(), *expected.items()]).alias(NAMES[level])],
        list(column_of.values()),
    )


def _required(requirements: Sequence[Requirement], level: Level, *, is_note: bool) -> dict[str, Spans]:
    """Per field of this level the requirements that name it, in the order of the sheet."""
    named: dict[str, list[Requirement]] = {}
    for requirement in requirements:
        if (requirement.severity == NOTE) is is_note:
            for field in requirement.fields:
                named.setdefault(field, []).append(requirement)
    return {field: tuple(rows) for field, rows in named.items() if BY_DOOR[field].level == level}


def _is_required(spans: Spans, of_set: str = "reduced_set_used") -> pl.Expr:
    """True where any of these requirements holds on the duty point, for the data set in use or the one claimed."""
    return _any(_holds(span, of_set) for span in spans)


def _holds(span: Requirement, of_set: str) -> pl.Expr:
    day = pl.col("duty_day")
    holds = (pl.col(of_set) == span.reduced_set) & (day >= span.valid_from)
    return holds if span.valid_to is None else holds & (day <= span.valid_to)


def _is_empty(field: str) -> pl.Expr:
    """True where nothing was said; what was said in vain has a finding of its own."""
    column = BY_DOOR[field].column
    nothing = pl.col(column).is_null()
    return nothing & pl.col(told_column(column)).is_null() if column in WITHHELD else nothing


def _any(hits: Iterable[pl.Expr]) -> pl.Expr:
    expressions = list(hits)
    return pl.any_horizontal(expressions) if expressions else pl.lit(value=False)


def _named(hits: Sequence[tuple[str, pl.Expr]]) -> pl.Expr:
    """Door names of the fields that are missing, in the order of the sheet; null where none is."""
    if not hits:
        return pl.lit(None, dtype=pl.String)
    parts = [pl.when(hit).then(pl.lit(field)) for field, hit in hits]
    text = pl.concat_str(parts, separator=", ", ignore_nulls=True) if len(parts) > 1 else parts[0]
    return pl.when(_any(hit for _, hit in hits)).then(text)

"""Proposing: each column gets the field that its name and its values speak for, no field twice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from tidewaiter.model.columns import BY_DOOR, VOCABULARY
from tidewaiter.runners.learning.fitting import fit
from tidewaiter.runners.learning.naming import STANDS_FOR, Heading, candidates, headings
from tidewaiter.runners.learning.shapes import DATA_SET, EMAIL, IOSS, PART, S10, URL, Shape

EXAMPLES: Final = 3
LEAST: Final = 0.4
"""Less sure than this is no proposal."""

BY_VALUES: Final = 0.7
FOR_CERTAIN: Final = 1.2
"""How sure a field is where only the values speak for it; of numbers with a form of their own, surer than any name."""

KEY: Final = "consignment_id"
TELLING: Final = (
    (KEY, S10, FOR_CERTAIN),
    ("vat_scheme_id", IOSS, FOR_CERTAIN),
    ("consignee_email", EMAIL, BY_VALUES),
    ("item_url", URL, BY_VALUES),
    ("reduced_set", DATA_SET, BY_VALUES),
    ("parcel_of_order", PART, BY_VALUES),
)
"""Fields that values alone tell: nothing else looks so."""

REFERENCE, SLIGHT, EVEN = 0.6, 0.2, 0.5
"""What a reference without a name counts, the least that is looked into, and the middle."""

TRIED, TRIED_ROWS = 8, 1_000
OF_PERSON: Final = "person_type"
AGAINST_LEVEL: Final = 0.35
"""A field of the filing whose values differ between lines of one filing would contradict itself."""

OFTEN: Final = 0.03
ONE_FOR_ALL: Final = 0.9
ALSO: Final = {
    "consignment_id": "parcel_id",
    "consignee_country": "destination_country",
    "consignor_country": "country_of_dispatch",
    "consignor_name": "seller_name",
    "consignee_name": "buyer_name",
}
"""What a column says as well, where no other column says it."""


@dataclass(frozen=True)
class Proposed:
    """One column: the fields it is proposed for (none: unmapped), how sure, and some of its values.

    ``others`` are the next likely fields, for whoever decides otherwise.
    """

    column: str
    fields: tuple[str, ...]
    sure: float
    examples: tuple[str, ...]
    others: tuple[str, ...] = ()


@dataclass
class Layout:
    """All columns of a sample in their order, with their headings and shapes."""

    headings: list[Heading]
    shapes: dict[str, Shape]
    varies: Mapping[str, bool] = field(default_factory=dict)


def laid_out(sample: pl.DataFrame) -> Layout:
    """The columns of a sample of texts under the sender's names."""
    shapes = {name: Shape([value for value in sample[name].drop_nulls() if value]) for name in sample.columns}
    return Layout(headings(sample.columns), shapes)


def proposed(sample: pl.DataFrame, layout: Layout) -> list[Proposed]:
    """A proposal for each column, in the order of the file."""
    scores = {heading.column: _scores(heading, layout) for heading in layout.headings}
    key = _key_of(sample, scores, layout)
    if key:
        layout.varies = _varying(sample, key)
        scores = {heading.column: _scores(heading, layout) for heading in layout.headings}
        scores[key][KEY] = max(scores[key].get(KEY, 0.0), BY_VALUES)
    given = _stood_in(_dealt(scores), scores)
    taken = set(given.values())
    return [_proposal(heading.column, given, scores, layout, taken) for heading in layout.headings]


def _scores(heading: Heading, layout: Layout) -> dict[str, float]:
    """Fields a column may hold, by name and values together."""
    shape = layout.shapes[heading.column]
    found: dict[str, float] = {}
    for name, sure in candidates(heading).items():
        is_against = layout.varies.get(heading.column, False) and BY_DOOR[name].level == "filing"
        is_same = not layout.varies.get(heading.column, True) and BY_DOOR[name].level == "item"
        level = AGAINST_LEVEL if is_against else ONE_FOR_ALL if is_same else 1.0
        found[name] = sure * (0.1 + 0.9 * fit(name, shape)) * level
    for name, sure in _told_by_values(shape):
        found[name] = max(found.get(name, 0.0), sure)
    return found


def _told_by_values(shape: Shape) -> Iterator[tuple[str, float]]:
    """Fields that the values tell whatever stands over them: their form, or words of a closed list of ours."""
    if not shape.values:
        return
    yield from ((name, sure) for name, pattern, sure in TELLING if shape.share(pattern) > ONE_FOR_ALL)
    said = {value.casefold() for value in shape.different}
    for name, words in VOCABULARY.items():
        if not name.endswith(OF_PERSON) and said <= {word.casefold() for word in words}:
            yield name, BY_VALUES


def _key_of(sample: pl.DataFrame, scores: Mapping[str, Mapping[str, float]], layout: Layout) -> str:
    """The column that names the filing: called so, or a reference within whose lines most columns stay the same."""
    likely = {
        name: max(scores[name].get(KEY, 0.0), REFERENCE * fit(KEY, shape) * _spread(shape))
        for name, shape in layout.shapes.items()
        if shape.values and shape.dates < LEAST and shape.words <= 1
    }
    ranked = sorted((name for name in likely if likely[name] >= SLIGHT), key=lambda name: -likely[name])[:TRIED]
    rows = sample.head(TRIED_ROWS)
    return max(ranked, key=lambda name: likely[name] + _steadiness(rows, name) / 2, default="")


def _steadiness(sample: pl.DataFrame, key: str) -> float:
    """Share of the columns that stay the same within the lines of a key; a half where no key has several lines."""
    varies = _varying(sample, key)
    return 1 - sum(varies.values()) / len(varies) if varies else EVEN


def _spread(shape: Shape) -> float:
    """How much values differ, 0 to 1."""
    return len(shape.different) / max(len(shape.values), 1)


def _varying(sample: pl.DataFrame, key: str) -> dict[str, bool]:
    """For each column whether it differs between lines of one filing; not told where each filing has one line."""
    others = [name for name in sample.columns if name != key]
    if not others or sample[key].n_unique() == sample.height:
        return {}
    grouped = sample.group_by(key).agg(pl.len().alias(" lines"), *(pl.col(name).n_unique() for name in others))
    several = grouped.filter(pl.col(" lines") > 1)
    return {name: int((several[name] > 1).sum()) > OFTEN * several.height for name in others if several.height}


def _dealt(scores: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Field by column, the surest first; none twice."""
    ranked = sorted(
        ((sure, -at, column, name) for at, (column, told) in enumerate(scores.items()) for name, sure in told.items()),
        reverse=True,
    )
    given: dict[str, str] = {}
    taken: set[str] = set()
    for sure, _, column, name in ranked:
        if sure >= LEAST and column not in given and name not in taken:
            given[column] = name
            taken.add(name)
    return given


def _stood_in(given: dict[str, str], scores: Mapping[str, dict[str, float]]) -> dict[str, str]:
    """Who buys receives and who sells sends, where no column names anybody else."""
    for main, others in STANDS_FOR:
        named = next((c for c, name in given.items() if name in {f"{other}_name" for other in others}), "")
        if named and f"{main}_name" not in given.values():
            scores[named][f"{main}_name"] = scores[named][given[named]]
            given[named] = f"{main}_name"
    return given


def _proposal(
    column: str, given: Mapping[str, str], scores: Mapping[str, Mapping[str, float]], layout: Layout, taken: set[str]
) -> Proposed:
    examples = tuple(layout.shapes[column].different[:EXAMPLES])
    ranked = sorted(scores[column], key=lambda name: -scores[column][name])
    if column not in given:
        return Proposed(column, (), 0.0, examples, tuple(ranked[:EXAMPLES]))
    name = given[column]
    also = ALSO.get(name, "")
    is_said = not also.endswith("_name") or also in scores[column]
    fields = (name, also) if also and is_said and also not in taken else (name,)
    others = tuple(other for other in ranked if other not in fields)[:EXAMPLES]
    return Proposed(column, fields, min(1.0, round(scores[column][name], 2)), examples, others)


def headed(layout: Layout) -> dict[str, Heading]:
    """The headings by their column."""
    return {heading.column: heading for heading in layout.headings}


def in_order(proposals: Sequence[Proposed]) -> dict[str, str]:
    """Column by the first field it is proposed for."""
    return {one.fields[0]: one.column for one in proposals if one.fields}

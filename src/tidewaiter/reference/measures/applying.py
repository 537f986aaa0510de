"""Changes applied to a tariff's records: all of them, or none with every fault named."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from tidewaiter.reference.measures.changes import Change, as_records, fields_of, named, written
from tidewaiter.reference.measures.kinds import SEPARATOR, Reference, record_kinds, referring_to

Key = tuple[str, str]
"""Kind and key of a record."""

DIFFERENCE: Final = {"kind": pl.String(), "change": pl.String(), "key": pl.String(), "before": pl.String(),
                     "after": pl.String()}  # fmt: skip
"""A row is a record that is not as before: ``added`` ``changed`` ``removed``; its fields as JSON."""


@dataclass(frozen=True, slots=True)
class Applied:
    """Records after the changes, what is different, and what stood against it (then the records mean nothing)."""

    records: pl.DataFrame
    difference: pl.DataFrame
    faults: tuple[str, ...]


def apply_changes(base: pl.DataFrame, changes: Iterable[Change], not_carried: frozenset[str] = frozenset()) -> Applied:
    """Apply changes in their order to the table ``changes.RECORDS``.

    Faults: an insert of what exists, an update or delete of what does not, a record that refers to one that does not
    exist at the end, the end of one to which another still refers. References to kinds that are ``not_carried`` by the
    form of publication are not asked after.
    """
    told = list(changes)
    before = _standing(base, {(change.kind, change.key) for change in told})
    now: dict[Key, Mapping[str, str] | None] = dict(before)
    places: dict[Key, str] = {}
    faults = []
    for change in told:
        key = (change.kind, change.key)
        faults += _conflict(change, exists=now.get(key) is not None)
        now[key] = None if change.action == "delete" else change.fields
        places[key] = change.place
    records = _with(base, now)
    if not faults:
        faults = [*_without_parents(records, now, places, not_carried), *_without_children_left(records, now, places)]
    return Applied(records, _difference(before, now), tuple(faults))


def summary(difference: pl.DataFrame) -> dict[str, int]:
    """How many records were added, changed and removed."""
    counts = Counter(difference["change"].to_list())
    return {word: counts[word] for word in ("added", "changed", "removed")}


def _standing(base: pl.DataFrame, keys: set[Key]) -> dict[Key, Mapping[str, str] | None]:
    asked = pl.DataFrame(sorted(keys), schema={"kind": pl.String, "key": pl.String}, orient="row")
    found = base.join(asked, on=["kind", "key"], how="semi")
    return {(kind, key): fields_of(text) for kind, key, text in found.iter_rows()}


def _conflict(change: Change, *, exists: bool) -> Iterator[str]:
    if change.action == "insert" and exists:
        yield f"exists already: {change.place}: insert of {change.words}"
    if change.action in {"update", "delete"} and not exists:
        yield f"does not exist: {change.place}: {change.action} of {change.words}"


def _with(base: pl.DataFrame, now: Mapping[Key, Mapping[str, str] | None]) -> pl.DataFrame:
    touched = pl.DataFrame(list(now), schema={"kind": pl.String, "key": pl.String}, orient="row")
    kept = base.join(touched, on=["kind", "key"], how="anti", maintain_order="left")
    there = as_records((kind, key, fields) for (kind, key), fields in now.items() if fields is not None)
    return pl.concat([kept, there]).sort("kind", "key")


def _without_parents(
    records: pl.DataFrame,
    now: Mapping[Key, Mapping[str, str] | None],
    places: Mapping[Key, str],
    not_carried: frozenset[str],
) -> list[str]:
    """Records that were told and refer to what does not exist."""
    asked = [
        (key, reference, SEPARATOR.join(fields.get(name, "") for name in reference.fields))
        for key, fields in now.items()
        if fields is not None and key in places
        for reference in record_kinds()[key[0]].refers
        if all(fields.get(name) for name in reference.fields) and not not_carried.issuperset(reference.kinds[:2])
    ]
    wanted = {(kind, parent) for _, reference, parent in asked for kind in reference.kinds}
    there = set(_standing(records, wanted))
    return [
        f"parent missing: {places[key]}: {named(*key)} refers to {named(_any(reference), parent)}, which does not exist"
        for key, reference, parent in asked
        if not any((kind, parent) in there for kind in reference.kinds)
    ]


def _without_children_left(
    records: pl.DataFrame, now: Mapping[Key, Mapping[str, str] | None], places: Mapping[Key, str]
) -> list[str]:
    """Records that were deleted while others refer to them."""
    gone: dict[str, set[str]] = defaultdict(set)
    for (kind, key), fields in now.items():
        if fields is None:
            gone[kind].add(key)
    faults = []
    for kind, keys in gone.items():
        for child, reference in referring_to(kind):
            rows = records.filter(pl.col("kind") == child.name)
            for _, child_key, text in rows.filter(_refers(reference, keys)).iter_rows():
                fields = fields_of(text)
                parent = SEPARATOR.join(fields.get(name, "") for name in reference.fields)
                where = places[kind, parent]
                faults.append(f"still referred to: {where}: {named(kind, parent)} by {named(child.name, child_key)}")
    return faults


def _refers(reference: Reference, keys: set[str]) -> pl.Expr:
    parts = [pl.col("fields").str.json_path_match(f"$['{name}']").fill_null("") for name in reference.fields]
    return pl.concat_str(parts, separator=SEPARATOR).is_in(list(keys))


def _any(reference: Reference) -> str:
    return reference.kinds[0] if len(reference.kinds) == 1 else "regulation"


def _difference(
    before: Mapping[Key, Mapping[str, str] | None], now: Mapping[Key, Mapping[str, str] | None]
) -> pl.DataFrame:
    rows = []
    for (kind, key), fields in now.items():
        old = before.get((kind, key))
        was, is_ = (written(one) if one is not None else None for one in (old, fields))
        if was != is_:
            word = "added" if was is None else "removed" if is_ is None else "changed"
            rows.append((kind, word, key, was, is_))
    return pl.DataFrame(rows, schema=DIFFERENCE, orient="row").sort("kind", "key")

"""Daily extracts of the United Kingdom's customs declaration service: whole entities with what belongs to them.

An entity says what is done with it (``opType`` C, U or D), and so does each part of it. An updated entity repeats parts
that did not change; a measure that is updated and no longer names one of its parts has lost it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.reference.measures.changes import Action, Change, Message, fields_of
from tidewaiter.reference.measures.kinds import RecordKind, record_kinds, referring_to
from tidewaiter.reference.measures.xml_file import Element, subtrees

ROOT: Final = "TariffHistoryResponse"
ITEM: Final = "TariffHistoryItem"
INFO: Final = "ResultsInfo"
ACTIONS: Final[Mapping[str, Action]] = {"C": "insert", "U": "update", "D": "delete"}
WHOLE: Final = "measure"
"""The kind of entity whose update names all its parts."""

AREA: Final = "geographical.area"
NUMBER: Final = "hjid"
"""The extract's own number of an entity; memberships of areas name their members by it."""

CAPITAL: Final = re.compile(r"(?<!^)(?=[A-Z])")
RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "measure": {
        "measure.type.id": "measure.type", "geographical.area.id": "geographical.area",
        "additional.code.code": "additional.code", "additional.code.type.id": "additional.code.type",
        "quota.order.number.id": "ordernumber", "order.number": "ordernumber",
    },
    "additional.code": {"additional.code.code": "additional.code"},
    "measure.condition": {
        "condition.sequence.number": "component.sequence.number", "monetary.unit.code": "condition.monetary.unit.code",
        "measurement.unit.code": "condition.measurement.unit.code",
        "measurement.unit.qualifier.code": "condition.measurement.unit.qualifier.code",
    },
    "measure.excluded.geographical.area": {"geographical.area.id": "excluded.geographical.area"},
    "geographical.area.membership": {"geographical.area.group.sid": NUMBER},
    "base.regulation": {"regulation.role.type.id": "base.regulation.role"},
    "modification.regulation": {"regulation.role.type.id": "modification.regulation.role"},
    "goods.nomenclature.indents": {"goods.nomenclature.indents.sid": "goods.nomenclature.indent.sid"},
}  # fmt: skip
"""Fields that the extract calls otherwise than the TARIC message, by kind."""

PARTS: Final = {"quota.order.number.origin.exclusion": "quota.order.number.origin.exclusions"}
"""Kinds that the extract calls otherwise."""


@dataclass(slots=True)
class _Reading:
    """What is known while an extract is read."""

    base: pl.DataFrame
    changes: list[Change]
    faults: list[str]
    members: dict[str, str]


def read_extract(file: Path, base: pl.DataFrame) -> Message:
    """The changes of an extract; ``base`` (``changes.RECORDS``) tells which parts an updated measure has lost."""
    reading = _Reading(base, [], [], _areas_by_number(base))
    told_at = None
    found = subtrees(file, frozenset({ITEM, INFO}))
    next(found, None)
    items = []
    for one in found:
        if one.name == INFO:
            told_at = one.told("executionDate")[:10] or None
        else:
            items += [entity for wrapper in one.inside for entity in wrapper.inside if entity.child("metainfo")]
    for entity in items:
        if _dotted(entity.name) == AREA:
            reading.members[entity.told(NUMBER)] = entity.told("sid")
    for entity in items:
        _take_entity(entity, reading)
    return Message(tuple(reading.changes), tuple(reading.faults), told_at)


def _take_entity(entity: Element, reading: _Reading) -> None:
    """The changes of one entity and all its parts, its own first; what an updated measure lost comes last."""
    start = len(reading.changes)
    _take(entity, {}, None, reading)
    made = reading.changes[start:]
    if made and made[0].kind == WHOLE and made[0].action == "update":
        told = {(change.kind, change.key) for change in made}
        reading.changes += [lost for lost in _parts_of(made[0], reading.base) if (lost.kind, lost.key) not in told]


def _take(element: Element, above: Mapping[str, str], of: Action | None, reading: _Reading) -> None:
    name = _dotted(element.name)
    kind = record_kinds().get(PARTS.get(name, name))
    place = f"{element.name} {element.told(NUMBER)} (line {element.line})"
    info = element.child("metainfo")
    word = info.told("opType") if info else ""
    if kind is None or word not in ACTIONS:
        reading.faults.append(f"unknown record: {place}: '{element.name}' with opType '{word}'")
        return
    own = _fields(element, kind)
    if NUMBER in own:
        own["geographical.area.sid"] = reading.members.get(own.pop(NUMBER), "")
        own["geographical.area.group.sid"] = above.get("geographical.area.sid", "")
    if kind.name == AREA:
        own[NUMBER] = element.told(NUMBER)
    wanted = {*kind.key, *kind.needs, *(field for one in kind.refers for field in one.fields)}
    inherited = {field: above[field] for field in wanted if field in above and field not in own}
    fields = {field: text for field, text in {**inherited, **own}.items() if text}
    missing = kind.missing(fields) if word != "D" else [field for field in kind.key if not fields.get(field)]
    if missing:
        reading.faults.append(f"field missing: {place}: {kind.name} has no {', '.join(missing)}")
    action: Action = "restate" if of == "update" and word != "D" else ACTIONS[word]
    reading.changes.append(Change(kind.name, action, fields, place))
    for part in element.inside:
        if part.child("metainfo"):
            _take(part, {**above, **fields}, of or action, reading)


def _fields(element: Element, kind: RecordKind) -> dict[str, str]:
    """The element's own fields and the keys of what it refers to, by the names of the TARIC message."""
    names = RENAMED.get(kind.name, {})
    told = ((f"{kind.name}.sid" if field == "sid" else field, text) for field, text in _told(element))
    return {names.get(field, field): text for field, text in told}


def _told(element: Element) -> Iterator[tuple[str, str]]:
    for one in element.inside:
        if one.child("metainfo") or one.name in {"metainfo", NUMBER}:
            continue
        name = _dotted(one.name)
        if not one.inside:
            is_day = name.startswith("validity.") or name.endswith(".date")
            yield name, one.text[:10] if is_day else one.text
        elif name.endswith(".role"):
            yield name, one.told("regulationRoleTypeId")
        else:
            yield from ((f"{name}.sid" if inner == "sid" else inner, text) for inner, text in _told(one)
                        if not inner.startswith("validity."))  # fmt: skip


def _dotted(name: str) -> str:
    """``goodsNomenclatureItemId`` as the TARIC message writes it: ``goods.nomenclature.item.id``."""
    return CAPITAL.sub(".", name).lower()


def _areas_by_number(base: pl.DataFrame) -> dict[str, str]:
    areas = (fields_of(text) for text in base.filter(pl.col("kind") == AREA)["fields"])
    return {one[NUMBER]: one["geographical.area.sid"] for one in areas if NUMBER in one}


def _parts_of(measure: Change, base: pl.DataFrame) -> Iterator[Change]:
    """Deletions of everything that belongs to a measure, what belongs to a part of it first."""
    for kind, reference in referring_to(WHOLE):
        sid = pl.col("fields").str.json_path_match(f"$['{reference.fields[0]}']")
        rows = base.filter(pl.col("kind") == kind.name).filter(sid == measure.key)
        for key, text in rows.select("key", "fields").iter_rows():
            for inner, _ in referring_to(kind.name):
                owner = pl.col("fields").str.json_path_match(f"$['{kind.key[0]}']")
                for below in base.filter(pl.col("kind") == inner.name).filter(owner == key)["fields"]:
                    yield Change(inner.name, "delete", fields_of(below), measure.place)
            yield Change(kind.name, "delete", fields_of(text), measure.place)

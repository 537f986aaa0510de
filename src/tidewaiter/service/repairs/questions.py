"""Questions: what has to be told of a filing before it can go on, each of the party that can tell it."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from tidewaiter.model.columns import BY_DOOR, VOCABULARY
from tidewaiter.service.discovery import jurisdictions
from tidewaiter.service.versions.merging import path_of

FILER: Final = "filer"
PARTIES: Final = (FILER, "seller", "recipient")
ASK: Final = "ask"
LISTS: Final = ("missing_fields", "missing_item_fields")
"""Evidence that names several fields, each a question of its own."""
Finding = Mapping[str, Any]


class Question(NamedTuple):
    """One field to be told: ``path`` names it in the answer; ``values`` are all that would do, empty where any fits.

    ``of`` is the party that can answer; ``codes`` and ``sentences`` are the findings that ask for it.
    """

    path: str
    field: str
    item_no: int | None
    of: str
    codes: Sequence[str]
    sentences: Sequence[str]
    values: Sequence[str]
    example: str | None


class Sheet(NamedTuple):
    """Who answers for a field, and for what a finding asks; fields asked together; an example for each field."""

    of_field: Mapping[str, str]
    of_finding: Mapping[str, str]
    together: Mapping[str, Sequence[str]]
    examples: Mapping[str, str]


@cache
def sheet() -> Sheet:
    """Who can answer, as the sheet tells it."""
    told = tomllib.loads(files(__package__).joinpath("fields.toml").read_text(encoding="utf-8"))
    return Sheet(
        {one["name"]: one["of"] for one in told["field"]},
        {one["code"]: one["of"] for one in told["finding"] if "of" in one},
        {one["code"]: one["fields"] for one in told["finding"] if "fields" in one},
        {one["name"]: one["example"] for one in told["field"]},
    )


def party_of(code: str, field: str) -> str:
    """The party that can answer what a finding asks of a field."""
    return sheet().of_finding.get(code) or sheet().of_field.get(field) or FILER


@cache
def sets_of(jurisdiction: str) -> Sequence[str]:
    """The data sets that a jurisdiction knows."""
    found = jurisdictions(None).get(jurisdiction.partition("/")[0])
    return tuple(found.sets) if found else ()


def questions(findings: Sequence[Finding], sets: Sequence[str] = ()) -> list[Question]:
    """All questions of a filing together: one for each field, whatever number of findings asks for it.

    ``sets`` are the data sets of the jurisdiction: the values that would do for ``reduced_set``.
    """
    asked: dict[str, Question] = {}
    for finding in findings:
        if finding["severity"] != ASK:
            continue
        for field in _fields(finding):
            path = path_of(field, finding.get("item_no"))
            before = asked.get(path)
            code, sentence = finding["code"], finding["sentence"]
            asked[path] = Question(
                path,
                field,
                finding.get("item_no"),
                before.of if before and code not in sheet().of_finding else party_of(code, field),
                [*(before.codes if before else ()), code],
                [*(before.sentences if before else ()), sentence],
                sets if field == "reduced_set" else VOCABULARY.get(field, ()),
                sheet().examples.get(field),
            )
    return list(asked.values())


def _fields(finding: Finding) -> Iterator[str]:
    evidence = finding.get("evidence") or {}
    listed = [str(evidence[name]) for name in LISTS if evidence.get(name)]
    names = [name.strip() for text in listed for name in text.split(",")] if not finding["field"] else []
    together = sheet().together.get(finding["code"])
    found = list(together) if together else [name for name in names if name in BY_DOOR]
    yield from found or ([finding["field"]] if finding["field"] in BY_DOOR else [])

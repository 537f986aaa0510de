"""Answers to referrals as a post sends them: one message an item, a group for each field that is answered.

The form is our own (profile TWRR10, docs/reference/postal-messages.md).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tidewaiter.kit.format import SenderSheet
from tidewaiter.runners.reading import Source, open_source

NAME: Final = "referral_answers"
SHEET: Final = SenderSheet(
    name=NAME,
    title="Answers to referrals in EDIFACT D.00A (own profile TWRR10)",
    columns={
        "BGM/1004": ("consignment_id",),
        "BGM/1056": ("version",),
        "CNI.CNI/1004": ("field",),
        "CNI.FTX+ANS/4440": ("value",),
    },
    items="CNI",
    constants={},
    defaults={},
    values={},
    mass_units={},
    decimal=".",
    edition="1",
    carrier="edifact",
    message="REFRSP",
    about="answers",
)
NO_REFERENCE: Final = "The message names no item (BGM/1004). Say which one it answers for."
NO_FIELD: Final = "A group names no field (CNI/1004) or no value (FTX+ANS). Say both."
TWICE: Final = "The message answers '{field}' twice. Say each field once."
BAD_VERSION: Final = "The version that is answered (BGM/1056) is '{version}' and no whole number."


class Answered(NamedTuple):
    """What one message answers: of which filing and version, its fields; or why it cannot be taken."""

    position: int
    consignment_id: str
    version: int | None
    fields: dict[str, str]
    fault: str = ""


def answers_in(path: Path) -> Iterator[Answered]:
    """The answers of a file, one a message. ``UnusableInput`` for one that must be refused whole."""
    for batch in open_source(Source(path, path.name), [SHEET], NAME).batches():
        for row in batch.rejects.iter_rows(named=True):
            yield Answered(row["source_position"], row["consignment_id"] or "", None, {}, row["message"])
        rows = batch.rows
        absent = [name for name in ("consignment_id", "version", "field", "value") if name not in rows.columns]
        told: dict[int, list[dict[str, str | None]]] = {}
        for row in rows.iter_rows(named=True):
            told.setdefault(row["source_position"], []).append({**row, **dict.fromkeys(absent)})
        yield from (_answered(position, groups) for position, groups in told.items())


def _answered(position: int, groups: Sequence[dict[str, str | None]]) -> Answered:
    name, version = groups[0]["consignment_id"] or "", groups[0]["version"]
    fields, fault = dict[str, str](), "" if name else NO_REFERENCE
    for group in groups:
        field, value = group["field"], group["value"]
        if not field or value is None:
            fault = fault or NO_FIELD
        elif field in fields:
            fault = fault or TWICE.format(field=field)
        else:
            fields[field] = value
    is_number = version is None or (version.isascii() and version.isdecimal() and len(version) < 10)  # noqa: PLR2004 - more digits than any version has
    fault = fault or ("" if is_number else BAD_VERSION.format(version=version))
    return Answered(position, name, int(version) if version and is_number else None, fields, fault)

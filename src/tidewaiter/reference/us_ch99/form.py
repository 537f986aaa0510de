"""Import of chapter 99: lists, parameters, calendar and export become dated provisions, or are refused with faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from tidewaiter.reference.faults import Faults, Place
from tidewaiter.reference.importing import Order, Staged
from tidewaiter.reference.tables import bytes_of, read_text
from tidewaiter.reference.us_ch99 import reciprocal, section_232, sections
from tidewaiter.reference.us_ch99.export import Heading, headings_in
from tidewaiter.reference.us_ch99.lists import Lists, read_list
from tidewaiter.reference.us_ch99.parameters import Parameters, read_parameters
from tidewaiter.reference.us_ch99.provisions import SHELF, Provision, table
from tidewaiter.reference.us_ch99.sheet import sheet, sheet_hash

PARAMETERS: Final = "policy_params"
NOT_LAW: Final = ("expected_authorities", "country_partner_mapping")
"""Files of the form that test or group and say nothing of law."""

OWN_SHEET: Final = "sheet of the product"
ORIGIN: Final = "chapter 99 product lists, policy parameters and revision calendar"


@dataclass(slots=True)
class Form:
    """All that the files say together; ``missing`` lists what cannot be told from them, and why."""

    lists: Lists
    parameters: Parameters
    headings: dict[str, Heading]
    missing: list[tuple[str, str]] = field(default_factory=list)


def staged(order: Order) -> Staged:
    """Read the files of the form together; nothing of them is taken where one is at fault."""
    sources, faults = order.sources() | {OWN_SHEET: sheet_hash()}, order.faults
    form = _read(order, faults)
    faults.refuse([order.names])
    made = list(_provisions(form))
    faults.refuse([order.names])
    rows = table(made)
    missing = form.missing + _unresolved(made)
    last = max((day for _, day, _, _ in form.lists.calendar), default=None)
    until = f", {len(form.lists.calendar)} revisions to {last}" if last else ""
    return Staged(
        shelf=SHELF, title=f"US chapter 99{until}", origin=f"{ORIGIN}: {order.names}",
        licence=order.licence or "not stated", sources=sources, rows=rows,
        key=("authority", "program", "heading", "kind", "code", "valid_from"),
        says=("rate", "content", "origins", "except_origins", "freed_by", "valid_to", "unresolved_reason"),
        valid_from=order.valid_from,
        unresolved=pl.DataFrame(missing, schema={"key": pl.String, "reason": pl.String}, orient="row").unique(
            maintain_order=True
        ),
    )  # fmt: skip


def _read(order: Order, faults: Faults) -> Form:
    lists, headings, texts = Lists(), dict[str, Heading](), list[tuple[str, str]]()
    for file in order.files:
        name = file.name.split(".")[0]
        if name == PARAMETERS:
            texts.append((file.name, read_text(file, faults)))
        elif name not in NOT_LAW and not read_list(file, name, lists, faults):
            _of_export(file, headings, faults)
    if len(texts) != 1:
        faults.add(Place(order.names), "one file policy_params.yaml is needed", "Give it with the lists.")
        texts = [(PARAMETERS, "")]
    parameters = read_parameters(*texts[0], lists.census, faults)
    return Form(lists, parameters, headings)


def _of_export(file: Path, headings: dict[str, Heading], faults: Faults) -> None:
    if b"HTS Number" not in bytes_of(file)[:200]:
        faults.add(
            Place(file.name),
            "nobody knows this file",
            "Give the files of the form under their names, or an export of the tariff.",
        )
        return
    headings.update(headings_in(file, faults))


def _provisions(form: Form) -> Iterator[Provision]:
    yield from sections.section_301(form.lists, form.parameters, form.headings, form.missing)
    yield from section_232.section_232(form.lists, form.parameters, form.missing)
    yield from reciprocal.ieepa(form.lists, form.parameters, form.headings, form.missing)
    yield from sections.section_122(form.lists, form.parameters)
    yield from sections.section_201(form.lists, form.parameters)
    yield from sections.raised_column_2()
    yield from sections.calendar(form.lists)
    for fact in sheet()["displaces"]:
        for displaced in fact["displaced"]:
            yield sections.displacement(fact, displaced)


def _unresolved(made: list[Provision]) -> list[tuple[str, str]]:
    found = dict.fromkeys((one.heading, one.reason) for one in made if one.reason)
    return [(heading, reason) for heading, reason in found if reason]

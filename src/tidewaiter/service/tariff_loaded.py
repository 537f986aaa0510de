"""What of a tariff is loaded and what is not, so that no measure shown is not taken for no measure at all."""

from collections.abc import Iterator
from typing import Any, Final

from tidewaiter.reference.measures.lookup import MeasureTable
from tidewaiter.reference.measures.model import MeasureModel
from tidewaiter.reference.measures.sheet import Meaning
from tidewaiter.reference.shelf import Manifest
from tidewaiter.reference.tariff import Tariff

THIRD_COUNTRY: Final = "third country duty"
PREFERENCE: Final = "preferences"
QUOTA: Final = "quotas"
SUSPENSION: Final = "suspensions"
REMEDY: Final = "trade remedies (anti-dumping, countervailing, safeguard)"
ADDITIONAL: Final = "additional duties by origin"
EXCISE: Final = "excise"
PAPERS: Final = "conditions and papers"

REMEDIES: Final = ("anti_dumping", "countervailing", "safeguard")
ROLES: Final = {
    "mfn": THIRD_COUNTRY, "mfn_end_use": THIRD_COUNTRY, "preference": PREFERENCE, "quota": QUOTA,
    "suspension": SUSPENSION,
}  # fmt: skip
CHARGES: Final = {**dict.fromkeys(REMEDIES, REMEDY), "additional_duty": ADDITIONAL, "excise": EXCISE}
KINDS: Final = (THIRD_COUNTRY, PREFERENCE, QUOTA, SUSPENSION, REMEDY, ADDITIONAL, EXCISE, PAPERS)

Loaded = dict[str, Any]


def loaded(tariff: Tariff) -> list[Loaded]:
    """One entry a kind of measure: ``kind``, ``is_loaded``, and in what (``told``) or that nothing of it is here."""
    found = dict(_of_measures(*tariff.measures) if tariff.measures else _of_lists(tariff))
    return [
        {"kind": kind, "is_loaded": kind in found, "told": found.get(kind, "nothing of it is loaded")} for kind in KINDS
    ]


def _of_measures(manifest: Manifest, table: MeasureTable) -> Iterator[tuple[str, str]]:
    counted = _counts(table.model)
    for kind, count in counted.items():
        yield kind, f"{count:,} in {manifest.title}"


def _counts(model: MeasureModel) -> dict[str, int]:
    types = dict(model.measures.group_by("type").len().iter_rows())
    counts: dict[str, int] = {}
    for type_, count in types.items():
        meaning = model.sheet.types.get(type_)
        kind = _kind(meaning) if meaning else None
        if kind:
            counts[kind] = counts.get(kind, 0) + count
    if model.conditions.height:
        counts[PAPERS] = model.conditions.height
    return counts


def _kind(meaning: Meaning) -> str | None:
    return ROLES.get(meaning.role) or CHARGES.get(meaning.charge or "")


def _of_lists(tariff: Tariff) -> Iterator[tuple[str, str]]:
    """What a tariff with one rate a code knows: those rates, and what its publication prints or loads beside them."""
    if tariff.imported:
        yield THIRD_COUNTRY, tariff.imported[-1].title
    elif tariff.starter:
        codes = tariff.starter[-1].rates.height
        yield THIRD_COUNTRY, f"only {codes:,} subheadings, in {tariff.starter[-1].title}"
    if tariff.programmes and any(edition.beside for edition in tariff.imported):
        yield PREFERENCE, f"as {tariff.imported[-1].title} prints them"
    if tariff.additional is not None and tariff.additional.first_day is not None:
        yield ADDITIONAL, f"from {tariff.additional.first_day}, in {', '.join(tariff.additional.editions)}"

"""Sections 301, 122 and 201, the calendar of revisions, and which authority keeps which away: as provisions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from tidewaiter.reference.us_ch99.export import Heading
from tidewaiter.reference.us_ch99.lists import Lists
from tidewaiter.reference.us_ch99.parameters import Parameters, rates_of_301
from tidewaiter.reference.us_ch99.provisions import Provision
from tidewaiter.reference.us_ch99.sheet import day_or_none, named, provision, sheet

CHINA: Final = ("CN",)
PREFERRED: Final = ("CA", "MX")
USMCA: Final = "USMCA"

Missing = list[tuple[str, str]]


def section_301(
    lists: Lists, parameters: Parameters, headings: Mapping[str, Heading], missing: Missing
) -> Iterator[Provision]:
    """Duties on products of China by list; a list whose rate no file says is unresolved for its goods."""
    rates, own = dict(rates_of_301(parameters)), named("heading", "number")
    for heading, codes in _of_301(lists).items():
        told, fact = headings.get(heading), own.get(heading)
        if told.is_out_of_force if told else bool(fact and fact.get("is_out_of_force")):
            missing.append((heading, "suspended or terminated by its compiler's note: it adds nothing"))
            continue
        start = told.valid_from if told and told.valid_from else day_or_none(fact, "valid_from")
        rate = rates.get(heading)
        reason = told.unresolved if told and told.unresolved else None
        reason = reason or (None if rate else f"no file says the rate of {heading}")
        made = Provision(
            "section_301", heading, program=heading[:7], origins=CHINA, rate=rate, valid_from=start,
            valid_to=told.valid_to if told else None, source=f"HTSUS {heading}, list in U.S. notes 20 and 31",
            reason=reason,
        )  # fmt: skip
        yield from made.with_codes(codes)


def section_122(lists: Lists, parameters: Parameters) -> Iterator[Provision]:
    """The surcharge on all goods of all countries, and the goods it spares."""
    start, end = parameters.day("section_122", "effective_date"), parameters.day("section_122", "expiry_date")
    rate = parameters.rate("section_122", "rate")
    is_final = str(parameters.at("section_122", "finalized")).lower() == "true"
    general = Provision(
        "section_122", "9903.03.01", rate=rate, except_origins=PREFERRED, valid_from=start,
        valid_to=None if is_final else end, source="HTSUS 9903.03.01, U.S. note 2(aa)",
    )  # fmt: skip
    yield general
    yield Provision(
        "section_122", "9903.03.01", rate=rate, origins=PREFERRED, freed_by=USMCA, valid_from=start,
        valid_to=general.valid_to, source="HTSUS 9903.03.01, .07 and .08",
    )  # fmt: skip
    spared = Provision(
        "section_122", "9903.03.03", kind="exempt", valid_from=start, valid_to=general.valid_to,
        source="HTSUS 9903.03.03 to .11",
    )  # fmt: skip
    yield from spared.with_codes((code, None) for code in lists.s122_exempt)


def section_201(lists: Lists, parameters: Parameters) -> Iterator[Provision]:
    """The safeguard on solar cells and modules, out of quota."""
    fact, listed = named("program", "name")["solar"], lists.by_file.get("s201_solar_products", [])
    if listed:
        rate = parameters.rate("section_201", "solar_rate")
        made = provision(fact, authority="section_201", program="solar", rate=rate, except_origins=("CA",))
        yield from made.with_codes((code, start) for code, _, start in listed)


def calendar(lists: Lists) -> Iterator[Provision]:
    """The revisions of the tariff with the day each was seen; they say which edition of chapter 99 a day stands in."""
    for named_as, seen, policy, event in lists.calendar:
        law = f"; law from {policy}" if policy else ""
        yield Provision("", named_as, kind="edition", valid_from=seen, source=f"{event or 'no event'}{law}")


def raised_column_2() -> Iterator[Provision]:
    """Rates above those of the second column, for goods of some of its countries."""
    return (provision(fact) for fact in sheet()["rate"] if fact["authority"] == "column_2")


def displacement(fact: Mapping[str, Any], displaced: str) -> Provision:
    """That one authority keeps another away; ``code`` names the programs of it, where not all."""
    programs: Sequence[str] = fact.get("programs", ())
    return provision(
        fact, authority=fact["by"], program=displaced, kind="displaces", code=",".join(programs), heading=""
    )


def _of_301(lists: Lists) -> dict[str, list[tuple[str, date | None]]]:
    found: dict[str, list[tuple[str, date | None]]] = {}
    for code, heading, start in lists.by_file.get("s301_product_lists", []):
        found.setdefault(heading, []).append((code, start))
    return found

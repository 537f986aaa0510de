"""Duties under the emergency powers act: fentanyl, country orders, reciprocal rates by country, and what they spare."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from tidewaiter.reference.us_ch99.export import Heading
from tidewaiter.reference.us_ch99.lists import Lists
from tidewaiter.reference.us_ch99.parameters import Parameters
from tidewaiter.reference.us_ch99.provisions import Provision, before
from tidewaiter.reference.us_ch99.sections import Missing
from tidewaiter.reference.us_ch99.sheet import countries, named, provision, sheet

ACT: Final = "ieepa_"
RECIPROCAL: Final = "ieepa_reciprocal"


def ieepa(
    lists: Lists, parameters: Parameters, headings: Mapping[str, Heading], missing: Missing
) -> Iterator[Provision]:
    """All duties under the act, each ended the day before the act's use was held invalid, where the file says so."""
    invalid = parameters.day("ieepa_invalidation_date")
    made = [*_rates(lists, missing), *_exempt(lists)]
    for fact in sheet()["by_country"]:
        made += _by_country(fact, headings, missing)
    for one in made:
        ended = one.until(before(invalid)) if invalid else one
        if ended:
            yield ended


def _rates(lists: Lists, missing: Missing) -> Iterator[Provision]:
    for fact in sheet()["rate"]:
        if not fact["authority"].startswith(ACT):
            continue
        made = provision(fact)
        if not fact.get("listed"):
            yield made
        elif listed := lists.by_heading.get(made.heading):
            yield from made.with_codes(listed)
        else:
            missing.append((made.heading, "no list of goods is given for it: the general rate stands"))


def _exempt(lists: Lists) -> Iterator[Provision]:
    """Goods that no reciprocal duty is charged on: for all countries, and for groups of them by their agreement."""
    general = Provision(RECIPROCAL, "9903.01.32", kind="exempt", source="HTSUS 9903.01.32, U.S. note 2(v)(iii)")
    starts = {named_as: day for named_as, day, _, _ in lists.calendar}
    codes: list[tuple[str, date | None]] = [(code, None) for code in lists.ieepa_exempt]
    spared = set(lists.ieepa_exempt)
    codes += [(new, starts.get(at)) for old, new, at in lists.renamed if old in spared and new and new not in spared]
    yield from general.with_codes(codes)
    groups = named("exempt_group", "name")
    for code, group, heading in lists.floor_exempt:
        if group in groups:
            made = provision(groups[group], authority=RECIPROCAL, heading=heading, kind="exempt")
            yield replace(made, code=code)


def _by_country(fact: Mapping[str, Any], headings: Mapping[str, Heading], missing: Missing) -> Iterator[Provision]:
    """Rates by country that an export holds; a country it does not name has the rate of all others."""
    found = {number: one for number, one in sorted(headings.items()) if fact["first"] <= number <= fact["last"]}
    base = provision(fact, heading=fact["first"])
    if not found:
        reason = "the rate of each country stands in an export of the tariff, which is not loaded"
        yield replace(base, rate=None, reason=reason)
        return
    starts = {number: _start(fact, number) for number in found}
    told = [one for one in found.values() if one.rate and one.origins]
    for one in found.values():
        if one.rate and one.origins is None:
            missing.append((one.number, "its words name a country that nobody knows"))
    named_countries: set[str] = set()
    for one in told:
        for country in one.origins or ():
            made = _of_country(base, one, country, starts, told, missing)
            if made:
                named_countries.add(country)
                yield made
    others = (*countries(fact["except_origins"]), *sorted(named_countries))
    yield replace(base, heading=fact["otherwise_heading"], rate=fact["otherwise"], except_origins=others)


def _of_country(
    base: Provision, one: Heading, country: str, starts: Mapping[str, date], told: list[Heading], missing: Missing
) -> Provision | None:
    """A country's rate from its start to the day before another heading for the same country starts."""
    later = [starts[other.number] for other in told if country in (other.origins or ()) and other is not one
             and (starts[other.number], other.number) > (starts[one.number], one.number)]  # fmt: skip
    if one.is_out_of_force and not later:
        missing.append((one.number, f"terminated, and nothing says what took its place for {country}"))
        return None
    made = replace(
        base, heading=one.number, kind="floor" if one.is_floor else "rate", rate=one.rate, origins=(country,),
        except_origins=(), valid_from=starts[one.number], source=f"HTSUS {one.number}; {base.source}",
    )  # fmt: skip
    return made.until(before(min(later))) if later else made


def _start(fact: Mapping[str, Any], number: str) -> date:
    later = [part["valid_from"] for part in fact.get("later", ()) if part["first"] <= number <= part["last"]]
    start: date = max([fact["valid_from"], *later])
    return start

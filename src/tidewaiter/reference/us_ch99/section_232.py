"""Section 232: metals by chapter and list, other programs by prefix, and the annexes that took the metals' place."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Final

from tidewaiter.reference.us_ch99.lists import Lists
from tidewaiter.reference.us_ch99.parameters import Parameters
from tidewaiter.reference.us_ch99.provisions import Provision, before
from tidewaiter.reference.us_ch99.sections import PREFERRED, USMCA, Missing
from tidewaiter.reference.us_ch99.sheet import countries, named, provision, sheet

AUTHORITY: Final = "section_232"
METALS: Final = ("steel", "aluminum", "copper")
CHAPTER_METAL: Final = {"72": "steel", "73": "steel", "76": "aluminum", "74": "copper"}
ANNEX_HEADING: Final = "9903.82"
PREFIX: Final = "annex_"


def section_232(lists: Lists, parameters: Parameters, missing: Missing) -> Iterator[Provision]:
    """All provisions of the section; those on metals end where the annexes begin."""
    annexes = parameters.day("section_232_annexes", "effective_date") if lists.annexes else None
    metals = [*_metals(lists, parameters, missing), *_exceptions(parameters)]
    for made in metals:
        ended = made.until(before(annexes)) if annexes else made
        if ended:
            yield ended
    yield from _programs(lists, parameters, annexes, missing)
    if annexes:
        yield from _annexes(lists, parameters, annexes)


def _metals(lists: Lists, parameters: Parameters, missing: Missing) -> Iterator[Provision]:
    for fact in sheet()["rate"]:
        if fact["authority"] != AUTHORITY:
            continue
        made = provision(fact)
        if "chapters" in fact:
            # That all of a chapter is covered is the parameter file's own shortcut, so the answer is assumed.
            chapters = parameters.texts("section_232_chapters", fact["chapters"])
            yield from replace(made, evidence="assumed").with_codes((chapter, None) for chapter in chapters)
        elif listed := lists.by_heading.get(made.heading):
            yield from made.with_codes(listed)
        else:
            missing.append((made.heading, "no list of goods is given for it"))


def _exceptions(parameters: Parameters) -> Iterator[Provision]:
    """Countries with another rate until a day; a rate of nothing is an exemption."""
    for entry in parameters.entries("section_232_country_exemptions"):
        origins = parameters.countries(entry.get("countries"), "section_232_country_exemptions")
        expiry = parameters.day_in(entry, "expiry_date")
        rate = parameters.share(entry.get("rate"), "section_232_country_exemptions")
        for metal in entry.get("applies_to", ()):
            for chapter in parameters.texts("section_232_chapters", str(metal)):
                yield Provision(
                    AUTHORITY, "9903.80" if metal == "steel" else "9903.85", program=str(metal), code=chapter,
                    kind="exempt" if rate == "0 %" else "rate", rate=None if rate == "0 %" else rate, origins=origins,
                    valid_to=before(expiry) if expiry else None, source="country exemption in the parameter file",
                )  # fmt: skip


def _programs(lists: Lists, parameters: Parameters, annexes: date | None, missing: Missing) -> Iterator[Provision]:
    """Vehicles, wood, copper, semiconductors and what else the parameter file names; first days come from our sheet."""
    known = named("program", "name")
    for name, told in parameters.mapping("section_232_headings").items():
        codes, fact = _codes(name, told, lists, missing), known.get(name)
        rate = parameters.share(told.get("default_rate"), f"section_232_headings {name}")
        if fact is None:
            missing.append((name, "nobody says from which day the program holds: it is unresolved for its goods"))
            yield from Provision(
                AUTHORITY, name, program=name, source=f"program {name} of the parameter file",
                reason=f"nobody says from which day the program '{name}' of section 232 holds",
            ).with_codes((code, None) for code in codes)  # fmt: skip
            continue
        frees = USMCA if told.get("usmca_exempt") == "true" else ""
        end = before(annexes) if annexes and fact.get("until_annexes") else None
        reason = fact.get("reason")
        if not codes:
            codes = [str(code) for code in fact.get("without_list", ())]
            reason = f"whether the program '{name}' of section 232 holds is on a list that is not loaded"
            fact = {**fact, "is_perhaps": True, "own_terms": []}
        base = provision(
            fact, authority=AUTHORITY, program=name, rate=None if reason else rate, valid_to=end, reason=reason
        )
        for made in _by_origin(base, fact, frees):
            yield from made.with_codes((code, None) for code in codes)


def _by_origin(base: Provision, fact: Mapping[str, Any], frees: str) -> Iterator[Provision]:
    """The program for all countries, for those with terms of their own, and for those an agreement may free."""
    own = countries(fact.get("own_terms", []))
    preferred = PREFERRED if frees else ()
    yield replace(base, except_origins=(*own, *preferred))
    if preferred:
        yield replace(base, origins=preferred, freed_by=frees)
    if own:
        until = replace(base, origins=own).until(before(fact["own_terms_from"]))
        if until:
            yield until
        yield replace(
            base, origins=own, rate=None, valid_from=max(fact["own_terms_from"], fact["valid_from"]),
            reason="an agreement gives the country a rate of its own, which is not loaded",
        )  # fmt: skip


def _codes(name: str, told: Mapping[str, Any], lists: Lists, missing: Missing) -> list[str]:
    """The program's codes: its list's, else the prefixes of the file; without either, what surely needs the list."""
    file = told.get("products_file") or told.get("prefixes_file")
    listed = lists.by_file.get(PurePosixPath(str(file)).stem, []) if file else []
    if listed:
        return [code for code, _, _ in listed]
    if file and not told.get("prefixes"):
        missing.append(
            (name, f"its list {PurePosixPath(str(file)).name} is not given: other goods of it are not known")
        )
    return [str(code) for code in told.get("prefixes") or ()]


def _annexes(lists: Lists, parameters: Parameters, start: date) -> Iterator[Provision]:
    told = parameters.mapping("section_232_annexes", "annexes")
    for code, annex, metal, listed_from in lists.annexes:
        metal_of_code = CHAPTER_METAL.get(code[:2], metal)
        yield from _of_annex(parameters, told, annex, code, metal_of_code, max(start, listed_from))
    for name, entry in told.items():
        for chapter in entry.get("chapters", ()):
            yield from _of_annex(
                parameters, told, name.removeprefix(PREFIX), str(chapter), CHAPTER_METAL.get(str(chapter), ""), start
            )


def _of_annex(
    parameters: Parameters, told: Mapping[str, Any], annex: str, code: str, metal: str, start: date
) -> Iterator[Provision]:
    """One code in one annex: its rate, the United Kingdom's, a surcharge on a country, what follows its sunset."""
    name = f"{PREFIX}{annex}"
    entry = told.get(name)
    if not isinstance(entry, Mapping):
        parameters.faults.add(
            parameters.place, f"no annex is called '{name}' ({code})", "Take both files from one edition."
        )
        return
    sunset = parameters.day_in(entry, "sunset_date")
    is_floor = entry.get("rate_type") == "floor"
    rate = parameters.share(entry.get("floor_rate" if is_floor else "rate"), f"section_232_annexes {name}")
    is_free = rate == "0 %"
    made = Provision(
        AUTHORITY, ANNEX_HEADING, program="annexes", code=code, valid_from=start, valid_to=sunset,
        kind="floor" if is_floor else "exempt" if is_free else "rate", rate=None if is_free else rate,
        source=f"Proclamation of April 2026, {entry.get('label', name)}",
    )  # fmt: skip
    yield made
    if entry.get("uk_rate") and metal in entry.get("uk_applies_to", ()):
        own = parameters.share(entry["uk_rate"], f"{name} uk_rate")
        yield replace(made, kind="rate", rate=own, origins=("GB",))
    for extra in parameters.entries("section_232_annexes", "country_surcharges"):
        if name in extra.get("applies_to", ()) and metal in extra.get("metal_types", ()):
            surcharge = parameters.share(extra.get("rate"), "country_surcharges")
            origins = parameters.countries(extra.get("countries"), "country_surcharges")
            yield replace(
                made, kind="rate", rate=surcharge, origins=origins, source=str(extra.get("source", made.source))
            )
    after = str(entry.get("post_sunset_annex") or "")
    if sunset and after and after != name:
        yield from (
            replace(one, valid_from=max(one.valid_from or start, sunset.fromordinal(sunset.toordinal() + 1)))
            for one in _of_annex(parameters, told, after.removeprefix(PREFIX), code, metal, start)
        )

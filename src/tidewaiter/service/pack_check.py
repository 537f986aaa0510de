"""Use case: prove the packs of a folder by the cases they bring, before anybody relies on them."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tidewaiter.kit import proof, rule_cases
from tidewaiter.kit.cases import read_cases
from tidewaiter.model.errors import SheetRefused, WrongUse
from tidewaiter.service import discovery
from tidewaiter.service.event_cases import event_faults
from tidewaiter.service.format_cases import format_faults

SHEET_OF: Final = {"jurisdictions": "sheet.toml", "risk_rules": "rule.toml", "formats": "sheet.toml", "events": "sheet.toml"}
"""Kinds of packs and the file that makes a folder one of them."""

CASES: Final = "cases.toml"
LEAST_KINDS: Final = ("hit", "near miss")
"""A rule is proven by what it hits and by what it only just leaves alone."""


def packs_of(folder: Path) -> list[Path]:
    """Folders of all packs below ``folder``, by kind and name; ``WrongUse`` where there is none."""
    found = [Path(str(pack)) for kind, sheet in SHEET_OF.items() for pack in discovery.folders(folder / kind, sheet)]
    if not found:
        raise WrongUse(f"There is no pack in {folder}. Packs lie in {', '.join(f'{kind}/NAME/' for kind in SHEET_OF)}.")
    return found


def check(folder: Path) -> list[str]:
    """A sentence for everything wrong with the packs of ``folder``; empty: every one of them is proven.

    A pack that cannot be read does not keep the others from being looked at.
    """
    return [f"{pack.parent.name}/{pack.name}: {fault}" for pack in packs_of(folder) for fault in faults_of(pack)]


def faults_of(pack: Path, kind: str | None = None) -> list[str]:
    """What is wrong with one pack; ``kind`` only for a pack of the house."""
    try:
        return list(CHECKS[pack.parent.name](pack, kind))
    except SheetRefused as refused:
        return [str(refused)]
    except discovery.BROKEN as fault:
        return [f"It cannot be read ({type(fault).__name__}: {fault})."]


def _of_jurisdiction(pack: Path, kind: str | None) -> Iterator[str]:
    jurisdiction = discovery.jurisdiction_in(pack, kind)
    yield from proof.faults(jurisdiction, read_cases(_cases_text(pack)))


def _of_risk_rule(pack: Path, kind: str | None) -> Iterator[str]:
    rule = discovery.risk_rule_in(pack, kind)
    cases = rule_cases.read_rule_cases(_cases_text(pack), rule)
    kinds = Counter(case.kind for case in cases)
    yield from rule_cases.failures(rule, cases)
    yield from (f"No case proves the threshold {name}." for name in rule_cases.unproven(rule, cases))
    yield from (f"No case is a {missing}." for missing in LEAST_KINDS if not kinds[missing])


def _of_format(pack: Path, kind: str | None) -> Iterator[str]:
    yield from format_faults(pack, discovery.sender_sheet_in(pack, kind))


def _of_events(pack: Path, kind: str | None) -> Iterator[str]:
    yield from event_faults(pack, discovery.event_sheet_in(pack, kind))


def _cases_text(pack: Path) -> str:
    return (pack / CASES).read_text(encoding="utf-8")


CHECKS: Final[dict[str, Callable[[Path, str | None], Iterator[str]]]] = {
    "jurisdictions": _of_jurisdiction,
    "risk_rules": _of_risk_rule,
    "formats": _of_format,
    "events": _of_events,
}

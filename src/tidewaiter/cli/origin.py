"""``tidewaiter reference origin`` and ``meursing``: what preference and composition ask for."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from cyclopts import Parameter

from tidewaiter.cli.words import columns, heading, plain, show, show_json


def origin_rules(
    code: Annotated[str, Parameter(name="CODE")],
    /,
    *,
    jurisdiction: Annotated[str, Parameter(name="--as")],
    origin: str,
    on: str,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Tell which rule of origin and which proof would give goods preference.

    Args:
        code: Commodity code of 6 to 10 digits.
        jurisdiction: Where the goods go, like GB.
        origin: Country where they were made, like JP.
        on: Day, like 2026-10-20.
        json: The same as JSON.
    """
    from tidewaiter.service.origin import ways

    told = ways(code, jurisdiction, origin, on)
    if json:
        show_json(told)
    else:
        show(_way_lines(told))
    return 0


def meursing_code(
    *,
    milk_fat: str,
    milk_protein: str,
    starch: str,
    sucrose: str,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Find the additional code of goods by their composition, in per cent by weight.

    Args:
        milk_fat: Milk fat, like 12.5.
        milk_protein: Milk protein.
        starch: Starch and glucose.
        sucrose: Sucrose, invert sugar and isoglucose.
        json: The same as JSON.
    """
    from tidewaiter.service.origin import composition_code

    told = composition_code({"milk_fat": milk_fat, "milk_protein": milk_protein, "starch": starch, "sucrose": sucrose})
    if json:
        show_json(told)
    else:
        show(["", f"  {told['additional_code'] or 'The table has no code for this composition.'}", ""])
    return 0


def _way_lines(told: Mapping[str, Any]) -> Iterator[str]:
    if not told["ways"]:
        yield f"\n  No agreement of {told['jurisdiction']} with {told['origin']} holds on {told['on']}."
    for way in told["ways"]:
        yield heading(way["title"])
        facts = [("goods", way["subdivision"])] if way["subdivision"] else []
        facts += [("or" if number else "rule", rule) for number, rule in enumerate(way["rules"])]
        facts += [("proof", proof) for proof in way["proofs"]]
        facts += [("missing", way["unresolved_reason"])] if way["unresolved_reason"] else []
        yield from columns([(name, plain(text)) for name, text in facts])
    yield ""

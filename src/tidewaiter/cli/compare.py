"""``tidewaiter compare``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from tidewaiter.cli.words import columns, heading, plain, show, show_json
from tidewaiter.model.money import money_text
from tidewaiter.model.words import counted, share, spoken

PAIRS_SHOWN = 12


def compare(
    folder: Annotated[Path, Parameter(name="DIR")],
    actual: Annotated[Path, Parameter(name="ACTUAL")],
    /,
    *,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Lay another system's outcomes beside ours; the exit code is 1 where they differ.

    Args:
        folder: Folder that a run wrote.
        actual: CSV or Parquet with consignment_id and any of decision, route, duty, tax, result.
        json: The same as JSON.
    """
    from tidewaiter.service import compare as service

    told = service.compare(folder, actual)
    if json:
        show_json(told)
    else:
        show(compared_lines(told))
    return 1 if service.differs(told) else 0


def compared_lines(told: Mapping[str, Any]) -> Iterator[str]:
    """Who is on both sides, then each column."""
    yield f"\n  [bold]{plain(told['folder'])}[/] beside [bold]{plain(told['actual'])}[/]\n"
    yield from columns([("on both sides", f"{told['both']:,}", ""), *_one_side(told)], right=(1,))
    for name, part in told["answers"].items() if told["both"] else ():
        yield from _answer_lines(name, part)
    for name, part in told["amounts"].items() if told["both"] else ():
        yield from _amount_lines(name, part, told["currency"])
    if told["results"] and told["both"]:
        yield from _result_lines(told["results"])
    if not told["both"]:
        yield "\n  No filing is on both sides, so there is nothing to compare."
    alone = told["only_ours"]["filings"] + told["only_theirs"]["filings"]
    if alone:
        yield f"\n  {counted(alone, 'filing is', 'filings are')} on one side only: that differs too (exit code 1)."
    yield ""


def _one_side(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key, words in (("only_ours", "only with us"), ("only_theirs", "only with them")):
        side = told[key]
        more = ", ..." if side["filings"] > len(side["first"]) else ""
        yield words, f"{side['filings']:,}", ", ".join(side["first"]) + more
    if told["repeated"]:
        yield "repeated by them", f"{told['repeated']:,}", "the last one counts"


def _agreement(name: str, part: Mapping[str, Any]) -> str:
    agree = f"{part['agree']:,} of {part['compared']:,} agree ({share(part['agree'], part['compared'])})"
    return f"{heading(name.capitalize())}  {agree}"


def _answer_lines(name: str, part: Mapping[str, Any]) -> Iterator[str]:
    yield _agreement(name, part)
    rows = [
        (
            spoken(pair["ours"]),
            spoken(pair["theirs"]),
            f"{pair['filings']:,}",
            "" if pair["ours"] == pair["theirs"] else "differs",
        )
        for pair in part["pairs"]
    ]
    yield from columns([("we say", "they say", "filings", ""), *rows[:PAIRS_SHOWN]], right=(2,))
    if len(rows) > PAIRS_SHOWN:
        yield f"    and {counted(len(rows) - PAIRS_SHOWN, 'other pair')}"
    yield from _unknown_lines(part["unknown"], f"{counted(part['unknown']['filings'], 'answer')} of theirs: no {name}")


def _unknown_lines(unknown: Mapping[str, Any], told: str) -> Iterator[str]:
    """Words of theirs that mean nothing to us."""
    if unknown["filings"]:
        yield f"    {told} we know ({plain(', '.join(unknown['first']))})"


def _amount_lines(name: str, part: Mapping[str, Any], currency: str) -> Iterator[str]:
    yield _agreement(name, part)
    if part["difference_minor"]:
        more = "more" if part["difference_minor"] > 0 else "less"
        yield f"    taken together they charge {money_text(abs(part['difference_minor']), currency)} {more} than we do"
    if part["not_determined"]:
        yield f"    {counted(part['not_determined'], 'amount')} of theirs where ours is not determined"
    if part["unreadable"]:
        yield f"    {counted(part['unreadable'], 'amount')} of theirs cannot be read as an amount of {currency}"
    rows = [
        (one["consignment_id"], *(money_text(one[side], currency) for side in ("ours", "theirs", "difference")))
        for one in part["largest"]
    ]
    yield from columns(
        [("largest differences", "ours", "theirs", "theirs less ours"), *rows] if rows else [], right=(1, 2, 3)
    )


def _result_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Hits against holds: of what we hold, how much was something; of what was something, how much we held."""
    held = found["held_found"] + found["held_nothing"]
    something = found["held_found"] + found["let_go_found"]
    yield heading("Results of inspections")
    rows = [
        ("", "found", "nothing found"),
        ("we hold", f"{found['held_found']:,}", f"{found['held_nothing']:,}"),
        ("we let go", f"{found['let_go_found']:,}", f"{found['let_go_nothing']:,}"),
    ]
    yield from columns(rows, right=(1, 2))
    yield f"    of what we hold, {share(found['held_found'], held)} was a hit"
    yield f"    of all hits, we hold {share(found['held_found'], something)}"
    unknown = found["unknown"]
    yield from _unknown_lines(unknown, f"{counted(unknown['filings'], 'result')} of theirs left out: no word")

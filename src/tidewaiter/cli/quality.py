"""``tidewaiter quality``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from cyclopts import Parameter

from tidewaiter.cli.words import columns, heading, plain, show, show_json
from tidewaiter.model.dimensions import DIMENSIONS
from tidewaiter.model.words import counted

SHOWN: Final = 30
NUMBERS: Final = tuple(range(1, 4 + len(DIMENSIONS)))


def quality(
    folders: Annotated[list[Path], Parameter(name="DIR", negative=())],
    /,
    *,
    filer: str | None = None,
    worst: int = 20,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Score the data of those who file: timeliness, accuracy, completeness, consistency by filer and day.

    Args:
        folders: Folders that runs wrote, of one day or of many.
        filer: Whose days to show, by the declarant's id; none for filings that tell no declarant.
        worst: How many of the commonest faults to show.
        json: The same as JSON.
    """
    from tidewaiter.service.data_quality import data_quality

    told = data_quality(folders, filer, worst)
    if json:
        show_json(told)
    else:
        show(quality_lines(told))
    return 0


def quality_lines(told: Mapping[str, Any]) -> Iterator[str]:
    """Filers, the days of one of them, and the faults to mend first."""
    yield f"\n  [bold]Data quality[/] of {counted(told['filings'], 'filing')}, {counted(len(told['filers']), 'filer')}"
    yield "  shares of filings without fault, the lowest first"
    yield heading("By filer")
    yield from columns([_head("filer"), *map(_filer, told["filers"][:SHOWN])], right=NUMBERS)
    if len(told["filers"]) > SHOWN:
        yield f"    and {counted(len(told['filers']) - SHOWN, 'more filer')}; --json tells all"
    if told["days"]:
        yield heading("By day")
        yield from columns([_head("day"), *map(_day, told["days"])], right=NUMBERS)
    if told["faults"]:
        yield heading("To mend first")
    for fault in told["faults"]:
        yield from _fault_lines(fault)
    yield ""


def _head(first: str) -> tuple[str, ...]:
    last = ("trend",) if first == "filer" else ()
    return (first, "filings", "without fault", *DIMENSIONS, *last)


def _filer(row: Mapping[str, Any]) -> tuple[str, ...]:
    trend = "-" if row["trend"] is None else f"{row['trend'] / 10:+.1f}"
    return (plain(row["filer"] or "(not told)"), *_figures(row), trend)


def _day(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (str(row["day"] or "(not told)"), *_figures(row))


def _figures(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"{row['filings']:,}", *(_share(row[name]) for name in ("score", *DIMENSIONS)))


def _share(per_mille: int | None) -> str:
    return "-" if per_mille is None else f"{per_mille / 10:.1f} %"


def _fault_lines(fault: Mapping[str, Any]) -> Iterator[str]:
    title = fault["title"] or "rows that could not be taken"
    yield f"    [bold]{fault['code']}[/] {plain(title)}: {counted(fault['filings'], 'filing')} ({fault['dimension']})"
    for example in fault["examples"]:
        yield f"      [dim]{plain(example['consignment_id'])}: {plain(example['sentence'])}[/]"

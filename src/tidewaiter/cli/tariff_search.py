"""``tidewaiter tariff search``."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from cyclopts import Parameter

from tidewaiter.cli.numbers import Whole
from tidewaiter.cli.words import columns, heading, plain, show, show_json
from tidewaiter.model.words import counted

ABOVE_MAX = 72
"""Letters of a wording above a line that are shown."""


def search(
    *text: Annotated[str, Parameter(name="WORDS")],
    as_: Annotated[str, Parameter(name="--as")] = "EU",
    limit: Whole = 10,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Find headings and subheadings by words, the best first. It proposes and does not classify.

    Args:
        text: What the goods are, like cotton shirts for women.
        as_: Jurisdiction whose tariff it is, like EU, GB, US, CA, CH, AU, NZ.
        limit: So many lines at most.
        json: The same as JSON.
    """
    from tidewaiter.service.tariff_search import search as found_by

    told = found_by(" ".join(text), as_, limit=limit)
    if json:
        show_json(told)
    else:
        show(_page(told))
    return 0


def _short(text: str) -> str:
    """A wording above the line, as much of it as tells one from another."""
    return text if len(text) <= ABOVE_MAX else text[: ABOVE_MAX - 3].rstrip() + "..."


def _page(told: Mapping[str, Any]) -> Iterator[str]:
    lines = counted(told["lines"], "line")
    yield f"\n  [bold]{plain(told['asked'])}[/] in the tariff of {plain(told['as'])}"
    if not told["found"]:
        yield f"    None of the {lines} that are loaded holds any of these words."
        yield "    They are in the words of the tariff: say the material, what the goods are, and what they are for."
    for one in told["found"]:
        yield f"\n    [bold]{plain(one['code'])}[/]  {plain(one['description'])}"
        yield f"        [dim]{plain(' > '.join(map(_short, one['path'])))}[/]"
    if told["unknown"]:
        yield heading("Words no line holds")
        yield from columns([(word, f"perhaps {near}" if near else "") for word, near in told["unknown"].items()])
    yield heading("Looked through")
    yield from columns([(title, digest[:12]) for title, digest in told["editions"].items()])
    if told["found"]:
        yield f"\n  [dim]Best fits among {lines}; which of them it is, the notes of the tariff decide.[/]"
    yield ""

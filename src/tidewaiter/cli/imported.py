"""What an import did, in words: what is on the shelf, what changed, what gives no answer."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, Final

from tidewaiter.cli.words import columns, heading, plain
from tidewaiter.model.words import counted, spoken

SHOWN: Final = 10
WIDEST: Final = 40
LEAD: Final = 10
"""So many letters that both texts have in common are shown before the difference."""


def import_lines(told: Mapping[str, Any]) -> Iterator[str]:
    """An import as a person reads it; long lists are cut and say so."""
    place = "is on the shelf" if told["is_taken"] else "would be on the shelf"
    tail = "and in use" if told["is_taken"] else "and in use; nothing was changed"
    yield f"\n  [bold]{plain(told['title'])}[/] {place} '{told['shelf']}' {tail}."
    yield from columns([("edition", told["edition"]), ("lines", f"{told['rows']:,}")])
    kinds = told.get("kinds", {})
    yield from columns([(spoken(kind), f"{count:,}") for kind, count in kinds.items()], right=(1,), indent=6)
    if told.get("was_there"):
        yield "    It had been imported before; nothing was changed."
    if told.get("replaced"):
        yield f"    Out of use: {plain(', '.join(told['replaced']))}"
    if told.get("left_out"):
        yield f"    Repaired: {counted(len(told['left_out']), 'fault')} of the file; --json lists them all"
        yield from (f"      {plain(fault)}" for fault in told["left_out"][:SHOWN])
    if told.get("before"):
        yield f"    Against {plain(told['before'])}:"
        yield from change_lines(told["changes"])
    yield from _listed("Lines without a rate" if "kinds" in told else "Without an answer", told.get("unresolved", ()))
    yield from _listed("Lines whose rate stands elsewhere", told.get("references", ()))
    yield ""


def change_lines(changes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What was added, removed and changed: counts, and the first of them."""
    if not changes:
        yield "    Nothing changed."
        return
    counts = [(kind, sum(1 for row in changes if row["change"] == kind)) for kind in ("added", "removed", "changed")]
    yield "    " + ", ".join(f"{count:,} {kind}" for kind, count in counts if count)
    rows = [
        (str(row.get("key", "")), str(row["change"]), *_sides(row.get("before"), row.get("after")))
        for row in changes[:SHOWN]
    ]
    yield from columns(rows, indent=6)
    if len(changes) > SHOWN:
        yield f"      and {counted(len(changes) - SHOWN, 'other change')}; --json lists them all"


def _listed(title: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if rows:
        yield heading(title)
        yield from columns([(str(row["key"]), str(row["reason"] or "")) for row in rows[:SHOWN]])
        if len(rows) > SHOWN:
            yield f"    and {counted(len(rows) - SHOWN, 'other line')}; --json lists them all"


def _sides(before: object, after: object) -> tuple[str, str]:
    """Both texts cut to what fits side by side; what both begin with falls away where the difference lies behind it."""
    old, new = ("" if text is None else str(text) for text in (before, after))
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    start = same - LEAD if old and new and max(len(old), len(new)) > WIDEST and same > LEAD else 0
    return _cut(old, start), _cut(new, start)


def _cut(text: str, start: int) -> str:
    whole = f"...{text[start:]}" if start else text
    return whole if len(whole) <= WIDEST else f"{whole[: WIDEST - 3]}..."

"""``tidewaiter tariff``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from cyclopts import Parameter

from tidewaiter.cli.words import columns, heading, plain, show, show_json

SHOWN = 40


def show_code(
    code: Annotated[str, Parameter(name="CODE")],
    /,
    *,
    as_: Annotated[str, Parameter(name="--as")] = "EU",
    origin: str | None = None,
    on: str | None = None,
    known_at: str | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Show where a code stands in a tariff, what applies to it, which papers, and what came before.

    Args:
        code: Two to ten digits, dots as you like.
        as_: Jurisdiction whose tariff it is, like EU, GB, US, CA, CH, AU, NZ.
        origin: Two letters, like CN: only what may reach it.
        on: Day, like 2026-10-20; the last day on which the tariff changes when not given.
        known_at: Answer from what was known on this day: editions of measures, and rates that were law by then.
        json: The same as JSON.
    """
    from tidewaiter.service.tariff import show_code as shown

    told = shown(code, as_, origin=origin, on=on, known_at=known_at)
    if json:
        show_json(told)
    else:
        show(_page(told))
    return 0


def diff(
    code: Annotated[str, Parameter(name="CODE")],
    /,
    *,
    from_: Annotated[str, Parameter(name="--from")],
    to: str,
    as_: Annotated[str, Parameter(name="--as")] = "EU",
    origin: str | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Tell what applies to a code on one day and not, or otherwise, on another.

    Args:
        code: Two to ten digits, dots as you like.
        from_: The one day, like 2026-01-01.
        to: The other day.
        as_: Jurisdiction whose tariff it is, like EU, GB, US, CA, CH, AU, NZ.
        origin: Two letters, like CN: only what may reach it.
        json: The same as JSON.
    """
    from tidewaiter.service.tariff import differences

    told = differences(code, as_, from_, to, origin=origin)
    if json:
        show_json(told)
    else:
        show(_difference(told))
    return 0


def _page(told: Mapping[str, Any]) -> Iterator[str]:
    origin = f", origin {told['origin']}" if told["origin"] else ""
    yield f"\n  [bold]{plain(told['code'])}[/] in the tariff of {plain(told['as'])} on {told['on']}{plain(origin)}"
    if told["known_at"]:
        yield f"  as it was known on {told['known_at']}"
    if not (told["tree"] or told["below"] or told["measures"] or told["history"]):
        yield f"    Nothing stands under {plain(told['code'])} in what is loaded."
        yield "    Look by words: tidewaiter tariff search WORDS"
    yield from _tree(told["tree"], told["below"])
    yield from _duty(told["duty"], told["additions"])
    yield from _measures("Measures", told["measures"])
    if told["documents"]:
        yield heading("Conditions and papers")
        yield from columns([
            (row["measure_id"], row["condition"], row["document"] or "-", f"action {row['action'] or '-'}",
             row["limit"] or "", row["rate_text"] or "")
            for row in told["documents"][:SHOWN]
        ])  # fmt: skip
    if told["quotas"]:
        yield heading("Quotas")
        yield from columns([
            (row["order_number"], _span(row), f"{row['volume']} {row['unit'] or ''}",
             "critical" if row["is_critical"] else "")
            for row in told["quotas"][:SHOWN]
        ])  # fmt: skip
    if told["history"]:
        yield heading("History")
        yield from columns([
            (_span(row), row.get("type", ""), row.get("area", ""), row.get("rate") or "no rate", row.get("edition", ""))
            for row in told["history"][-SHOWN:]
        ])  # fmt: skip
        yield from _more(told["history"])
    yield from _loaded(told["loaded"])
    yield heading("Editions")
    yield from columns([(title, digest[:12]) for title, digest in told["editions"].items()])
    yield ""


def _loaded(kinds: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Which kinds of measures are here at all; what is not loaded may apply all the same."""
    yield heading("Loaded")
    yield from columns([(one["kind"], one["told"]) for one in kinds if one["is_loaded"]]) or ["    nothing"]
    missing = [one["kind"] for one in kinds if not one["is_loaded"]]
    if missing:
        yield heading("Not loaded, and it may apply")
        yield from columns([(kind,) for kind in missing])


def _tree(above: Sequence[Mapping[str, Any]], below: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if above:
        yield heading("Where it stands")
    yield from columns([
        (row["code"], row["suffix"], "  " * row["depth"] + (row["description"] or "no wording")) for row in above
    ])  # fmt: skip
    if below:
        yield heading("Right below")
        yield from columns([(row["code"], row["description"] or "no wording") for row in below[:SHOWN]])
        yield from _more(below)


def _duty(duty: Mapping[str, Any] | None, additions: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if duty is None:
        return
    yield heading("Third country duty")
    yield from columns([_rate_line("duty", duty, duty["duty_source"])])
    if additions:
        yield heading("On top of it")
        yield from columns([_rate_line(row["charge"], row, row["source"]) for row in additions])


def _rate_line(word: str, row: Mapping[str, Any], source: str | None) -> tuple[str, str, str]:
    reason = row["unresolved_reason"]
    return word.replace("_", " "), f"unresolved: {reason}" if reason else row["rate_text"] or "", source or ""


def _measures(title: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if rows:
        yield heading(title)
        yield from columns([_measure(row) for row in rows[:SHOWN]])
        yield from _more(rows)


def _measure(row: Mapping[str, Any]) -> tuple[str, ...]:
    without = f"without {row['excluded']}" if row["excluded"] else ""
    return (row["type"], row["meaning"], row["area"], row["rate"] or "no rate", row["additional_code"] or "",
            row["order_number"] or "", without, f"at {row['stands_at']}", _span(row))  # fmt: skip


def _difference(told: Mapping[str, Any]) -> Iterator[str]:
    days = f"{told['from']} against {told['to']}"
    yield f"\n  [bold]{plain(told['code'])}[/] in the tariff of {plain(told['as'])}: {days}"
    if told["duty"]["before"]:
        yield from columns([
            _rate_line(word, told["duty"][word], told["duty"][word]["duty_source"]) for word in ("before", "after")
        ])  # fmt: skip
    yield from _measures("Added", told["added"])
    yield from _measures("Removed", told["removed"])
    yield from _measures("Changed", [row["after"] for row in told["changed"]])
    if not (told["added"] or told["removed"] or told["changed"]):
        if told["has_measures"] or any(one["kind"] == "preferences" and one["is_loaded"] for one in told["loaded"]):
            yield "    No measure is different."
        else:
            yield "    Beside that duty no measures are loaded that could differ."
    yield ""


def _span(row: Mapping[str, Any]) -> str:
    return f"{row['valid_from'] or '...'} to {row.get('valid_to') or '...'}"


def _more(rows: Sequence[object]) -> Iterator[str]:
    if len(rows) > SHOWN:
        yield f"    and {len(rows) - SHOWN:,} more; --json lists them all"

"""Arrivals by hour, from events where the run has them, else as the filings estimate them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from tidewaiter.measure.arrivals import Arrivals, Movements
from tidewaiter.model.words import MONTHS, counted, day_text, share, spoken
from tidewaiter.runners.report.markup import figure, paragraph, section, table
from tidewaiter.runners.report.plots import FEW, Column, columns
from tidewaiter.runners.report.wording import Told

LABEL_EVERY: Final = {"hour": 6, "day": 7, "month": 6, "year": 10}
FLAT: Final = 1.25
"""Below so many times the mean the highest step is no news."""


def arriving(told: Told) -> str:
    """When parcels arrive; nothing where neither events nor filings say so."""
    events = told.figures.movements
    found = events.arrivals if events else told.figures.arrivals
    if not found.counts and not events:
        return ""
    body = (
        [_figure(found, "arrived, as events tell" if events else "expected, as filings estimate")]
        if found.counts
        else []
    )
    body += _timing(told)
    body += _events(events) if events else []
    return section("arrivals", _title(told, found), body)


def _title(told: Told, found: Arrivals) -> str:
    timing = told.summary.get("timing", {})
    known = timing.get("before_arrival", 0) + timing.get("after_arrival", 0)
    if known:
        return f"Arrivals: {share(timing['before_arrival'], known)} of the filings were decided before"
    if not found.counts:
        return "Arrivals"
    peak, steps = _peak(found), len(found.counts)
    if steps > 1 and found.counts[peak] < FLAT * sum(found.counts.values()) / steps:
        return f"Arrivals: spread evenly over {counted(steps, found.step)}"
    joint = {"hour": "in", "day": "on"}.get(found.step, "in")
    return f"Arrivals: most {joint} {_in_words(peak, found.step)}"


def _peak(found: Arrivals) -> datetime:
    """The first moment of those with most."""
    return max(found.counts, key=lambda moment: found.counts[moment])


def _in_words(moment: datetime, step: str) -> str:
    return f"the hour from {_moment(moment, step)}" if step == "hour" else _moment(moment, step)


def _moment(moment: datetime, step: str) -> str:
    if step == "year":
        return f"{moment.year}"
    if step == "month":
        return f"{MONTHS[moment.month - 1]} {moment.year}"
    return f"{moment:%H:%M} on {day_text(moment.date())}" if step == "hour" else day_text(moment.date())


def _figure(found: Arrivals, how: str) -> str:
    peak = _peak(found)
    title = f"Parcels {how}, by {found.step} (UTC)"
    told_of_peak = (
        f"{found.counts[peak]:,} {'at ' if found.step == 'hour' else 'on ' if found.step == 'day' else 'in '}"
    )
    steps = [Column(count, label) for count, label in zip(found.counts.values(), _labels(found), strict=True)]
    rows = [(_moment(moment, found.step), f"{count:,}") for moment, count in found.counts.items()]
    if found.outside:
        rows.append(("earlier or later", f"{found.outside:,}"))
    twin = table(title, (found.step, "arrivals"), rows, ("all", f"{found.told:,}"))
    plot = columns(title, steps, told_of_peak + _short(peak, found.step))
    return figure(title, plot, twin, _left_out(found))


def _short(moment: datetime, step: str) -> str:
    if step in {"hour", "year"}:
        return f"{moment:%H:%M}" if step == "hour" else f"{moment.year}"
    month = MONTHS[moment.month - 1][:3]
    return f"{moment.day} {month}" if step == "day" else f"{month} {moment.year}"


def _labels(found: Arrivals) -> Iterator[str]:
    """The day where one begins, an hour here and there; all of them where they are few."""
    moments = list(found.counts)
    for at, moment in enumerate(moments):
        if len(moments) <= FEW:
            yield _short(moment, found.step)
        elif found.step == "hour":
            is_labelled = moment.hour % LABEL_EVERY["hour"] == 0
            yield "" if not is_labelled else _short(moment, "day") if moment.hour == 0 else _short(moment, "hour")
        else:
            yield "" if at % LABEL_EVERY[found.step] else _short(moment, found.step)


def _left_out(found: Arrivals) -> str:
    said = []
    if found.outside:
        said.append(f"{counted(found.outside, 'arrival lies', 'arrivals lie')} outside the plot")
    if found.untold:
        said.append(f"{counted(found.untold, 'filing')} {'gives' if found.untold == 1 else 'give'} none")
    return "; ".join(said)


def _timing(told: Told) -> Iterator[str]:
    """How many filings were decided in time; how long the run took is not said, so that a rerun gives the same page."""
    timing = told.summary.get("timing")
    if timing and timing["before_arrival"] + timing["after_arrival"]:
        after, unknown = timing["after_arrival"], timing["unknown"]
        open_ones = (
            f" {counted(unknown, 'filing')} {'gives' if unknown == 1 else 'give'} no arrival." if unknown else ""
        )
        yield paragraph(
            f"{counted(timing['before_arrival'], 'filing')} had a decision before the parcel arrived or was expected; "
            f"{after:,} had it later.{open_ones}"
        )


def _events(events: Movements) -> Iterator[str]:
    total = sum(events.verdicts.values())
    rows = [(spoken(word), f"{count:,}", share(count, total)) for word, count in events.verdicts.items()]
    yield table(
        "What events say of each parcel", ("verdict", "rows", "share"), rows, ("all", f"{total:,}", share(total, total))
    )

"""Use case: an answer asked again from the data it carries, and held against what it said then."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from tidewaiter.runners.quoting.answers import Answer
from tidewaiter.runners.quoting.sums import AMOUNTS
from tidewaiter.runners.reading.json_lines import BROKEN, Lines
from tidewaiter.service.quote import blocks_of, open_house

SAME: Final = (*AMOUNTS, "total_minor", "due_at_border_minor", "chosen_set", "currency")

DECODER: Final = msgspec.json.Decoder(float_hook=str)
"""Numbers of a filing stay the text they were."""


def again(
    source: str, *, packs: Path | None = None, home: Path | None = None, stream: BinaryIO | None = None
) -> Iterator[Answer]:
    """Each answer of a file of answers worked out anew, with the editions it names and no others.

    A line gives ``errors`` where an edition is no longer there (QUO-04), where it is no answer (QUO-05), and where the
    amounts come out otherwise (QUO-06); what could not be answered then is left as it was.
    """
    desk = open_house(packs, home).desk()
    for lines in blocks_of(source, stream):
        told = [_decoded(text) for text in lines.texts]
        links = [msgspec.json.encode(_link(answer)) for answer in told]
        for answer, made in zip(told, desk.quote([Lines(lines.numbers, links)]), strict=True):
            yield _held_against(answer, made)


def _decoded(text: bytes) -> dict[str, Any]:
    try:
        told = DECODER.decode(text)
    except BROKEN:
        return {}
    return told if isinstance(told, dict) else {}


def _link(answer: dict[str, Any]) -> object:
    link = answer.get("permalink")
    return link if isinstance(link, dict) else {}


def _held_against(then: dict[str, Any], now: Answer) -> Answer:
    if not isinstance(then.get("permalink"), dict):
        message = "The line carries no permalink: it is no answer of a quote."
        return _error(then, now, "QUO-05", "permalink", message)
    if "errors" in now:
        return now
    changed = [name for name in SAME if then.get(name) != now[name]]
    changed += [f"{one['set']} {name}" for one, name in _changed_sets(then, now)]
    changed += _changed_lines(then, now)
    if changed:
        told = ", ".join(changed)
        message = (
            f"The editions are there and the answer differs in {told}: "
            "another version of the program gave it, or it was altered since."
        )
        return _error(then, now, "QUO-06", changed[0], message)
    return now


def _changed_sets(then: dict[str, Any], now: Answer) -> Iterable[tuple[dict[str, Any], str]]:
    before = {one.get("set"): one for one in then.get("eligible_sets", ()) if isinstance(one, dict)}
    for one in now["eligible_sets"]:
        for name in ("allowed", *AMOUNTS, "total_minor"):
            if before.get(one["set"], {}).get(name) != one[name]:
                yield one, name


def _changed_lines(then: dict[str, Any], now: Answer) -> list[str]:
    """Charges whose amount is another one, or that are there on one side alone."""
    before, after = (
        {
            (one.get("item_no"), one.get("charge"), one.get("rule_id")): one.get("amount_minor")
            for one in answer["lines"]
        }
        for answer in ({"lines": [one for one in then.get("lines", ()) if isinstance(one, dict)]}, now)
    )
    gone = object()
    return [
        " ".join(str(part) for part in (f"line {item}" if item is not None else "", charge) if part)
        for item, charge, rule in dict.fromkeys((*before, *after))
        if before.get((item, charge, rule), gone) != after.get((item, charge, rule), gone)
    ]


def _error(then: dict[str, Any], now: Answer, code: str, field: str, message: str) -> Answer:
    fault = {"code": code, "field": field, "value": None, "message": message}
    return {"line": now["line"], "consignment_id": then.get("consignment_id"), "errors": [fault]}

"""Known filings: the same content told again is a duplicate; other content under one version is set aside."""

from collections.abc import Sequence

import polars as pl

from tidewaiter.runners.amendments import KNOWN_OTHERWISE, KNOWN_UNREADABLE
from tidewaiter.runners.batcher.looking_back import Past
from tidewaiter.runners.batcher.message import Earlier, Message, Reject
from tidewaiter.runners.batcher.taking import PLACE, Taken, take
from tidewaiter.runners.identity import contents, filing_keys

Content = frozenset[tuple[int, int]]
"""What the lines of a filing say, whatever their order; to be compared within one process only."""


def set_aside_known(taken: Taken, messages: Sequence[Message], past: Past) -> dict[int, str]:
    """Which sound messages repeat a filing, and the name of the message that told it first; others are refused.

    A message that tells a known filing otherwise is set aside in ``taken``. Of a batch the first telling is taken.
    """
    rows = taken.sound_rows
    if rows.is_empty():
        return {}
    heads = rows.unique(PLACE, keep="first", maintain_order=True)
    submitters = pl.Series([messages[place].submitter for place in heads[PLACE]], dtype=pl.String)
    keys = dict(
        zip(heads[PLACE], filing_keys(heads.with_columns(submitter=submitters), pl.col("submitter")), strict=True)
    )
    before = past.recent.earlier(list(set(keys.values())))
    first: dict[int, int] = {}
    repeats: dict[int, str] = {}
    for place, key in keys.items():
        earlier = before.get(key)
        if earlier is None and first.setdefault(key, place) == place:
            continue
        name = earlier.name if earlier else messages[first[key]].name
        said = _content_of(earlier) if earlier else _content(rows, first[key])
        if said == _content(rows, place):
            repeats[place] = name
        else:
            named = heads.filter(pl.col(PLACE) == place)["consignment_id"][0]
            why = KNOWN_UNREADABLE if said is None else KNOWN_OTHERWISE
            taken.refuse(place, Reject("DUP-03", "consignment_id", None, named, why))
    return repeats


def _content_of(earlier: Earlier) -> Content | None:
    """What an earlier message says; None where it cannot be read any more."""
    rows = take([earlier.body]).sound_rows
    return _content(rows, 0) if rows.height else None


def _content(rows: pl.DataFrame, place: int) -> Content:
    own = rows.filter(pl.col(PLACE) == place)
    return frozenset(contents(own).rows())

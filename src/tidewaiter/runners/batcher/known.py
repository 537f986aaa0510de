"""Known filings: the same content told again is a duplicate; other content under one version is set aside."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from tidewaiter.runners.amendments import KNOWN_OTHERWISE, KNOWN_UNREADABLE
from tidewaiter.runners.batcher.looking_back import Past
from tidewaiter.runners.batcher.message import Earlier, Message, Reject
from tidewaiter.runners.batcher.rolling import summed
from tidewaiter.runners.batcher.taking import PLACE, Taken, take
from tidewaiter.runners.batcher.tally import UNTOLD
from tidewaiter.runners.identity import content_prints, contents, filing_keys

Content = frozenset[tuple[int, int]]
"""What the lines of a filing say, whatever their order; to be compared within one process only."""


def set_aside_known(taken: Taken, messages: Sequence[Message], past: Past) -> dict[int, str]:
    """Which sound messages repeat a filing, and the name of the message or run that told it first.

    A message that tells a known filing otherwise is set aside in ``taken``. Of a batch the first telling is taken.
    """
    rows = taken.sound_rows
    if rows.is_empty():
        return {}
    keys = _keys(rows, messages)
    before = past.recent.earlier(list(set(keys.values())))
    in_runs = past.in_runs(list(set(keys.values())))
    first: dict[int, int] = {}
    repeats: dict[int, str] = {}
    for place, key in keys.items():
        is_new = key not in before and key not in in_runs
        if is_new and first.setdefault(key, place) == place:
            continue
        own = rows.filter(pl.col(PLACE) == place)
        if key in before:
            name, is_same = before[key].name, _is_told_by(before[key], own)
        elif key in in_runs:
            name, said = in_runs[key]
            is_same = None if said == UNTOLD else summed_content(own) == said
        else:
            name = messages[first[key]].name
            is_same = _content(rows.filter(pl.col(PLACE) == first[key])) == _content(own)
        if is_same:
            repeats[place] = name
        else:
            why = KNOWN_UNREADABLE if is_same is None else KNOWN_OTHERWISE
            taken.refuse(place, Reject("DUP-03", "consignment_id", None, own["consignment_id"][0], why))
    return repeats


def _keys(rows: pl.DataFrame, messages: Sequence[Message]) -> dict[int, int]:
    """The lasting key of each message's filing."""
    heads = rows.unique(PLACE, keep="first", maintain_order=True)
    submitters = pl.Series([messages[place].submitter for place in heads[PLACE]], dtype=pl.String)
    own = filing_keys(heads.with_columns(submitter=submitters), pl.col("submitter"))
    return dict(zip(heads[PLACE], own, strict=True))


def summed_content(rows: pl.DataFrame) -> int:
    """What the rows of one filing say, as the tally of a run keeps it."""
    prints = content_prints(rows).to_numpy()
    said = np.stack((np.zeros_like(prints), prints), axis=1)
    return int(summed(said, np.zeros(1, dtype=np.int64))[0])


def _is_told_by(earlier: Earlier, rows: pl.DataFrame) -> bool | None:
    """Whether an earlier message says the same; None where it cannot be read any more."""
    before = take([earlier.body]).sound_rows
    return _content(before) == _content(rows) if before.height else None


def _content(rows: pl.DataFrame) -> Content:
    return frozenset(contents(rows).rows())

"""Taking: the bodies of messages become typed rows by the same steps as the lines of an NDJSON file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from tidewaiter.kit.format import canonical_sheet
from tidewaiter.runners.batcher.message import Reject
from tidewaiter.runners.grouping import CONTRADICTED, DUPLICATE, fates
from tidewaiter.runners.identity import contents, with_defaults
from tidewaiter.runners.reading.json_lines import Lines, Objects
from tidewaiter.runners.reading.json_rows import Flattening
from tidewaiter.runners.reading.mapping import mapped
from tidewaiter.runners.reading.rejects import Rejects
from tidewaiter.runners.setting_aside import CONTRADICTION
from tidewaiter.runners.versions import ORIGINAL
from tidewaiter.stages.typed import TypedRows, typed

PLACE: Final = "source_position"
"""Which message of the batch a row is of, from 0."""

MARK_OF_ORDER: Final = b"\xef\xbb\xbf"
SHEET: Final = canonical_sheet()


@dataclass
class Taken:
    """Typed rows of the messages that can be taken, by ``PLACE`` ascending; of the others what is wrong with them.

    ``unnumbered`` are messages that change a filing and do not say as which version: they are the next one.
    """

    rows: pl.DataFrame
    rejects: dict[int, list[Reject]] = field(default_factory=dict)
    unnumbered: frozenset[int] = frozenset()

    def refuse(self, place: int, *rejects: Reject) -> None:
        """Set a message aside; its rows stay until ``sound_rows`` is asked."""
        self.rejects.setdefault(place, []).extend(rejects)

    @property
    def sound_rows(self) -> pl.DataFrame:
        """The rows of messages with which nothing is wrong."""
        if not self.rejects or self.rows.is_empty():
            return self.rows
        return self.rows.filter(~pl.col(PLACE).is_in(list(self.rejects)))


def take(bodies: Sequence[bytes]) -> Taken:
    """Read each body by itself: what one says never changes how another is read."""
    rejects = Rejects()
    texts = [body.removeprefix(MARK_OF_ORDER) for body in bodies]
    places, objects = Objects(SHEET.decimal).decoded(Lines(list(range(len(texts))), texts), "utf-8", rejects)
    raw = Flattening(SHEET).rows(places, objects, [texts[place] for place in places], rejects)
    taken = Taken(pl.DataFrame(schema={PLACE: pl.Int64}))
    for place, _, code, pointer, value, sentence, _ in rejects.rows:
        taken.refuse(place, Reject(code, pointer, None, value, sentence))
    if raw.frame.height:
        text = _with_plain_rest(mapped(raw, raw.frame.columns, SHEET).rows)
        read = typed(text)
        taken.unnumbered = _unnumbered(read.rows)
        taken.rows = with_defaults(read.rows)
        _refuse_unreadable(taken, read)
        _refuse_contradictions(taken)
    return taken


def _unnumbered(rows: pl.DataFrame) -> frozenset[int]:
    """Messages that amend or cancel and name no version."""
    if "function" not in rows.columns:
        return frozenset()
    version = pl.col("version") if "version" in rows.columns else pl.lit(None, dtype=pl.Int64)
    silent = rows.filter((pl.col("function").fill_null(ORIGINAL) != ORIGINAL) & version.is_null())
    return frozenset(silent[PLACE].to_list())


def _with_plain_rest(text: pl.DataFrame) -> pl.DataFrame:
    """``unmapped`` without the keys that only other messages of the batch have."""
    if "unmapped" not in text.columns:
        return text
    told = [_said(rest) if rest else None for rest in text["unmapped"].to_list()]
    return text.with_columns(unmapped=pl.Series(told, dtype=pl.String))


def _said(rest: str) -> str:
    said = {name: value for name, value in json.loads(rest).items() if value is not None}
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False)


def _refuse_unreadable(taken: Taken, read: TypedRows) -> None:
    """Every value that cannot be what its field is."""
    if read.faults.is_empty():
        return
    places = taken.rows[PLACE].to_list()
    for fault in read.faults.iter_rows(named=True):
        at, place = fault["at"], places[fault["at"]]
        line = at - places.index(place)
        taken.refuse(place, Reject(fault["code"], fault["pointer"], line, fault["value"], fault["message"]))


def _refuse_contradictions(taken: Taken) -> None:
    """Lines told twice go; a message that gives one item number to two different lines is set aside."""
    rows = taken.rows
    odd = _odd(rows)
    if not len(odd):
        return
    suspects = rows.with_row_index("at").filter(pl.col(PLACE).is_in(odd))
    place = suspects[PLACE]
    item_no = suspects["item_no"] if "item_no" in suspects.columns else pl.lit(None, dtype=pl.Int64)
    judged = fates(
        contents(suspects).with_columns(
            identity_key=place,
            identity_hash=place.cast(pl.UInt64),
            unit=place,
            item_no=item_no,
            is_spoilt=pl.lit(value=False),
        )
    )
    for own in place.filter(pl.Series(judged.fate == CONTRADICTED)).unique(maintain_order=True).to_list():
        named = suspects.filter(pl.col(PLACE) == own)["consignment_id"][0]
        taken.refuse(own, Reject("DUP-01", "consignment_id", None, named, CONTRADICTION))
    repeated = suspects["at"].filter(pl.Series(judged.fate == DUPLICATE))
    taken.rows = rows.with_row_index("at").filter(~pl.col("at").is_in(repeated.implode())).drop("at")


def _odd(rows: pl.DataFrame) -> np.ndarray:
    """Messages whose item numbers do not ascend, or are not there on more than one line."""
    place = rows[PLACE].to_numpy()
    is_same = place[1:] == place[:-1]
    if "item_no" not in rows.columns:
        return np.unique(place[1:][is_same])
    number = rows["item_no"].fill_null(-1).to_numpy()
    return np.unique(place[1:][is_same & (number[1:] <= number[:-1])])

"""Decides filings again that came by message: by the law of their own moment, their windows seen as of a later one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final
from uuid import UUID

import polars as pl
from django.db import connection

from tidewaiter.exchange import inbox
from tidewaiter.exchange.filings import Filing
from tidewaiter.exchange.reassessing import Sealed
from tidewaiter.kit.risk_rule import Window
from tidewaiter.model.codes import PENDING_ON
from tidewaiter.runners.batcher.answering import answers
from tidewaiter.runners.batcher.deciding import InForce, decide
from tidewaiter.runners.batcher.looking_back import Nothing, Past
from tidewaiter.runners.batcher.message import Message
from tidewaiter.runners.batcher.tally import Tally
from tidewaiter.service.lodging.book import narrow as narrow_frame
from tidewaiter.service.lodging.rows import entered
from tidewaiter.service.vendors.claims import held_for
from tidewaiter.stages.windows import DAY_S, PERSON, facts, keys_of

FILING_KEY: Final = "filing_key"


@dataclass(frozen=True)
class History(Nothing):
    """The narrow rows of messages accepted after ``since_s``, read in the caller's transaction."""

    windows: Sequence[Window]
    since_s: int

    def rows(self, keys: Mapping[str, Sequence[int]]) -> pl.DataFrame | None:
        """Those that share any of these keys; of a person all, since a day is the day that the filing tells."""
        found = inbox.narrow_rows(connection, keys, {name: 0 if name == PERSON else self.since_s for name in keys})
        marks = [window.mark_column for window in self.windows if window.marked_by]
        return narrow_frame(found, marks) if found else None


@dataclass(frozen=True)
class Later(Past):
    """The past as it looks from a later moment: each filing sees whatever came up to then, and not itself."""

    as_of_s: int = 0

    def facts(self, narrow: pl.DataFrame, windows: Sequence[Window], replaced: Collection[int] = ()) -> pl.DataFrame:
        """The facts as of the later moment; filings that came together still see each other."""
        asked = {key: list(set(narrow[key].to_list()) - {None}) for key in keys_of(windows)}
        recent = self.recent.rows(asked)
        together = narrow.with_row_index("at").partition_by("accepted_s", maintain_order=True)
        made = [
            self._of(part.drop("at"), recent, windows, replaced).with_columns(part["at"]) for part in together
        ]  # fmt: skip
        return pl.concat(made).sort("at").drop("at") if made else facts(narrow, windows, None)

    def _of(
        self, part: pl.DataFrame, recent: pl.DataFrame | None, windows: Sequence[Window], replaced: Collection[int]
    ) -> pl.DataFrame:
        own = [*replaced, *part[FILING_KEY]]
        later = part.with_columns(accepted_s=pl.max_horizontal("accepted_s", pl.lit(self.as_of_s)))
        others = recent.filter(~pl.col(FILING_KEY).is_in(own)) if recent is not None else None
        made = facts(later, windows, others)
        for tally in self.tallies:
            made = tally.add_to(made, later, windows)
        return made


def decided_again(
    in_force: InForce, tallies: Sequence[Tally], told: Sequence[tuple[Sealed, bytes]], as_of_s: int
) -> Mapping[UUID, Filing]:
    """The filings as they would be decided had they come last; nothing of one that is not taken any more.

    Their id, number and office are not told here: they stay as they are.
    """
    widest = max((window.days for window in in_force.windows), default=0) * DAY_S
    later = Later(History(in_force.windows, as_of_s - widest), tallies, as_of_s)
    found: dict[UUID, Filing] = {}
    for decided_at, group in groupby(told, key=lambda one: one[0].decided_at):
        part = list(group)
        messages = [Message(str(one.message), body, one.submitter) for one, body in part]
        batch = decide(in_force, messages, decided_at, later)
        made = entered(batch, answers(batch), [0] * len(part), [one.filing for one, _ in part], frozenset())
        found |= {one.filing: new.filing for (one, _), new in zip(part, made, strict=True) if new.filing}
    return found


def standing(old: Filing, new: Filing) -> Filing:
    """The filing that stands, with what was decided anew of it; what judges beside the plan added stays."""
    judged, before = new.assessment, old.assessment
    if judged is None or before is None:
        return old
    kept, status = judged, new.status
    for word in [word for word in before.pending_on if word not in PENDING_ON]:
        kept, status = held_for(kept, word) or kept, old.status  # a judge beside the plan said so as it came in
    items = [{**item, "status": status} for item in new.items]
    agencies = sorted({*old.agencies, *new.agencies})
    return replace(
        old,
        told=new.told,
        items=items,
        agencies=agencies,
        status=status,
        amount_minor=new.amount_minor,
        assessment=kept,
    )

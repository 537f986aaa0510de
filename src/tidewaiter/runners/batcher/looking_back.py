"""Looking back: what was accepted before, as messages since the last roll and as tallies of all that is older."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from tidewaiter.kit.risk_rule import Window
from tidewaiter.runners.batcher.message import Earlier
from tidewaiter.runners.batcher.tally import Tally
from tidewaiter.runners.versions import Reference, Standing
from tidewaiter.pipeline.few.windows import few_facts
from tidewaiter.stages.windows import keys_of


class Recent(Protocol):
    """The messages accepted, as whoever keeps them can be asked."""

    def earlier(self, filing_keys: Sequence[int]) -> Mapping[int, Earlier]:
        """Of these filings those that a message told before, whenever that was."""
        ...

    def standing(self, references: Sequence[Reference]) -> Mapping[Reference, Standing]:
        """Of these filings those that were accepted, as they stand."""
        ...

    def rows(self, keys: Mapping[str, Sequence[int]]) -> pl.DataFrame | None:
        """Narrow rows (``Decided.tables["history"]``) that share any of the window keys; None for none.

        Only of messages that are in no tally; those that are would count twice.
        """
        ...


class Nothing:
    """Of which nothing is known: a batcher's first day."""

    def earlier(self, filing_keys: Sequence[int]) -> Mapping[int, Earlier]:  # noqa: ARG002 - whatever is asked
        """None of them."""
        return {}

    def standing(self, references: Sequence[Reference]) -> Mapping[Reference, Standing]:  # noqa: ARG002 - the same
        """None of them."""
        return {}

    def rows(self, keys: Mapping[str, Sequence[int]]) -> pl.DataFrame | None:  # noqa: ARG002 - the same
        """None."""
        return None


@dataclass(frozen=True)
class Past:
    """All that a batch looks back on: messages, and tallies of finished runs."""

    recent: Recent
    tallies: Sequence[Tally] = ()

    def facts(self, narrow: pl.DataFrame, windows: Sequence[Window], replaced: Collection[int] = ()) -> pl.DataFrame:
        """The facts of windows for each narrow row, the other rows of the batch and all of the past seen.

        ``replaced`` are keys of filings of which a newer version is in the batch: they do not count beside it. One that
        came in a file counts with it still: sums cannot be taken apart again.
        """
        asked = {key: list(set(narrow[key].to_list()) - {None}) for key in keys_of(windows)}
        recent = self.recent.rows(asked)
        if recent is not None and replaced:
            recent = recent.filter(~pl.col("filing_key").is_in(list(replaced)))
        seen = few_facts(narrow, windows, recent)
        for tally in self.tallies:
            seen = tally.add_to(seen, narrow, windows)
        return seen

    def in_runs(self, filing_keys: Sequence[int]) -> dict[int, tuple[str, int]]:
        """Of these filings those that a run accepted: the run's name, and what the filing says as one number."""
        return {
            key: (tally.name, content) for tally in self.tallies for key, content in tally.contents(filing_keys).items()
        }

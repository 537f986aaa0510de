"""A provision of chapter 99 as a row: an authority's rate or exemption for codes and origins from a day to a day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import polars as pl

from tidewaiter.reference.cells import FOREVER

SHELF: Final = "us-ch99"

PROVISIONS: Final = {
    "authority": pl.String(),
    "program": pl.String(),
    "heading": pl.String(),
    "kind": pl.String(),
    "code": pl.String(),
    "origins": pl.List(pl.String()),
    "except_origins": pl.List(pl.String()),
    "rate": pl.String(),
    "content": pl.String(),
    "freed_by": pl.String(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "source": pl.String(),
    "evidence": pl.String(),
    "unresolved_reason": pl.String(),
}
"""``kind``: ``rate`` (per cent of the value, or of that of its ``content``), ``floor`` (ordinary and additional duty
together reach ``rate``), ``exempt`` (the authority adds nothing), ``perhaps`` (the filing does not tell whether it
holds), ``displaces`` (``authority`` keeps ``program`` away, ``code`` names programs of it), ``revision`` (one of the
calendar). ``code`` is a prefix, empty for all goods; without ``origins`` all but ``except_origins``. ``freed_by``
names the agreement under which a claimed preference frees."""

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Provision:
    """One row of ``PROVISIONS``; an empty start means always, an empty end still in force."""

    authority: str
    heading: str
    kind: str = "rate"
    program: str = ""
    code: str = ""
    origins: tuple[str, ...] = ()
    except_origins: tuple[str, ...] = ()
    rate: str | None = None
    content: str = ""
    freed_by: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    evidence: str = "read"
    reason: str | None = None

    def until(self, last: date) -> "Provision | None":
        """The same, ended on ``last`` at the latest; nothing where it would start later."""
        if (self.valid_from or date.min) > last:
            return None
        return replace(self, valid_to=min(self.valid_to or FOREVER, last))

    def with_codes(self, codes: Iterable[tuple[str, date | None]]) -> "list[Provision]":
        """One provision for each code, from the code's own first day where that is later."""
        made = []
        for code, start in codes:
            first = max(self.valid_from or date.min, start or date.min)
            if first <= (self.valid_to or FOREVER):
                made.append(replace(self, code=code, valid_from=None if first == date.min else first))
        return made


def before(day: date) -> date:
    """The day before."""
    return day - _ONE_DAY


def table(provisions: Iterable[Provision]) -> pl.DataFrame:
    """Provisions as rows of ``PROVISIONS``, in a settled order, each once."""
    rows = [
        (one.authority, one.program, one.heading, one.kind, one.code, list(one.origins), list(one.except_origins),
         one.rate, one.content, one.freed_by, one.valid_from, one.valid_to, one.source, one.evidence, one.reason)
        for one in dict.fromkeys(provisions)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=PROVISIONS, orient="row").sort(
        "authority", "heading", "kind", "code", "valid_from", "origins", "program", maintain_order=True
    )

"""Leave: goods that another agency has to let in, and which agency that is.

A ``[[leave]]`` of a sheet names the agency by the word its officers sign in under, the authority behind it, the goods
by prefixes of their codes and what the law asks for::

    [[leave]]
    code = "EU-21"
    agency = "wildlife"
    authority = "the CITES management authority of the member state"
    permit = "an import permit or notification"
    goods = ["0507", "0508"]
    valid_from = 2016-05-01
    source = "Regulation (EC) No 338/97 art. 4"
    evidence = "recalled"

A line with such a code carries the finding of that code: a hold until the agency has given its leave. All of them
together are the sheet's restricted goods, which law knows as ``has_licence_goods``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tidewaiter.kit.facts import Parameter
from tidewaiter.model.errors import SheetRefused
from tidewaiter.model.findings import FindingKind

AGENCY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")
"""How an agency is written, in sheets as in the registry."""

PREFIX: Final = re.compile(r"[0-9]{2,10}")
HS_PREFIXES: Final = "hs prefixes"
RESTRICTED: Final = "licence_goods"
"""The list of all goods that some agency has to let in."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Goods of these codes are released only with leave of ``agency``; ``permit`` says what the law asks for."""

    code: str
    agency: str
    authority: str
    permit: str
    goods: tuple[str, ...]
    valid_from: date
    source: str
    evidence: str
    valid_to: date | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells the spans of one leave from those of another."""
        return ("leave", self.code)

    @property
    def list_name(self) -> str:
        """The list of its goods, as items know it: ``is_leave_eu_21``."""
        return f"leave_{self.code.lower().replace('-', '_')}"


def read_leave(row: Mapping[str, Any], dated: Mapping[str, Any]) -> Leave:
    """A ``[[leave]]`` and its dates, source and evidence; ``SheetRefused`` where it cannot be one."""
    goods = row["goods"]
    if not isinstance(goods, list) or not goods or not all(PREFIX.fullmatch(str(one)) for one in goods):
        raise SheetRefused(f"The goods of a leave are beginnings of commodity codes in quotes, not {goods!r}.")
    if not AGENCY.fullmatch(row["agency"]):
        raise SheetRefused(f"An agency is written like 'wildlife', in small letters, not {row['agency']!r}.")
    return Leave(row["code"], row["agency"], row["authority"], row["permit"], tuple(goods), **dated)


def listed_as(leave: Leave, name: str) -> Parameter:
    """The goods of a leave as a span of the list ``name``."""
    return Parameter(name, HS_PREFIXES, leave.goods, leave.valid_from, leave.source, leave.evidence, leave.valid_to)


def leave_findings(leaves: Iterable[Leave]) -> tuple[FindingKind, ...]:
    """One kind of finding for each code, in the words of its latest span.

    ``SheetRefused`` where spans of one code name several agencies.
    """
    latest: dict[str, Leave] = {}
    for leave in sorted(leaves, key=lambda one: (one.code, one.valid_from)):
        earlier = latest.setdefault(leave.code, leave)
        if earlier.agency != leave.agency:
            raise SheetRefused(f"{leave.code} names the agencies {earlier.agency} and {leave.agency}. One code, one.")
        latest[leave.code] = leave
    return tuple(finding_of(leave) for leave in latest.values())


def finding_of(leave: Leave) -> FindingKind:
    """What a line of such goods is told."""
    return FindingKind(
        code=leave.code,
        title=f"Waits for the {leave.agency} agency",
        sentence=f"Goods of code {{commodity_code}} are released only with leave of {leave.authority}: {leave.permit}.",
        severity="hold",
        level="item",
        pointer="item_commodity_code",
        route="refer",
        pending_on="agency",
        evidence=("commodity_code", "description"),
        agency=leave.agency,
    )

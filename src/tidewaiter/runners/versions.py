"""Versions: an amendment changes a filing, a cancellation withdraws it; one set of rules for messages and files."""

from typing import Final, Literal, NamedTuple

from tidewaiter.model.codes import FUNCTIONS

ORIGINAL, AMENDMENT, CANCELLATION = FUNCTIONS
State = Literal["open", "released", "refused", "cancelled"]

UNKNOWN: Final = "AMD-01"
STALE: Final = "AMD-02"
CANCELLED: Final = "AMD-03"
DECIDED: Final = "AMD-04"
NO_SUCH_FILING: Final = (
    "No filing of this reference was accepted from this sender, so there is nothing that this changes. Name the "
    "reference under which it was filed, or send the filing as an original."
)


class Reference(NamedTuple):
    """What a filing is known by whatever its version: who sent it, for whom, of which kind, under which reference."""

    filer: str
    declarant: str
    filing_kind: str
    consignment_id: str


class Standing(NamedTuple):
    """A filing as it stands: its lasting name, its newest version, and whether anything can still be changed of it."""

    name: str
    version: int
    state: State = "open"


class Against(NamedTuple):
    """Why a version is not taken: code, canonical field at fault, and what to do."""

    code: str
    field: str
    sentence: str


def is_change(function: str, version: int) -> bool:
    """Whether a message may tell of a filing that is there already; a version above the first does so by itself."""
    return function != ORIGINAL or version != 1


def against(function: str, version: int, standing: Standing | None) -> Against | None:
    """Why this version cannot follow on what stands; None: it can, or it is an original of its own.

    The next version alone follows: whoever changed an older one has not seen the newest. What was withdrawn stays
    withdrawn, and what was released or refused is changed by a person or by a filing of its own.
    """
    if standing is None:
        return None if function == ORIGINAL else Against(UNKNOWN, "consignment_id", NO_SUCH_FILING)
    if standing.state == "cancelled":
        return Against(CANCELLED, "consignment_id", "This filing was withdrawn. File the parcel under a new reference.")
    if version != standing.version + 1:
        return Against(
            STALE,
            "version",
            f"The filing stands at version {standing.version}; this is version {version}. Look at it again, and send "
            f"what changes as version {standing.version + 1}.",
        )
    if standing.state != "open":
        return Against(
            DECIDED,
            "function",
            f"The parcel was {standing.state} already. Ask the office; it changes what was decided.",
        )
    return None

"""Who acts, and what is known of the thing acted on: all that a right may depend on."""

from typing import NamedTuple


class Actor(NamedTuple):
    """A person or machine that was let in: its roles and whom it acts for.

    ``filer`` is whose filings count as its own (declarant, marketplace, carrier), ``limit_minor`` up to which amount
    an officer releases alone; nothing: not at all. ``files_for`` are declarants that its filings may name
    besides the filer itself, ``*`` everybody.
    """

    person: str
    roles: frozenset[str]
    filer: str | None = None
    office: str | None = None
    agency: str | None = None
    limit_minor: int | None = None
    files_for: frozenset[str] = frozenset()


class Facts(NamedTuple):
    """What is known of the object; a fact that is not known never grants anything.

    ``persons`` are those who proposed what is now to be approved, or who took part in it; ``about`` is the person whom
    the record is about (an act in the log, master data); ``agencies`` are those whose leave the goods need;
    ``is_in_hand``: the party itself told that it has the parcel.
    """

    filer: str | None = None
    office: str | None = None
    agencies: frozenset[str] = frozenset()
    assigned_to: str | None = None
    addressed_to: str | None = None
    about: str | None = None
    amount_minor: int | None = None
    kind: str | None = None
    persons: frozenset[str] | None = None
    is_in_hand: bool = False

"""How far a grant reaches: each scope once for Python and once for a row-level policy, side by side."""

from collections.abc import Callable
from typing import Final, NamedTuple

from tidewaiter.store.rights.actor import Actor, Facts

PERSON: Final = "tidewaiter.person"
ROLES: Final = "tidewaiter.roles"
FILER: Final = "tidewaiter.filer"
OFFICE: Final = "tidewaiter.office"
AGENCY: Final = "tidewaiter.agency"
LIMIT: Final = "tidewaiter.limit_minor"
"""Settings of a transaction that say who acts; a policy reads them, and where they are not set nothing is seen."""

RATES: Final = "exchange_rates"


class Scope(NamedTuple):
    """A scope in words, as a predicate, and as an SQL condition over the columns it names."""

    says: str
    holds: Callable[[Actor, Facts], bool]
    sql: str


def setting(name: str) -> str:
    """A setting of the transaction in SQL, asked once a statement and not once a row; null where not set or empty."""
    return f"(select nullif(current_setting('{name}', true), ''))"


def _same(one: object, other: object) -> bool:
    return one is not None and one == other


SCOPES: Final[dict[str, Scope]] = {
    "all": Scope("every one", lambda _actor, _facts: True, "true"),
    "own": Scope(
        "its own: filed by the party it acts for",
        lambda actor, facts: _same(facts.filer, actor.filer),
        f"{{filer}} = {setting(FILER)}",
    ),
    "in_hand": Scope(
        "its own that are in its hands: it told that they arrived, were presented or scanned",
        lambda actor, facts: facts.is_in_hand and _same(facts.filer, actor.filer),
        f"({{filer}} = {setting(FILER)} and {{in_hand_at}} is not null)",
    ),
    "office": Scope(
        "those of its office",
        lambda actor, facts: _same(facts.office, actor.office),
        f"{{office}} = {setting(OFFICE)}",
    ),
    "own_agency": Scope(
        "those whose goods need its agency's leave",
        lambda actor, facts: actor.agency is not None and actor.agency in facts.agencies,
        f"{setting(AGENCY)} = any({{agencies}})",
    ),
    "assigned": Scope(
        "those assigned to the person",
        lambda actor, facts: _same(facts.office, actor.office) and _same(facts.assigned_to, actor.person),
        f"({{office}} = {setting(OFFICE)} and {{assigned_to}} = {setting(PERSON)})",
    ),
    "addressed": Scope(
        "those addressed to the person",
        lambda actor, facts: _same(facts.addressed_to, actor.person),
        f"{{addressed_to}} = {setting(PERSON)}",
    ),
    "self": Scope(
        "those about, or for, the person",
        lambda actor, facts: _same(facts.about, actor.person),
        f"{{about}} = {setting(PERSON)}",
    ),
    "within_limit": Scope(
        "those assigned to the person whose amount is known and within the person's limit",
        lambda actor, facts: (
            _same(facts.office, actor.office)
            and _same(facts.assigned_to, actor.person)
            and actor.limit_minor is not None
            and facts.amount_minor is not None
            and facts.amount_minor <= actor.limit_minor
        ),
        f"({{office}} = {setting(OFFICE)} and {{assigned_to}} = {setting(PERSON)}"
        f" and {{amount_minor}} <= {setting(LIMIT)}::bigint)",
    ),
    "rates": Scope(
        "exchange rates alone",
        lambda _actor, facts: facts.kind == RATES,
        f"{{kind}} = '{RATES}'",
    ),
}
"""Every scope a grant may name. A column that a table does not have makes the grant reach nothing there."""

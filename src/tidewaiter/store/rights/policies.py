"""The same matrix as conditions of row-level policies, so that no query of the application can see further."""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Final

from tidewaiter.store.rights.judging import BY_ANOTHER
from tidewaiter.store.rights.matrix import MATRIX, Grant, Matrix
from tidewaiter.store.rights.scopes import PERSON, ROLES, SCOPES, setting

NOBODY: Final = "false"


def condition(act: str, kind: str, columns: Mapping[str, str], matrix: Matrix = MATRIX) -> str:
    """An SQL condition that holds for the rows on which the acting person may do ``act``.

    ``columns`` maps the facts a scope asks for (``filer``, ``office``, ``agencies`` (text[]), ``assigned_to``,
    ``addressed_to``, ``about``, ``amount_minor``, ``kind``,
    ``in_hand_at``, ``persons`` (text[])) to columns or SQL expressions of the
    table. A scope that asks for a fact the table does not have reaches nothing, and nobody approves where it does not
    say who took part. Nobody acting: no row.
    """
    reached = [one for grant in matrix.granted(act, kind) for one in _reached(grant, columns)]
    either = " or ".join(reached) or NOBODY
    if act == BY_ANOTHER and "persons" not in columns:
        return f"({NOBODY})"
    if act == BY_ANOTHER:
        return f"({either}) and not coalesce({setting(PERSON)} = any({columns['persons']}), true)"
    return f"({either})"


def _reached(grant: Grant, columns: Mapping[str, str]) -> Iterator[str]:
    sql = SCOPES[grant.scope].sql
    if {name for _, name, _, _ in Formatter().parse(sql) if name} <= columns.keys():
        holds = f"(select '{grant.role}' = any(string_to_array({setting(ROLES)}, ',')))"
        yield f"({holds} and {sql.format(**columns)})"

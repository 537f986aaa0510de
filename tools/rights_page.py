"""The page of rights: who may do what, made from the matrix."""

from collections.abc import Iterator

from tidewaiter.store.rights import MATRIX
from tidewaiter.store.rights.scopes import SCOPES


def rights_page(generated: str) -> Iterator[str]:
    """Roles, the matrix by object, scopes, and the roles that nobody holds together."""
    yield from ("# Who may do what", "", generated, "")
    yield "One matrix for the pages, the API, the commands and the database: the service asks it before every act, and"
    yield "the row-level policies of the database are made from it. What is not granted is refused. *Masked*: personal"
    yield "data are shown masked. Whoever proposed a thing, or took part in it, never approves it."
    yield from ("", "## Roles", "", "| role | what it is |", "|---|---|")
    yield from (f"| `{role}` | {says} |" for role, says in MATRIX.roles.items())
    for kind, says in MATRIX.kinds.items():
        yield from ("", f"## {kind.replace('_', ' ').capitalize()}", "", says, "", "| role | may |", "|---|---|")
        yield from (f"| `{role}` | {'; '.join(cells)} |" for role, cells in _cells(kind))
    yield from ("", "## Scopes", "", "| scope | reaches |", "|---|---|")
    yield from (f"| {name.replace('_', ' ')} | {scope.says} |" for name, scope in SCOPES.items())
    yield from ("", "## Never together", "", "No person holds two roles of one row.", "", "| role | never with |")
    yield "|---|---|"
    for role in MATRIX.roles:
        others = sorted(other for pair in MATRIX.apart if role in pair for other in pair - {role})
        if others:
            yield f"| `{role}` | {', '.join(f'`{other}`' for other in others)} |"


def _cells(kind: str) -> Iterator[tuple[str, list[str]]]:
    for role in MATRIX.roles:
        cells = [str(grant) for grant in MATRIX.grants if (grant.role, grant.kind) == (role, kind)]
        if cells:
            yield role, cells

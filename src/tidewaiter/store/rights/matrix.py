"""The matrix itself, read once from its file and refused where it contradicts itself."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from tidewaiter.model.errors import SheetRefused
from tidewaiter.store.rights.scopes import SCOPES

ACTS: Final = ("read", "write", "propose", "approve", "assign", "note", "ask", "verify")
MASKED: Final = "masked"


class Grant(NamedTuple):
    """That a role may do an act to the objects of one kind within a scope."""

    role: str
    act: str
    kind: str
    scope: str
    is_masked: bool = False

    def __str__(self) -> str:
        """``read office``, ``read all, masked``."""
        return f"{self.act} {self.scope.replace('_', ' ')}{f', {MASKED}' if self.is_masked else ''}"


class Matrix(NamedTuple):
    """Roles and objects with their sentences, the grants between them, and the roles nobody holds together."""

    roles: Mapping[str, str]
    kinds: Mapping[str, str]
    grants: tuple[Grant, ...]
    apart: frozenset[frozenset[str]]

    def granted(self, act: str, kind: str) -> Iterator[Grant]:
        """What the matrix says of one act on one kind of object."""
        return (grant for grant in self.grants if grant.kind == kind and grant.act == act)

    def clashes(self, roles: frozenset[str]) -> list[tuple[str, str]]:
        """Pairs among roles that one person must not hold together."""
        return sorted((min(pair), max(pair)) for pair in self.apart if pair <= roles)


def read_matrix(text: str) -> Matrix:
    """A matrix from its TOML; an unknown role, act or scope, or a grant told twice, is refused.

    Raises:
        SheetRefused: the file contradicts itself; every fault is named.
    """
    told = tomllib.loads(text)
    kinds = {one["name"]: one["says"] for one in told["object"]}
    grants = tuple(_grants(told["object"]))
    apart = frozenset(frozenset(pair) for pair in told["apart"]["pairs"])
    matrix = Matrix(told["roles"], kinds, grants, apart)
    faults = list(_faults(matrix, [one["name"] for one in told["object"]]))
    if faults:
        raise SheetRefused("The matrix of rights contradicts itself: " + "; ".join(faults))
    return matrix


def _grants(objects: list[dict[str, Any]]) -> Iterator[Grant]:
    for one in objects:
        for role, cell in one.get("grants", {}).items():
            for words in cell:
                act, scope, *more = words.split()
                yield Grant(role, act, one["name"], scope, more == [MASKED])


def _faults(matrix: Matrix, names: list[str]) -> Iterator[str]:
    yield from (f"object {name} stands there twice" for name in sorted(set(names)) if names.count(name) > 1)
    for grant in matrix.grants:
        where = f"{grant.kind} of {grant.role}"
        if grant.role not in matrix.roles:
            yield f"{where}: no such role"
        if grant.act not in ACTS:
            yield f"{where}: no such act as {grant.act}"
        if grant.scope not in SCOPES:
            yield f"{where}: no such scope as {grant.scope}"
        if matrix.grants.count(grant) > 1:
            yield f"{where}: {grant} is granted twice"
    for pair in matrix.apart:
        if len(pair) != 2 or not pair <= set(matrix.roles):  # noqa: PLR2004 - a pair is two
            yield f"{sorted(pair)} is no pair of two roles"


@cache
def _shipped() -> Matrix:
    return read_matrix(files(__package__).joinpath("matrix.toml").read_text(encoding="utf-8"))


MATRIX: Final = _shipped()
"""The matrix that is in force."""

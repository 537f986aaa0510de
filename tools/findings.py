"""Every code the product can say, gathered from the code and from the sheets of packs."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from tidewaiter.kit.facts import dated
from tidewaiter.kit.leave import leave_findings, read_leave
from tidewaiter.model.findings import FindingKind
from tools.source import PACKAGE, PACKS, ROOT, modules

CODE = re.compile(r"[A-Z]{2,4}-\d{2}")
NO_CODES = ("ISO-", "SHA-", "UTF-")
NO_FINDINGS = ("TW-",)


@dataclass(frozen=True)
class Listed:
    """A kind of finding and the file that defines it."""

    kind: FindingKind
    place: str


@cache
def listed() -> tuple[Listed, ...]:
    """All kinds of findings, those of code and those of sheets, by code."""
    found = [*_of_code(), *_of_sheets()]
    return tuple(sorted(found, key=lambda entry: (entry.kind.code, entry.place)))


@cache
def spoken() -> dict[str, str]:
    """Every literal of the package that is a code, with a place where it is said."""
    said: dict[str, str] = {}
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_code(node.value):
                said.setdefault(node.value, f"{module.name}:{node.lineno}")
    return said | {entry.kind.code: entry.place for entry in listed()}


def _is_code(text: str) -> bool:
    return CODE.fullmatch(text) is not None and not text.startswith((*NO_CODES, *NO_FINDINGS))


def _of_code() -> Iterable[Listed]:
    """Constants of the rooms; a kind that is gathered in a second module is still one kind."""
    seen: dict[int, Listed] = {}
    for module in modules():
        if "FindingKind(" not in module.text or PACKS in module.path.parents:
            continue
        name = ".".join(module.path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for kind in _within(list(vars(importlib.import_module(name)).values())):
            seen.setdefault(id(kind), Listed(kind, module.name))
    return seen.values()


def _within(value: object) -> Iterator[FindingKind]:
    """Kinds in a constant: plain, in lists and tables, or in a record that pairs them with their check."""
    if isinstance(value, FindingKind):
        yield value
    elif isinstance(value, tuple | list):
        yield from (kind for part in value for kind in _within(part))
    elif isinstance(value, dict):
        yield from _within(list(value.values()))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _within([getattr(value, field.name) for field in fields(value)])


def _of_sheets() -> Iterator[Listed]:
    for path in sorted(PACKS.rglob("*.toml")):
        place = path.relative_to(ROOT).as_posix()
        sheet = tomllib.loads(path.read_text(encoding="utf-8"))
        if path.name == "rule.toml":
            yield Listed(_kind(sheet), place)
        elif path.name == "sheet.toml":
            for row in sheet.get("finding", ()):
                yield Listed(_kind({**row, "level": "filing"}), place)
            leaves = [read_leave(row, dated(row)) for row in sheet.get("leave", ())]
            yield from (Listed(kind, place) for kind in leave_findings(leaves))


def _kind(row: Mapping[str, Any]) -> FindingKind:
    known = FindingKind.__dataclass_fields__
    told = {name: value for name, value in row.items() if name in known}
    return FindingKind(**{**told, "evidence": tuple(row.get("evidence", ()))})

"""Packs: those of the house and those of a folder outside it, read, proven and told apart.

A folder outside is laid out as the house's own: ``DIR/jurisdictions/<cc>/``, ``DIR/risk_rules/<name>/``,
``DIR/formats/<name>/``, ``DIR/events/<name>/``. A pack outside replaces one of the house that carries the same name.
"""

import importlib
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.abc import InspectLoader
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from tomllib import TOMLDecodeError
from types import CodeType, ModuleType
from typing import Final, TypeVar

from tidewaiter.kit.event_sheet import EventSheet, read_event_sheet
from tidewaiter.kit.format import SenderSheet, read_sender_sheet
from tidewaiter.kit.jurisdiction import Jurisdiction, read_sheet
from tidewaiter.kit.risk_rule import RiskRule, read_rule
from tidewaiter.model.errors import SheetRefused

HOUSE: Final = "tidewaiter.packs"
MODEL: Final = "model.csv"
BROKEN: Final = (
    ArithmeticError,
    AttributeError,
    ImportError,
    KeyError,
    NameError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What reading a broken sheet or the code beside it may raise."""

Pack = TypeVar("Pack", Jurisdiction, RiskRule, SenderSheet, EventSheet)


def jurisdictions(extra: Path | None = None) -> dict[str, Jurisdiction]:
    """Every jurisdiction by its code (``EU``, ``GB``); ``SheetRefused`` names the folder of a broken one."""
    return _jurisdictions() | _outside("jurisdictions", "sheet.toml", extra, jurisdiction_in, _code_of)


def risk_rules(extra: Path | None = None) -> dict[str, RiskRule]:
    """Every risk rule by the code of its finding; ``SheetRefused`` names the folder of a broken one."""
    return _risk_rules() | _outside("risk_rules", "rule.toml", extra, risk_rule_in, _finding_of)


def sender_sheets(extra: Path | None = None) -> dict[str, SenderSheet]:
    """Every sender sheet by its name; ``SheetRefused`` names the folder of a broken one."""
    return _sender_sheets() | _outside("formats", "sheet.toml", extra, sender_sheet_in, _name_of)


@cache
def _jurisdictions() -> dict[str, Jurisdiction]:
    """Those of the house are read once: they change with the program alone."""
    return _of_the_house("jurisdictions", "sheet.toml", jurisdiction_in, _code_of)


@cache
def _risk_rules() -> dict[str, RiskRule]:
    return _of_the_house("risk_rules", "rule.toml", risk_rule_in, _finding_of)


@cache
def _sender_sheets() -> dict[str, SenderSheet]:
    return _of_the_house("formats", "sheet.toml", sender_sheet_in, _name_of)


@cache
def _event_sheets() -> dict[str, EventSheet]:
    return _of_the_house("events", "sheet.toml", event_sheet_in, _layout_of)


def _code_of(pack: Jurisdiction) -> str:
    return pack.code


def _finding_of(pack: RiskRule) -> str:
    return pack.finding.code


def _name_of(pack: SenderSheet) -> str:
    return pack.name


def _layout_of(pack: EventSheet) -> str:
    return pack.layout.name


def event_sheets(extra: Path | None = None) -> dict[str, EventSheet]:
    """Every event sheet by its name; ``SheetRefused`` names the folder of a broken one."""
    return _event_sheets() | _outside("events", "sheet.toml", extra, event_sheet_in, _layout_of)


def jurisdiction_in(folder: Traversable, kind: str | None = None) -> Jurisdiction:
    """The jurisdiction of one folder; ``kind`` only for a folder of the house."""
    members = folder / "members"
    texts = {"sheet.toml": _toml(folder / "sheet.toml")}
    if members.is_dir():
        texts |= {f"members/{part.name}": _toml(part) for part in members.iterdir() if part.name.endswith(".toml")}
    return read_sheet(texts, _code(folder, "law", kind).regime)


def risk_rule_in(folder: Traversable, kind: str | None = None) -> RiskRule:
    """The risk rule of one folder; ``kind`` only for a folder of the house."""
    code = _code(folder, "rule", kind)
    return read_rule(_toml(folder / "rule.toml"), code.hit, getattr(code, "mark", None))


def sender_sheet_in(folder: Traversable, _kind: str | None = None) -> SenderSheet:
    """The sender sheet of one folder, with the message model it is held to: its own, a neighbour's or the house's."""
    sheet = read_sender_sheet(_toml(folder / "sheet.toml"))
    if not sheet.constraints:
        return sheet
    name = sheet.constraints["model"]
    beside = folder.parent if isinstance(folder, Path) else files(HOUSE) / "formats"
    rooms = (beside / name, files(HOUSE) / "formats" / name)
    found = folder if sheet.name == name else next((room for room in rooms if (room / MODEL).is_file()), folder)
    if not (found / MODEL).is_file():
        raise SheetRefused(f"Sender sheet '{sheet.name}' is held to the model of '{name}', which has no {MODEL}.")
    return sheet.held_to(_text(found / MODEL))


def event_sheet_in(folder: Traversable, _kind: str | None = None) -> EventSheet:
    """The event sheet of one folder."""
    return read_event_sheet(_toml(folder / "sheet.toml"))


def _of_the_house(
    kind: str, sheet: str, read: Callable[[Traversable, str | None], Pack], name_of: Callable[[Pack], str]
) -> dict[str, Pack]:
    return _named(((folder, kind) for folder in folders(files(HOUSE) / kind, sheet)), read, name_of)


def _outside(
    kind: str,
    sheet: str,
    extra: Path | None,
    read: Callable[[Traversable, str | None], Pack],
    name_of: Callable[[Pack], str],
) -> dict[str, Pack]:
    """Packs of a folder outside; they go over those of the house, and two of one name side by side are refused."""
    if extra is None:
        return {}
    if not extra.is_dir():
        raise SheetRefused(f"There is no folder {extra} to take packs from.")
    return _named(((folder, None) for folder in folders(extra / kind, sheet)), read, name_of)


def folders(room: Traversable, sheet: str) -> Iterator[Traversable]:
    """Folders that hold a sheet, by name."""
    if room.is_dir():
        yield from sorted((part for part in room.iterdir() if (part / sheet).is_file()), key=lambda part: part.name)


def _named(
    folders: Iterator[tuple[Traversable, str | None]],
    read: Callable[[Traversable, str | None], Pack],
    name_of: Callable[[Pack], str],
) -> dict[str, Pack]:
    found: dict[str, Pack] = {}
    for folder, kind in folders:
        try:
            pack = read(folder, kind)
        except SheetRefused as refused:
            raise SheetRefused(f"Pack {folder}: {refused}") from refused
        except BROKEN as fault:
            raise SheetRefused(f"Pack {folder} cannot be read ({type(fault).__name__}: {fault}).") from fault
        if name_of(pack) in found:
            raise SheetRefused(f"Pack {folder} carries the name {name_of(pack)}, which another folder beside it has.")
        found[name_of(pack)] = pack
    return found


def _toml(part: Traversable) -> str:
    """The text of a sheet; what is wrong with its writing is told before anything is asked of the code beside it."""
    text = _text(part)
    try:
        tomllib.loads(text)
    except TOMLDecodeError as fault:
        raise TOMLDecodeError(f"{part.name}: {fault}") from fault
    return text


def _text(part: Traversable) -> str:
    return part.read_text(encoding="utf-8")


def _code(folder: Traversable, name: str, kind: str | None) -> ModuleType:
    """The pack's Python file: imported where it belongs to the house, else loaded from its folder."""
    if kind is not None:
        return importlib.import_module(f"{HOUSE}.{kind}.{folder.name}.{name}")
    loader = _PackCode(folder / f"{name}.py")
    spec = spec_from_loader(f"tidewaiter_pack_{folder.name}_{name}", loader)
    if spec is None:
        raise ImportError(f"no code in {folder}")
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


class _PackCode(InspectLoader):
    """Loads one file and writes nothing beside it."""

    def __init__(self, part: Traversable) -> None:
        self.part = part

    def get_source(self, fullname: str) -> str:  # noqa: ARG002 - the loader knows its one file
        return _text(self.part)

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_source(fullname), str(self.part))

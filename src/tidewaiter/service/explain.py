"""Use case: one filing of a finished run, told with reasons, charges and where it was read."""

import json
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import polars as pl

from tidewaiter.model.errors import WrongUse
from tidewaiter.model.words import filled
from tidewaiter.service.results import Results, open_results

NEAR: Final = 3
LOOKED_THROUGH: Final = 5_000
"""Ids compared letter by letter when one is not found: enough for those that begin alike."""


def explain(folder: Path, consignment_id: str) -> dict[str, Any]:
    """Everything a run says of one filing, by its own reference or the parcel's barcode.

    ``filings`` holds each accepted telling with ``reasons``, ``charges``, ``items``, and the ``assertions`` of others;
    ``quarantine`` and ``duplicates`` the rows that were not taken. ``WrongUse`` where nothing is known, with ids that
    are near.
    """
    results = open_results(folder)
    wanted = consignment_id.strip()
    spelt = [wanted, wanted.upper()]
    named = pl.col("consignment_id").is_in(spelt) | pl.col("parcel_id").is_in(spelt)
    filings = [_filing(results, row) for row in results.where("consignments", named)]
    own = pl.col("consignment_id").is_in(spelt)
    told = {
        "consignment_id": wanted,
        "filings": filings,
        "quarantine": results.where("quarantine", own),
        "duplicates": [_repeated(results, row) for row in results.where("duplicates", own)],
    }
    if not any((filings, told["quarantine"], told["duplicates"])):
        raise WrongUse(_not_found(results, wanted))
    return told


def _filing(results: Results, row: dict[str, Any]) -> dict[str, Any]:
    """The filing's row with its own findings, charges and items beside it."""
    own = (pl.col("consignment_id") == row["consignment_id"]) & (pl.col("version") == row["version"])
    reasons = [reason_of(results.summary, finding) for finding in results.where("findings", own)]
    return {
        **row,
        "duty_point_at": row["duty_point_at"].isoformat() if row["duty_point_at"] else None,
        "reasons": reasons,
        "items": results.where("items", own),
        "charges": results.where("charges", own),
        "assertions": [_plainly(said) for said in results.where("assertions_joined", own)],
        "movements": [_plainly(seen) for seen in results.where("movements", pl.col("parcel_id") == row["parcel_id"])],
    }


def _repeated(results: Results, row: dict[str, Any]) -> dict[str, Any]:
    """A row told again, with ``is_earlier``: what it repeats was taken by a run of the history and not by this one."""
    is_own = any(source["name"] == row["of_file"] for source in results.receipt["sources"])
    at_itself = (row["source_file"], row["source_position"]) == (row["of_file"], row["of_position"])
    own = pl.col("consignment_id") == row["consignment_id"]
    is_here = bool(results.where("consignments", own) or results.where("quarantine", own))
    return {**row, "is_earlier": not is_own or at_itself or not is_here}


def _plainly(row: dict[str, Any]) -> dict[str, Any]:
    """A row of ``movements.parquet`` or ``assertions_joined.parquet`` with its moments as text."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def reason_of(summary: Mapping[str, Any], finding: Mapping[str, Any]) -> dict[str, Any]:
    """A finding in words: its code, what it weighs, where it stands, its sentence with the evidence in it."""
    code, evidence = finding["code"], json.loads(finding["evidence"])
    sentence = summary.get("sentences", {}).get(code) or summary["titles"].get(code, "")
    return {
        "code": code,
        "severity": finding["severity"],
        "weight": finding["weight"],
        "item_no": finding["item_no"],
        "title": summary["titles"].get(code, ""),
        "sentence": filled(sentence, evidence, summary["currency"]),
        "field": finding["field"],
        "pointer": finding["pointer"],
        "evidence": evidence,
    }


def _not_found(results: Results, wanted: str) -> str:
    """What to say of an id that the run does not know: those nearest to it, or how to see them all."""
    near = _near(results, wanted)
    told = f" Near to it: {', '.join(near)}." if near else " See the ids in consignments.parquet and quarantine.csv."
    return f"{results.folder} knows no filing or parcel '{wanted}'.{told}"


def _near(results: Results, wanted: str) -> list[str]:
    """Ids that differ in a few letters, looked for among those that begin or end as the wanted one does."""
    plain = pl.col("consignment_id").str.to_uppercase().str.replace_all("[^A-Z0-9]", "")
    asked = "".join(letter for letter in wanted.upper() if letter.isalnum())
    half = max(1, len(asked) // 2)
    alike = plain.str.starts_with(asked[:half]) | plain.str.ends_with(asked[-half:])
    found: dict[str, None] = {}
    for table in ("consignments", "quarantine"):
        rows = results.rows(table, lambda every: _some_ids(every, alike)) if asked else None
        if rows is not None:
            found |= dict.fromkeys(rows["consignment_id"].to_list())
    return get_close_matches(wanted, list(found), n=NEAR)


def _some_ids(rows: pl.LazyFrame, alike: pl.Expr) -> pl.LazyFrame:
    return rows.select("consignment_id").filter(alike).unique().sort("consignment_id").head(LOOKED_THROUGH)

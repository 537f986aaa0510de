"""Use case: another system's outcomes beside ours, filing by filing."""

from pathlib import Path
from typing import Any, Final

import polars as pl

from tidewaiter.model.codes import CURRENCY_DIGITS, DECISIONS, ROUTES
from tidewaiter.service.actual import AMOUNTS, ANSWERS, FOUND, KEY, RESULT, read_actual
from tidewaiter.service.results import Results, open_results

LARGEST: Final = 10
SAMPLE: Final = 5
HELD: Final = ("hold", "refuse")
WORDS: Final = {"decision": DECISIONS, "route": ROUTES}
OURS: Final = {"duty": "duty_minor", "tax": "tax_minor"}


def compare(folder: Path, actual: Path) -> dict[str, Any]:
    """Counts of agreement for each column that ``actual`` has, and where the two differ.

    A filing is known by ``consignment_id``; of several versions the highest counts, of rows that ``actual`` repeats the
    last. Amounts of ``actual`` are major units of the run's currency; differences are theirs less ours, minor units.
    """
    results = open_results(folder)
    theirs, repeated = read_actual(actual, CURRENCY_DIGITS[results.summary["currency"]])
    ours = _ours(results)
    both = ours.join(theirs, on=KEY, how="inner", suffix="_theirs")
    only_ours, only_theirs = ours.join(theirs, on=KEY, how="anti"), theirs.join(ours, on=KEY, how="anti")
    answers = {name: _answers(both, name) for name in ANSWERS if name in theirs.columns}
    amounts = {name: _amounts(both, name) for name in AMOUNTS if f"{name}_text" in theirs.columns}
    return {
        "folder": str(folder),
        "actual": actual.name,
        "currency": results.summary["currency"],
        "both": both.height,
        "only_ours": {"filings": only_ours.height, "first": only_ours[KEY].sort().head(SAMPLE).to_list()},
        "only_theirs": {"filings": only_theirs.height, "first": only_theirs[KEY].sort().head(SAMPLE).to_list()},
        "repeated": repeated,
        "answers": answers,
        "amounts": amounts,
        "results": _results(both) if FOUND in theirs.columns else None,
    }


def differs(told: dict[str, Any]) -> bool:
    """True where anything compared is not the same on both sides."""
    parts = [*told["answers"].values(), *told["amounts"].values()]
    is_elsewhere = told["only_ours"]["filings"] or told["only_theirs"]["filings"]
    return bool(is_elsewhere) or any(part["agree"] < part["compared"] for part in parts)


def _ours(results: Results) -> pl.DataFrame:
    wanted = [KEY, "decision", "route", *OURS.values()]
    rows = results.rows(
        "consignments",
        lambda every: every.sort("version").unique(KEY, keep="last", maintain_order=True).select(wanted),
    )
    if rows is None:
        return pl.DataFrame(schema=dict.fromkeys(wanted, pl.String) | dict.fromkeys(OURS.values(), pl.Int64))
    return rows


def _answers(both: pl.DataFrame, name: str) -> dict[str, Any]:
    """How often an answer is the same, and every pair of answers with its count; a row without theirs is left out.

    ``unknown`` counts answers of theirs that are no word of ours, and names the commonest.
    """
    said = both.filter(pl.col(f"{name}_theirs").is_not_null())
    pairs = (
        said.group_by(ours=name, theirs=f"{name}_theirs")
        .len("filings")
        .sort("filings", "ours", "theirs", descending=[True, False, False])
    )
    return {
        "compared": said.height,
        "agree": int(pairs.filter(pl.col("ours") == pl.col("theirs"))["filings"].sum()),
        "pairs": pairs.to_dicts(),
        "unknown": _unknown(said.filter(~pl.col(f"{name}_theirs").is_in(WORDS[name])), f"{name}_theirs"),
    }


def _unknown(rows: pl.DataFrame, column: str) -> dict[str, Any]:
    words = rows.group_by(column).len().sort("len", column, descending=[True, False])
    return {"filings": rows.height, "first": words[column].head(SAMPLE).to_list()}


def _amounts(both: pl.DataFrame, name: str) -> dict[str, Any]:
    """How often an amount is the same to the minor unit, the sum of differences, and the largest of them."""
    ours, theirs = pl.col(OURS[name]), pl.col(f"{name}_theirs_minor")
    said = both.filter(pl.col(f"{name}_text").is_not_null())
    read = said.filter(theirs.is_not_null() & ours.is_not_null())
    told = read.select(KEY, ours=ours, theirs=theirs, difference=theirs - ours)
    apart = told.filter(pl.col("difference") != 0)
    largest = apart.sort(pl.col("difference").abs(), KEY, descending=[True, False]).head(LARGEST)
    return {
        "compared": told.height,
        "agree": told.height - apart.height,
        "difference_minor": int(apart["difference"].sum()),
        "unreadable": said.filter(theirs.is_null()).height,
        "not_determined": said.filter(theirs.is_not_null() & ours.is_null()).height,
        "largest": largest.to_dicts(),
    }


def _results(both: pl.DataFrame) -> dict[str, Any]:
    """What officers found, against what we held: the four counts; a row without a result is left out.

    ``unknown`` counts results that say neither, and names the commonest.
    """
    is_held, is_found = pl.col("decision").is_in(HELD), pl.col(FOUND)
    said = both.filter(is_found.is_not_null()).select(
        held_found=is_held & is_found, held_nothing=is_held & ~is_found,
        let_go_found=~is_held & is_found, let_go_nothing=~is_held & ~is_found,
    )  # fmt: skip
    unread = both.filter(is_found.is_null() & pl.col(RESULT).is_not_null())
    return {name: int(said[name].sum()) for name in said.columns} | {"unknown": _unknown(unread, RESULT)}

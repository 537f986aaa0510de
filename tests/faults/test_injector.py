"""The injector does what the documentation lists, to clean traffic, and knows nothing of the checks."""

import ast
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.faults.dirt import AGAIN, soil
from tests.faults.dirt import KINDS as DIRT
from tests.faults.injector import KINDS, inject, kinds_of
from tests.faults.pages import listed_dirt, listed_faults
from tidewaiter.world.day import sample_day

DAY = date(2026, 10, 20)
EACH = 4
SEEN = ("tidewaiter.world", "tests.faults", "tools.source")


@pytest.fixture(scope="module")
def clean():
    return {place: sample_day(6_000, 11, place, DAY) for place in ("EU", "GB")}


def test_the_page_and_the_injector_list_the_same_faults():
    made = [(kind.name, kind.code, kind.pointer, kind.shown, kind.traffic) for kind in KINDS]

    assert len(made) >= 45
    assert sorted(made) == sorted(listed_faults())
    assert len({name for name, *_ in made}) == len(made)


def test_the_page_and_the_dirt_list_the_same_kinds():
    assert sorted(kind.name for kind in DIRT) == sorted(listed_dirt())


def test_four_of_five_dirty_filings_carry_some_dirt(clean):
    dirty = soil(clean["EU"], listed_dirt(), seed=3)

    told = clean["EU"].with_columns(discount_amount=pl.lit(None, dtype=pl.String)).select(dirty.columns)
    changed = dirty["consignment_id"].head(told.height).filter(dirty.head(told.height).hash_rows() != told.hash_rows())
    assert 0.7 < changed.n_unique() / told["consignment_id"].n_unique() < 0.85


def test_faults_and_dirt_know_nothing_of_stages_or_of_the_plan():
    used = {
        name
        for path in Path(__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
    }

    ours = {name for name in used if name.startswith(("tidewaiter", "tests", "tools"))}
    assert ours
    assert {name for name in ours if not name.startswith(SEEN)} == set()


@pytest.mark.parametrize("traffic", ["EU", "GB"])
def test_every_kind_of_fault_strikes_its_own_filings_and_changes_them(clean, traffic):
    kinds = kinds_of(traffic)

    faulty = inject(clean[traffic], kinds, EACH, seed=5)

    counts = faulty.truth.group_by("fault").len()
    assert set(counts["fault"]) == {kind.name for kind in kinds}
    assert counts["len"].min() == EACH
    assert faulty.truth["consignment_id"].n_unique() == faulty.truth.height
    left = set(_told(faulty.rows)) - set(_told(clean[traffic]))
    assert {dict(row)["transport_document"] for row in left} == set(_barcodes(clean[traffic], faulty.truth))


def test_filings_without_a_fault_stay_as_they_were(clean):
    faulty = inject(clean["EU"], kinds_of("EU"), EACH, seed=5)

    untouched = pl.col("transport_document").is_in(_barcodes(clean["EU"], faulty.truth)).not_()
    assert faulty.rows.filter(untouched).select(clean["EU"].columns).equals(clean["EU"].filter(untouched))


def test_the_same_seed_puts_in_the_same_faults(clean):
    first, second = (inject(clean["GB"], kinds_of("GB"), EACH, seed=5) for _ in range(2))

    assert first.rows.equals(second.rows)
    assert first.truth.equals(second.truth)


def test_a_filing_level_fault_stands_on_every_row_of_its_filing(clean):
    kind = next(kind for kind in KINDS if kind.name == "no gross mass")

    faulty = inject(clean["EU"], (kind,), 200, seed=5)

    rows = faulty.rows.filter(pl.col("consignment_id").is_in(faulty.truth["consignment_id"].to_list()))
    assert rows.height > faulty.truth.height == 200
    assert rows["gross_mass_kg"].null_count() == rows.height


@pytest.mark.parametrize("kind", DIRT, ids=lambda kind: kind.name)
def test_every_kind_of_dirt_changes_some_filings(clean, kind):
    rates = dict.fromkeys(listed_dirt(), 0.0) | {kind.name: 0.5}

    dirty = soil(clean["EU"], rates, seed=3).drop("discount_amount")

    if kind.name == AGAIN:
        assert dirty.height > clean["EU"].height
        assert dirty.unique().height == clean["EU"].height
    else:
        changed = dirty["consignment_id"].filter(dirty.hash_rows() != clean["EU"].hash_rows())
        assert changed.n_unique() > 50


def _imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _told(rows):
    """Every row as the fields that say something."""
    return [tuple((name, text) for name, text in row.items() if text is not None) for row in rows.iter_rows(named=True)]


def _barcodes(rows, truth):
    """Barcodes of the filings at fault, which no fault changes on the transport document."""
    at_fault = pl.col("consignment_id").is_in(truth["consignment_id"].to_list())
    return rows.filter(at_fault)["transport_document"].unique().to_list()

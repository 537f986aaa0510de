"""Line 1, second half: ids, files and the order of rows say nothing about which parcel is part of a scheme."""

import numpy as np
import polars as pl
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tidewaiter.runners.reading import find_sources, open_source
from tidewaiter.service import discovery
from tidewaiter.service.world import make_world

SHEET = "[schemes]\nshare = 0.8\n"
SCHEMES = ["split_order", "undervaluation", "vague_text", "hs_swap", "gift_from_company", "scheme_number_abuse"]
MOST_OFF = 0.02
LEAST_POSITIVES = 5_000
MODELS = {
    "boosted trees": lambda: HistGradientBoostingClassifier(
        max_iter=40, max_leaf_nodes=15, min_samples_leaf=100, early_stopping=False, random_state=1
    ),
    "logistic": lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=200)),
}


def told_ids(folder):
    """One row a parcel of what a stranger sees of it without reading what is in it: file, place, ids."""
    sheets = list(discovery.sender_sheets().values())
    frames = []
    for number, source in enumerate(find_sources([folder / "messages"])):
        reading = open_source(source, sheets, None)
        rows = pl.concat([batch.rows for batch in reading.batches()], how="diagonal")
        frames.append(
            rows.with_row_index("row")
            .group_by("consignment_id", maintain_order=True)
            .agg(pl.col("row").first(), _first("parcel_id", rows), _first("order_id", rows))
            .with_columns(
                file=pl.lit(number, pl.Int64),
                layout=pl.lit(sum(reading.sheet_name.encode()), pl.Int64),
                place=pl.int_range(pl.len()) / pl.len(),
                before=pl.col("parcel_id").str.extract(r"(\d{8})").cast(pl.Int64).diff(),
            )
        )
    return pl.concat(frames)


def _first(name, rows):
    return pl.col(name).first() if name in rows.columns else pl.lit(None, pl.String).alias(name)


def features(ids):
    """Digits, letters, lengths and places as figures."""
    digits = {name: pl.col(name).str.replace_all(r"\D", "") for name in ("parcel_id", "consignment_id", "order_id")}
    whole = [text.str.slice(0, 15).cast(pl.Int64, strict=False).alias(f"{name}_whole") for name, text in digits.items()]
    single = [
        text.str.slice(at, 1).cast(pl.Int64, strict=False).alias(f"{name}_{at}")
        for name, text in digits.items()
        for at in range(10)
    ]
    lengths = [pl.col(name).str.len_chars().cast(pl.Int64).alias(f"{name}_length") for name in digits]
    letters = [
        pl.col("parcel_id").str.slice(0, count).rank("dense").cast(pl.Int64).alias(f"first_{count}")
        for count in (1, 2, 3)
    ]
    ending = pl.col("parcel_id").str.slice(-2).rank("dense").cast(pl.Int64).alias("ending")
    places = ["row", "file", "layout", "place", "before"]
    table = ids.select(*whole, *single, *lengths, *letters, ending, *(pl.col(name).cast(pl.Float64) for name in places))
    return table.cast(pl.Float64).fill_null(-1).to_numpy()


def auc_of(model, known, is_part, orders):
    """Out of two folds cut between orders, so that no part of an order is learned from another part of it."""
    chances = cross_val_predict(
        MODELS[model](), known, is_part, cv=GroupKFold(2), groups=orders, method="predict_proba"
    )
    return roc_auc_score(is_part, chances[:, 1])


def seen(folder):
    """What is known by ids and places of every filing, and what it is part of."""
    ids = told_ids(folder)
    truth = pl.read_parquet(folder / "truth.parquet").filter(pl.col("consignment_id").is_not_null())
    rows = ids.join(truth.select("consignment_id", "scheme", "true_order"), on="consignment_id", maintain_order="left")
    assert rows.height == truth.height
    return features(rows), rows["scheme"], rows["true_order"].hash(1).to_numpy()


def measured(known, scheme_of, orders, model):
    """AUC of each scheme against honest parcels."""
    found = {}
    for scheme in scheme_of.drop_nulls().unique().sort():
        is_part = (scheme_of == scheme).fill_null(value=False).to_numpy()
        at = np.flatnonzero(is_part | scheme_of.is_null().to_numpy())
        assert is_part.sum() >= LEAST_POSITIVES, scheme
        found[scheme] = auc_of(model, known[at], is_part[at], orders[at])
    return found


def made(tmp_path_factory, parcels, weeks, destination):
    place = tmp_path_factory.mktemp("world")
    (place / "sheet.toml").write_text(SHEET)
    return make_world(
        place / "made", parcels=parcels, weeks=weeks, seed=20_261, destination=destination, sheet=place / "sheet.toml"
    ).folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return seen(made(tmp_path_factory, 50_000, 4, "EU"))


def test_all_schemes_are_in_the_world(small):
    assert set(small[1].drop_nulls()) == set(SCHEMES)


@pytest.mark.parametrize("model", MODELS)
def test_ids_and_the_order_of_rows_say_nothing_of_any_scheme(small, model):
    found = measured(*small, model)

    print(f"\n{model}: " + ", ".join(f"{scheme} {auc:.3f}" for scheme, auc in found.items()))  # noqa: T201 - to quote
    assert {scheme: auc for scheme, auc in found.items() if abs(auc - 0.5) > MOST_OFF} == {}


@pytest.mark.parametrize("model", MODELS)
def test_the_models_would_notice_an_id_that_gives_a_scheme_away(small, model):
    known, scheme_of, orders = small
    rng = np.random.default_rng(1)
    is_part = (scheme_of == "hs_swap").fill_null(value=False).to_numpy()
    leaking = np.column_stack(
        (known, rng.integers(0, 10, len(is_part)) + 2.0 * (is_part & (rng.random(len(is_part)) < 0.2)))
    )

    assert measured(leaking, scheme_of, orders, model)["hs_swap"] > 0.5 + MOST_OFF


@pytest.mark.slow
@pytest.mark.parametrize("destination", ["EU", "GB", "US"])
def test_nor_does_it_in_a_large_world(tmp_path_factory, destination):
    found = measured(*seen(made(tmp_path_factory, 300_000, 8, destination)), "boosted trees")

    print(f"\n{destination}: " + ", ".join(f"{scheme} {auc:.3f}" for scheme, auc in found.items()))  # noqa: T201 - to quote
    assert {scheme: auc for scheme, auc in found.items() if abs(auc - 0.5) > MOST_OFF} == {}

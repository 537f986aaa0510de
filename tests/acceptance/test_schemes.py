"""Line 4: the finding made for a scheme names most of the planted cases, and hardly any honest parcel."""

import pytest

from bench.schemes import named, told

PARCELS, WEEKS, SEED = 30_000, 3, 90_311
LEAST_NAMED = {"split_order": 0.6, "vague_text": 0.6, "gift_from_company": 0.6, "undervaluation": 0.6}

MOST_FLAGGED = 0.01
SHEET = "[schemes]\nshare = 0.06\n"


@pytest.fixture(scope="module", params=["EU", "GB", "US"])
def figures(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "sheet.toml").write_text(SHEET)
    table = named(folder, PARCELS, WEEKS, SEED, request.param, folder / "sheet.toml")
    print(f"\n{request.param}", *told(table), sep="\n")  # noqa: T201 - to quote
    return {row["scheme"]: row for row in table.to_dicts()}


@pytest.mark.parametrize("scheme", LEAST_NAMED)
def test_the_finding_made_for_a_scheme_names_most_of_it(figures, scheme):
    row = figures[scheme]

    assert row["planted"] > 200
    assert row["named"] >= LEAST_NAMED[scheme] * row["planted"]


@pytest.mark.parametrize("scheme", LEAST_NAMED)
@pytest.mark.parametrize(
    ("flagged", "whole"), [("flagged", "honest"), ("flagged_repeat", "repeat"), ("flagged_family", "family")]
)
def test_hardly_any_honest_parcel_is_flagged_repeat_buyers_and_families_included(figures, scheme, flagged, whole):
    row = figures[scheme]

    assert row[whole] > 1_000
    assert row[flagged] <= MOST_FLAGGED * row[whole]

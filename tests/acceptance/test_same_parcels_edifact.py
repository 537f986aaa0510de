"""The same thousand parcels as CSV, NDJSON and EDIFACT are the same rows in every field that all of them carry."""

from pathlib import Path

import pytest

from tests.builders_reading import read_all
from tidewaiter.runners.reading import Source
from tidewaiter.service import discovery
from tidewaiter.stages.typed import typed

CARRIED = (
    "consignment_id", "parcel_id", "consignor_name", "seller_name", "consignor_street", "consignor_city",
    "consignor_postcode", "consignor_country", "seller_country", "country_of_dispatch", "consignee_name",
    "consignee_street", "consignee_city", "consignee_postcode", "consignee_country", "destination_country",
    "vat_scheme_id", "gross_mass_kg", "freight_amount", "freight_currency", "item_no", "item_description",
    "item_commodity_code", "item_origin", "item_quantity", "item_net_mass_kg", "item_value_amount",
    "item_value_currency",
)  # fmt: skip
SUPPLIED = ("party_relation", "nature", "mode", "vat_scheme", "reduced_set", "item_unit")
"""What EDIFACT leaves to the sheet: the same words as in the lists."""


@pytest.fixture(scope="module")
def told(real_data):
    folder = Path(real_data) / "messages" / "synthetic"
    sheets = [*discovery.sender_sheets().values()]
    return {name: read_all(Source(folder / name, name), *sheets) for name in ("p.csv", "p.ndjson", "p.edi")}


@pytest.mark.parametrize("other", ["p.csv", "p.ndjson"])
def test_the_text_of_every_field_is_the_same(told, other):
    names = [*CARRIED, *SUPPLIED]

    assert told["p.edi"].rows.height == 1_819
    assert told["p.edi"].rejects.is_empty()
    assert told["p.edi"].rows.select(names).equals(told[other].rows.select(names))


def test_typed_rows_are_the_same(told):
    first, second = (typed(told[name].rows.select(*CARRIED, *SUPPLIED)) for name in ("p.csv", "p.edi"))

    assert first.is_good.all()
    assert first.rows.equals(second.rows)


def test_nothing_of_the_messages_is_left_over(told):
    assert told["p.edi"].reading.unknown_columns == ()
    assert told["p.edi"].reading.sheet_name == "courier_cusdec"

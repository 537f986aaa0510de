"""Identity of rows: whose they are, and whether two say the same."""

import polars as pl

from tests.builders import text_rows, told
from tidewaiter.model.ids import filing_key
from tidewaiter.runners.identity import contents, filing_keys, identified, with_defaults
from tidewaiter.stages.typed import typed


def rows(*said):
    return with_defaults(typed(text_rows(*said)).rows)


def keys(frame, submitter=""):
    return identified(frame, submitter).select("identity_key", "identity_hash").rows()


def test_silence_means_an_original_import_of_version_1_and_a_parcel_of_one_filing():
    row = rows(told()).row(0, named=True)

    assert (row["filing_kind"], row["function"], row["version"], row["parcel_id"]) == ("import", "original", 1, "X1")


def test_what_is_told_is_never_overwritten_by_a_default():
    row = rows(told(version="3", filing_kind="EXPORT", parcel_id="P9")).row(0, named=True)

    assert (row["filing_kind"], row["version"], row["parcel_id"]) == ("export", 3, "P9")


def test_filings_differ_by_reference_kind_version_and_declarant():
    frame = rows(
        told(declarant_id="D1"),
        told(consignment_id="X2", declarant_id="D1"),
        told(version="2", declarant_id="D1"),
        told(filing_kind="export", declarant_id="D1"),
        told(declarant_id="D2"),
        told(declarant_id="D1", consignee_name="somebody else"),
    )

    found = keys(frame)

    assert len(set(found[:5])) == 5
    assert found[5] == found[0]


def test_an_empty_declarant_is_the_submitter():
    silent, said = rows(told()), rows(told(declarant_id="D1"))

    assert keys(silent, "D1") == keys(said, "other")
    assert keys(silent, "D1") != keys(silent, "D2")


def test_the_lasting_key_is_that_of_the_model():
    found = filing_keys(rows(told(), told(consignment_id="X2", version="4", declarant_id="D1")), "S")

    assert found.to_list() == [filing_key("S", "import", "X1", 1), filing_key("D1", "import", "X2", 4)]


def test_an_absent_column_says_the_same_as_an_empty_value():
    without, empty = rows(told()), rows(told(consignee_name=None))

    assert contents(without).equals(contents(empty))


def test_a_word_in_another_field_is_another_content():
    frame = rows(told(consignee_name="A", consignor_name=None), told(consignee_name=None, consignor_name="A"))

    assert contents(frame)["filing_hash"].n_unique() == 2


def test_what_a_filing_says_and_what_a_line_says_are_told_apart():
    frame = rows(told(), told(item_description="other"), told(consignee_name="other"))

    said = contents(frame)

    assert said["filing_hash"].to_list()[0] == said["filing_hash"].to_list()[1]
    assert said["item_hash"].to_list()[0] == said["item_hash"].to_list()[2]
    assert said.n_unique() == 3


def test_one_amount_written_in_two_ways_is_one_content():
    frame = rows(told(item_value_amount="10.00"), told(item_value_amount="10"))

    assert contents(frame).n_unique() == 1
    assert frame["item_value_micro"].dtype == pl.Int64

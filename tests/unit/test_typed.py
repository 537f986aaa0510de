"""Text becomes type: what can be read is read exactly, what cannot is named with its field."""

from datetime import UTC, datetime

import polars as pl
import pytest

from tests.builders import text_rows, told
from tidewaiter.stages.typed import typed


def only_fault(**values: str) -> tuple[str, str]:
    read = typed(text_rows(told(**values)))
    assert read.is_good.to_list() == [False]
    assert read.faults.height == 1, read.faults
    return read.faults["code"][0], read.faults["pointer"][0]


@pytest.mark.parametrize(
    ("text", "micro"),
    [("55.48", 55_480_000), ("3.040", 3_040_000), ("0", 0), (".5", 500_000), ("5.", 5_000_000), ("1e3", 1_000_000_000),
     ("0.000001", 1), ("0.0000010", 1), ("9000000000", 9_000_000_000_000_000), ("+2", 2_000_000)],
)  # fmt: skip
def test_an_amount_is_read_exactly(text: str, micro: int) -> None:
    read = typed(text_rows(told(item_value_amount=text)))

    assert read.rows["item_value_micro"].to_list() == [micro]
    assert read.is_good.to_list() == [True]


@pytest.mark.parametrize(
    ("text", "code"),
    [("12,50", "NUM-01"), ("abc", "NUM-01"), ("1_000", "NUM-01"), ("0x10", "NUM-01"), ("0.0000001", "NUM-01"),
     ("1.2.3", "NUM-01"), ("-0.01", "NUM-02"), ("NaN", "NUM-03"), ("inf", "NUM-03"), ("-inf", "NUM-03"),
     ("1e400", "NUM-03"),
     ("9000000000.01", "NUM-03"), ("999999999999999999999999999999999999", "NUM-03")],
)  # fmt: skip
def test_an_amount_that_cannot_be_one_is_named(text: str, code: str) -> None:
    assert only_fault(item_value_amount=text) == (code, "item_value_amount")


@pytest.mark.parametrize("text", ["x", "-1", "NaN", "1e400", "0.0000001"])
def test_a_mass_that_cannot_be_one_is_named(text: str) -> None:
    assert only_fault(gross_mass_kg=text) == ("NUM-04", "gross_mass_kg")


@pytest.mark.parametrize("text", ["1.5", "-1", "one", "1e400", "NaN"])
def test_a_count_is_a_whole_number(text: str) -> None:
    assert only_fault(packages=text) == ("NUM-05", "packages")


@pytest.mark.parametrize(
    ("field", "text", "advice"),
    [("packages", "one", "Write it like 12."), ("packages", "1.5", "Write it like 12."),
     ("packages", "-1", "Write the true figure."), ("gross_mass_kg", "-1", "Write the true figure."),
     ("gross_mass_kg", "x", "Write it like 12.50, with a point and no thousands mark."),
     ("item_value_amount", "-1", "Write what was declared; credits are separate filings.")],
)  # fmt: skip
def test_the_advice_on_a_figure_is_about_what_its_field_is(field: str, text: str, advice: str) -> None:
    [message] = typed(text_rows(told(**{field: text}))).faults["message"]

    assert message.endswith(f". {advice}")


def test_a_mass_is_kept_in_milligrams() -> None:
    read = typed(text_rows(told(gross_mass_kg="1.25", item_net_mass_kg="0.000001")))

    assert (read.rows["gross_mass_mg"][0], read.rows["item_net_mass_mg"][0]) == (1_250_000, 1)


@pytest.mark.parametrize(
    ("text", "instant"),
    [("2026-10-20", (2026, 10, 20)), ("2026-10-20T12:00:00Z", (2026, 10, 20, 12)),
     ("2026-10-20T12:00:00+02:00", (2026, 10, 20, 10)),
     ("2026-10-20 12:00:00", (2026, 10, 20, 12)), ("2026-10-20T12:30", (2026, 10, 20, 12, 30)),
     ("2026-10-20 10:00", (2026, 10, 20, 10)), ("20261020", (2026, 10, 20)),
     ("2026-10-20T10:00+0200", (2026, 10, 20, 8)), ("2026-10-20T10:00:00+0200", (2026, 10, 20, 8)),
     ("2026-10-20T10:00+02:00", (2026, 10, 20, 8)), ("2026-10-20 10:00-0130", (2026, 10, 20, 11, 30)),
     ("1990-01-01", (1990, 1, 1)),
     ("2100-12-31", (2100, 12, 31))],
)  # fmt: skip
def test_an_instant_is_read_as_utc(text: str, instant: tuple[int, ...]) -> None:
    read = typed(text_rows(told(lodged_at=text)))

    assert read.rows["lodged_at"][0] == datetime(*instant, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "code"),
    [("0001-01-01", "DAT-91"), ("1989-12-31", "DAT-91"), ("2101-01-01T00:00:00Z", "DAT-91"), ("2026-02-30", "DAT-90"),
     ("yesterday", "DAT-90"), ("20261340", "DAT-90"), ("2026102", "DAT-90"), ("18991020", "DAT-91"),
     ("19501020", "DAT-91"), ("2026-10-20T25:00:00Z", "DAT-90"), ("20/10/2026", "DAT-90")],
)  # fmt: skip
def test_a_day_that_cannot_be_is_named(text: str, code: str) -> None:
    assert only_fault(lodged_at=text) == (code, "lodged_at")


def test_a_row_without_its_reference_is_named() -> None:
    assert only_fault(consignment_id=None) == ("KEY-01", "consignment_id")  # type: ignore[arg-type]


def test_codes_are_upper_case_and_words_lower_case() -> None:
    read = typed(text_rows(told(item_origin="cn", mode="Post")))

    assert (read.rows["item_origin"][0], read.rows["mode"][0]) == ("CN", "post")


def test_a_fault_spoils_its_own_row_only() -> None:
    read = typed(text_rows(told(), told(item_value_amount="x", gross_mass_kg="y"), told()))

    assert read.is_good.to_list() == [True, False, True]
    found = read.faults.select("at", "pointer", "value").rows()
    assert found == [(1, "gross_mass_kg", "y"), (1, "item_value_amount", "x")]
    assert all(sentence.endswith(".") for sentence in read.faults["message"])


def test_an_empty_value_is_no_fault() -> None:
    read = typed(text_rows(told(item_value_amount=None, lodged_at=None)))

    assert read.faults.is_empty()
    assert read.rows.schema["lodged_at"] == pl.Datetime("us", "UTC")

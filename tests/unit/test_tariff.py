"""The tariff as clearance asks it: one rate or the reason why there is none, by code and day."""

from datetime import date

import polars as pl
import pytest

from tidewaiter.kit.rates.parse import parse
from tidewaiter.reference.shelf import Manifest, Shelf
from tidewaiter.reference.tariff import ANSWER, Tariff, TariffEdition, open_edition, open_tariff
from tidewaiter.reference.tariff_lines import LINES, RATE, compiled, rate

DAY = date(2026, 10, 20)
UNRESOLVED = {"duty_kind": "unresolved", "duty_num": None, "duty_den": None}


def a_line(code, text="10%", rate_code=None):
    """A line of the tariff; a rate of the value unless told otherwise."""
    told = rate(parse(text, "us"), text, rate_code or code, code)
    return dict.fromkeys(LINES) | {"commodity_code": code, "description": "goods"} | dict(zip(RATE, told, strict=True))


def a_line_without_rate(code, text="See the other heading"):
    return a_line(code, text)


def lines(*rows):
    return pl.DataFrame(list(rows), schema=LINES)


def an_edition(*rows, valid_from=None, title="an edition", evidence="read"):
    return TariffEdition(title, f"{title}, rate of {{dotted}}", evidence, title, valid_from, compiled(lines(*rows)))


def asked(tariff, code, day=DAY):
    return tariff.rates_for(pl.Series([code], dtype=pl.String), day).row(0, named=True)


@pytest.fixture
def tariff():
    edition = an_edition(
        a_line("61091000", "16.5%"),
        a_line("6109100004", "16.5%", rate_code="61091000"),
        a_line("61099010", "32%"),
        a_line("61099015", "5.6%"),
        a_line("62011000", "41¢/kg"),
        a_line("62012000", "41¢/kg"),
        a_line_without_rate("62020010"),
        a_line_without_rate("62020020", "See another heading"),
        a_line_without_rate("62030010"),
        a_line_without_rate("62030020"),
    )
    return Tariff("XT", (edition,), ())


@pytest.mark.parametrize("code", ["610910", "6109.10.00", "61091000", "6109 10 00 04", "6109100099", "610910000"])
def test_a_code_answers_with_the_rate_of_its_longest_known_part(tariff, code):
    told = asked(tariff, code)

    assert (told["commodity_code"], told["duty_num"], told["rate_code"]) == (code, 165_000, "61091000")
    assert told["duty_source"] == "an edition, rate of 6109.10.00"
    assert told["duty_evidence"] == "read"
    assert told["unresolved_reason"] is None


def test_a_subheading_with_several_rates_is_unresolved_and_says_how_many_digits_would_tell(tariff):
    told = asked(tariff, "610990")

    assert {name: told[name] for name in UNRESOLVED} == UNRESOLVED
    assert told["unresolved_reason"] == "610990 has several rates below it: give 8 digits"
    assert told["rate_text"] is None


def test_a_longer_code_that_is_unknown_under_several_rates_says_both(tariff):
    assert asked(tariff, "6109904455")["unresolved_reason"] == (
        "6109904455 is not in an edition; 610990 has several rates below it: give 8 digits"
    )


def test_lines_with_one_meaning_join_under_the_code_that_was_asked(tariff):
    told = asked(tariff, "620110")
    assert (told["duty_kind"], told["duty_num"], told["rate_code"]) == ("specific", 41_000_000, "62011000")

    joined = (
        compiled(lines(a_line("62011000"), a_line("62011090"))).filter(pl.col("code") == "620110").row(0, named=True)
    )
    assert (joined["duty_num"], joined["rate_code"]) == (100_000, "620110")


def test_unresolved_texts_join_only_where_they_say_the_same(tariff):
    assert "several rates" in asked(tariff, "620200")["unresolved_reason"]
    assert "stands elsewhere" in asked(tariff, "620300")["unresolved_reason"]
    assert asked(tariff, "62020010")["unresolved_reason"].endswith("stands elsewhere: 'See the other heading'")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (None, "no commodity code is declared"),
        ("", "'' is no commodity code of 6 to 10 digits"),
        ("61", "'61' is no commodity code of 6 to 10 digits"),
        ("61091", "'61091' is no commodity code of 6 to 10 digits"),
        ("61091000041", "'61091000041' is no commodity code of 6 to 10 digits"),
        ("shirts", "'shirts' is no commodity code of 6 to 10 digits"),
        ("999999", "no rate for 999999 in an edition"),
    ],
)
def test_a_code_without_an_answer_has_its_reason_and_no_number(tariff, code, reason):
    told = asked(tariff, code)

    assert told["unresolved_reason"] == reason
    assert {name: value for name, value in told.items() if value is not None} == {
        "duty_day": DAY, "duty_kind": "unresolved", "unresolved_reason": reason,
        **({"commodity_code": code} if code is not None else {}),
    }  # fmt: skip


def test_answers_keep_the_order_and_number_of_the_questions(tariff):
    keys = pl.DataFrame({"commodity_code": ["999999", "610910", None, "610910"], "duty_day": [DAY, None, DAY, DAY]})

    told = tariff.look_up(keys)

    assert told.columns == ["commodity_code", "duty_day", *ANSWER]
    assert told.schema == pl.Schema({"commodity_code": pl.String(), "duty_day": pl.Date(), **ANSWER})
    assert told["duty_num"].to_list() == [None, None, None, 165_000]
    assert told["unresolved_reason"][1] == "the filing has no duty point"
    assert tariff.look_up(keys.clear()).height == 0


def test_an_edition_answers_from_its_first_day_to_the_day_before_the_next():
    early = an_edition(a_line("610910", "10%"), valid_from=date(2026, 1, 1), title="early")
    late = an_edition(a_line("610910", "20%"), valid_from=date(2026, 7, 1), title="late")
    tariff = Tariff("XT", (early, late), ())

    assert (
        asked(tariff, "610910", date(2025, 12, 31))["unresolved_reason"] == "no tariff of XT is loaded for 2025-12-31"
    )
    assert asked(tariff, "610910", date(2026, 1, 1))["rate_text"] == "10%"
    assert asked(tariff, "610910", date(2026, 6, 30))["rate_text"] == "10%"
    assert asked(tariff, "610910", date(2026, 7, 1))["rate_text"] == "20%"


def test_an_imported_edition_goes_before_the_starter_and_one_without_start_fills_the_rest():
    starter = an_edition(a_line("610910", "5%"), valid_from=date(2020, 1, 1), title="starter", evidence="recalled")
    dated = an_edition(a_line("610910", "10%"), valid_from=date(2026, 1, 1), title="dated")
    undated = an_edition(a_line("610910", "7%"), title="undated", evidence="assumed")

    with_start = Tariff("XT", (dated,), (starter,))
    without = Tariff("XT", (undated, dated), (starter,))

    assert asked(with_start, "610910", date(2025, 12, 31))["duty_evidence"] == "recalled"
    assert asked(with_start, "610910", DAY)["duty_evidence"] == "read"
    assert asked(without, "610910", date(2025, 12, 31))["duty_evidence"] == "assumed"
    assert with_start.editions == {"dated": "dated", "starter": "starter"}
    assert with_start.codes() == ["610910"]


def test_a_jurisdiction_without_any_tariff_resolves_nothing(tmp_path):
    tariff = open_tariff(tmp_path, "XT")

    assert asked(tariff, "610910")["unresolved_reason"] == "no tariff of XT is loaded for 2026-10-20"
    assert tariff.codes() == []
    assert tariff.editions == {}


def test_an_edition_without_lines_knows_no_code():
    tariff = Tariff("XT", (an_edition(),), ())

    assert asked(tariff, "610910")["unresolved_reason"] == "no rate for 610910 in an edition"


def test_the_shelf_s_editions_in_use_answer_for_the_united_states(tmp_path):
    shelf = Shelf(tmp_path, "us-hts")
    for name, start, text in (("old", None, "16%"), ("new", date(2026, 2, 24), "16.5%")):
        told = Manifest("us-hts", name, f"HTSUS {name}", "office", "public domain", {"f": name}, 1, 0, start, "f.csv")
        shelf.put(lines(a_line("61091000", text)), told)
        shelf.activate(name)

    tariff = open_tariff(tmp_path, "US")

    assert asked(tariff, "610910")["duty_source"] == "HTSUS, general rate of 6109.10.00, HTSUS new (read)"
    assert asked(tariff, "610910", date(2026, 2, 23))["duty_source"].endswith("HTSUS old (assumed)")
    assert [edition.title for edition in tariff.starter] == ["US starter tariff"]
    assert asked(open_edition(tmp_path, "US", "old"), "610910")["rate_text"] == "16%"
    assert open_edition(tmp_path, "US", "old").starter == ()


def test_a_citation_may_name_the_code_plainly_or_not_at_all():
    for citation, told in (("rate of {code}", "rate of 61091000"), ("the whole book", "the whole book")):
        edition = TariffEdition("XT", citation, "read", "hash", None, compiled(lines(a_line("61091000"))))

        assert asked(Tariff("XT", (edition,), ()), "610910")["duty_source"] == told


def test_compiled_lines_have_one_row_a_code():
    rates = compiled(lines(a_line("61091000"), a_line("6109100004"), a_line("610990"), a_line("6110200010")))

    assert rates.columns == ["code", *RATE]
    assert sorted(rates["code"]) == ["610910", "61091000", "6109100004", "610990", "611020", "61102000", "6110200010"]

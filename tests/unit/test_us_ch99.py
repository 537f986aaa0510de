"""Additional duties of chapter 99: words read, lists joined, authorities laid over each other, day by day."""

from datetime import date
from fractions import Fraction

import polars as pl
import pytest

from tests.builders_imports import LISTS, PARAMETERS, chapter_99, imported, written
from tests.builders_us_hts import a_row, as_csv
from tidewaiter.model.errors import PublicationRefused, SheetRefused
from tidewaiter.reference.us_ch99 import form
from tidewaiter.reference.us_ch99.additions import open_additions
from tidewaiter.reference.us_ch99.plain_yaml import YamlFault, read_yaml
from tidewaiter.reference.us_ch99.sheet import read_sheet
from tidewaiter.reference.us_ch99.words import (
    MalformedDay,
    content_in,
    end_in,
    is_out_of_force,
    origins_in,
    start_in,
)

NOON = "12:01 a.m. eastern daylight time on "


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("entries on or after March 12, 2025, of steel", date(2025, 3, 12)),
        (f"entered on or after {NOON}August 7, 2025", date(2025, 8, 7)),
        ("on or after June 1, 2025, or, of others, on or after May 1, 2025", date(2025, 5, 1)),
        (f"entered after {NOON}August 27, 2025, as provided", date(2025, 8, 27)),
        ("entries, on or after November 10, 2026, of cranes", date(2026, 11, 10)),
        ("articles of iron", None),
        ("on or after the date of the order", None),
        ("entered before March 12, 2025", None),
    ],
)
def test_the_start_is_read_from_the_words(words, day):
    assert start_in(words) == day


@pytest.mark.parametrize(
    "words", ["on or after March 32, 2025", "on or after March 2025", "on or after 3/12/2025", "on or after Mar 1,"]
)
def test_a_start_that_is_no_day_is_an_error(words):
    with pytest.raises(MalformedDay, match="is no day") as refused:
        start_in(words)
    assert not refused.value.is_open


def test_a_start_left_empty_is_told_apart():
    with pytest.raises(MalformedDay, match="left empty") as refused:
        start_in("entries on or after [ ], parts")
    assert refused.value.is_open


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("on or after June 1, 2023, and before January 1, 2024, articles", date(2023, 12, 31)),
        ("on or after June 15, 2024 and through May 31, 2025, articles", date(2025, 5, 31)),
        ("[Compiler's note: provision terminated as of February 7, 2026.]", date(2026, 2, 6)),
        ("on or after June 1, 2023", None),
    ],
)
def test_the_end_is_read_from_the_words(words, day):
    assert end_in(words) == day


@pytest.mark.parametrize(
    ("words", "countries"),
    [
        ("articles the product of any country, as provided for in x", ()),
        ("articles the product of China and Hong Kong, as provided", ("CN", "HK")),
        ("articles the product of Bosnia and Herzegovina, as provided", ("BA",)),
        ("articles the product of Chad, Jordan, or the United Kingdom, as provided", ("TD", "JO", "GB")),
        ("articles the product of Atlantis, as provided", None),
        ("articles of iron", None),
    ],
)
def test_countries_are_read_from_the_words(words, countries):
    assert origins_in(words) == countries


def test_members_of_the_union_and_contents_and_notes_are_read():
    assert len(origins_in("articles the product of the European Union, with an ad valorem rate")) == 27
    assert content_in("+ a duty of 50% upon the value of the steel content") == "steel"
    assert content_in("+ 50%") == ""
    assert is_out_of_force("x [Compiler's note: provision suspended.]")
    assert not is_out_of_force("x [Compiler's note: provision terminated as of February 7, 2026.]")


@pytest.mark.parametrize(
    "text", ["a: {b: 1}", "a: &x 1", "a: [1", "\ta: 1", "a: 1\na: 2", "a:\n  - 1\n b: 2", "- ", "a: 'b"]
)
def test_yaml_beyond_the_plain_form_is_refused_with_its_line(text):
    with pytest.raises(YamlFault) as refused:
        read_yaml(text)
    assert refused.value.line >= 1


def test_a_fact_of_the_sheet_without_source_is_refused():
    with pytest.raises(SheetRefused, match="lacks its source"):
        read_sheet('[[rate]]\nauthority = "x"\n')


@pytest.fixture
def asked(tmp_path):
    """A function that asks for the additional duties of one code, origin and day."""
    imported(form.staged, tmp_path / "home", *chapter_99(tmp_path / "files"))
    additions = open_additions(tmp_path / "home")

    def rows(code, origin, day, known=(), **more):
        keys = pl.DataFrame({"commodity_code": [code], "origin": [origin], "duty_day": [date.fromisoformat(day)],
                             **{name: [value] for name, value in more.items()}})  # fmt: skip
        return additions.for_keys(keys, known).rows(named=True)

    def ask(*key, **more):
        return [(row["measure_id"], row["rate_text"] or row["unresolved_reason"]) for row in rows(*key, **more)]

    ask.rows = rows

    return ask


def test_duties_of_several_authorities_stand_beside_each_other(asked):
    assert asked("6109100012", "CN", "2025-09-01") == [
        ("9903.88.15", "7.5 %"), ("9903.01.24", "20 %"), ("9903.01.25", "10 %"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "rates"),
    [
        ("2025-02-03", ["7.5 %"]), ("2025-02-04", ["7.5 %", "10 %"]), ("2025-03-03", ["7.5 %", "10 %"]),
        ("2025-03-04", ["7.5 %", "20 %"]), ("2025-04-08", ["7.5 %", "20 %", "10 %"]),
        ("2025-04-09", ["7.5 %", "20 %", "84 %"]), ("2025-04-10", ["7.5 %", "20 %", "125 %"]),
        ("2025-05-13", ["7.5 %", "20 %", "125 %"]), ("2025-05-14", ["7.5 %", "20 %", "10 %"]),
        ("2025-11-09", ["7.5 %", "20 %", "10 %"]), ("2025-11-10", ["7.5 %", "10 %", "10 %"]),
        ("2026-02-23", ["7.5 %", "10 %", "10 %"]), ("2026-02-24", ["7.5 %", "10 %"]),
        ("2026-07-23", ["7.5 %", "10 %"]), ("2026-07-24", ["7.5 %"]),
    ],
)  # fmt: skip
def test_each_change_counts_from_its_day(asked, day, rates):
    assert [rate for _, rate in asked("6109100012", "CN", day)] == rates


def test_a_list_that_is_suspended_adds_nothing(asked):
    assert asked("8517130000", "CN", "2024-06-01") == []


def test_a_later_series_takes_the_place_of_an_earlier_one_from_its_day(asked):
    assert asked("3822000000", "CN", "2024-09-26") == [("9903.88.01", "25 %")]
    assert asked("3822000000", "CN", "2024-09-27") == [("9903.91.01", "50 %")]


def test_lists_that_contradict_each_other_on_a_code_are_unresolved_and_named(asked):
    ((_, told),) = asked("9018900000", "CN", "2024-06-01")

    assert "9903.88.01 (25 %) or 9903.88.15 (7.5 %)" in told


def test_section_232_keeps_the_reciprocal_duty_away_and_lets_fentanyl_on_china_pass(asked):
    assert asked("7208100000", "CN", "2025-09-01") == [("9903.81.87", "50 %"), ("9903.01.24", "20 %")]
    assert asked("7208100000", "MX", "2025-09-01") == [("9903.81.87", "50 %")]


def test_duties_on_canada_and_mexico_kept_the_duty_on_steel_away_until_june(asked):
    assert asked("7208100000", "MX", "2025-06-03") == [("9903.01.01", "25 %")]
    assert asked("7208100000", "MX", "2025-06-04") == [("9903.81.87", "50 %")]


def test_countries_with_terms_of_their_own_have_them(asked):
    assert asked("7208100000", "DE", "2025-03-11") == []
    assert asked("7208100000", "DE", "2025-03-12") == [("9903.80.01", "25 %")]
    assert ("9903.85", "200 %") in asked("7601100000", "RU", "2024-01-01")
    assert asked("7208100000", "GB", "2025-09-01") == [("9903.81.94", "25 %")]


def test_a_duty_on_the_content_of_a_metal_stands_on_its_worth_and_what_it_keeps_away_on_the_rest(asked):
    bases = {row["measure_id"]: (row["rate_text"], row["base"]) for row in asked.rows("9403200000", "CN", "2025-09-01")}

    assert bases == {
        "9903.81.91": ("50 %", "content steel@US"), "9903.01.24": ("20 %", "value"),
        "9903.01.25": ("10 %", "rest steel@US"),
    }  # fmt: skip
    assert "9903.81.91" not in dict(asked("9403200000", "CN", "2025-08-17"))


def test_a_claimed_preference_frees_where_the_agreement_says_so(asked):
    assert asked("6109100012", "CA", "2025-09-01") == [("9903.01.10", "35 %")]
    assert asked("6109100012", "CA", "2025-09-01", preference="S") == []
    assert asked("6109100012", "CA", "2025-03-06", preference="S") == [("9903.01.10", "25 %")]
    assert asked("8703230000", "CA", "2026-03-01") == [("9903.94.01", "25 %")]
    assert asked("8703230000", "CA", "2026-03-01", preference="S+") == []


def test_goods_of_the_second_column_bear_no_reciprocal_duty_and_russian_ones_a_rate_nobody_loaded(asked):
    assert [place for place, _ in asked("6109100012", "BY", "2025-09-01")] == []
    ((place, why),) = asked("6109100012", "RU", "2025-09-01")
    assert (place, "lists are not loaded" in why) == ("9903.90.08", True)
    assert asked("6109100012", "RU", "2022-07-26") == []


def test_exempt_goods_owe_nothing_and_others_do(asked):
    assert asked("0201100500", "VN", "2026-03-01") == []
    assert asked("0201100600", "VN", "2026-03-01") == [("9903.03.01", "10 %")]
    assert [place for place, _ in asked("4901990040", "CN", "2025-09-01")] == ["9903.01.24"]


def test_a_program_without_a_first_day_is_unresolved_for_its_goods(asked):
    assert [told for place, told in asked("9503000000", "CN", "2024-01-01") if place == "unheard_of"] == [
        "nobody says from which day the program 'unheard_of' of section 232 holds"
    ]


def test_a_code_of_fewer_digits_answers_only_where_all_below_it_agree(asked):
    one = asked("610910", "CN", "2024-06-01", known=["6109100004", "6109100012"])
    several = asked("847141", "CN", "2024-06-01", known=["8471410110", "8471500000", "8471419000"])
    unknown = asked("610910", "CN", "2024-06-01")

    assert one == [("9903.88.15", "7.5 %")]
    assert several == [("9903.88.01", "section_301 does not hold for all goods below 847141: give 10 digits")]
    assert unknown == [("9903.88.15", "section_301 does not hold for all goods below 610910: give 10 digits")]


def test_rates_by_country_are_unresolved_until_an_export_says_them(asked):
    ((_, told),) = asked("6109100012", "VN", "2025-08-07")

    assert told == "the rate of each country stands in an export of the tariff, which is not loaded"
    assert asked("6109100012", "VN", "2025-08-06") == [("9903.01.25", "10 %")]


UNION = "the European Union, with an ad valorem rate less than 15 percent, as provided"
KOREA = "South Korea, with an ad valorem rate less than 15 percent, as provided"
LATER = "entries on or after September 28, 2024, articles the product of China, as"
OTHERS = "except for products described in headings 9903.01.30-9903.01.33, articles the product of "
WITH_DUTY = "The duty provided in the applicable subheading + "
EXPORT = [
    a_row("9903.02.20", "0", f"{OTHERS}{UNION}", "15%"),
    a_row("9903.02.30", "0", f"{OTHERS}South Korea, as provided for in x", f"{WITH_DUTY}15%"),
    a_row("9903.02.69", "0", f"{OTHERS}Vietnam, as provided for in x", f"{WITH_DUTY}20%"),
    a_row("9903.02.80", "0", f"{OTHERS}{KOREA}", "15%"),
    a_row("9903.91.01", "0", LATER, f"{WITH_DUTY}25%"),
]  # fmt: skip


@pytest.fixture
def asked_with_export(tmp_path):
    files = chapter_99(tmp_path / "files", hts_export=as_csv(EXPORT))
    imported(form.staged, tmp_path / "home", *files)
    additions = open_additions(tmp_path / "home")

    def ask(origin, day, num=None, kind="ad_valorem", code="6109100012"):
        keys = pl.DataFrame({
            "commodity_code": [code], "origin": [origin], "duty_day": [date.fromisoformat(day)],
            "mfn_duty_kind": [kind], "mfn_duty_num": [num], "mfn_duty_den": [1_000_000],
        })  # fmt: skip
        found = additions.for_keys(keys).rows(named=True)
        return [row["rate_text"] or row["unresolved_reason"] for row in found]

    return ask


def test_an_export_says_the_rate_of_each_country_and_of_all_others(asked_with_export):
    assert asked_with_export("VN", "2025-08-07") == ["20 %"]
    assert asked_with_export("TH", "2025-08-07") == ["10 %"]
    assert asked_with_export("VN", "2026-02-24") == ["10 %"]


def test_a_floor_adds_what_the_ordinary_duty_lacks(asked_with_export):
    assert asked_with_export("DE", "2025-09-01", 120_000) == ["3 %"]
    assert asked_with_export("DE", "2025-09-01", 150_000) == []
    assert asked_with_export("DE", "2025-09-01", 165_000) == []
    assert asked_with_export("DE", "2025-09-01", None, "free") == ["15 %"]
    assert asked_with_export("DE", "2025-09-01", None, "specific") == [
        "with the ordinary duty it comes to 15 %, and the ordinary duty is no share of the value"
    ]


def test_a_rate_by_country_ends_the_day_before_what_takes_its_place(asked_with_export):
    assert asked_with_export("KR", "2025-11-13", 120_000) == ["15 %"]
    assert asked_with_export("KR", "2025-11-14", 120_000) == ["3 %"]


def test_the_words_of_an_export_go_before_our_own_sheet(asked_with_export):
    assert asked_with_export("CN", "2024-09-27", code="3822000000") == ["25 %"]
    assert asked_with_export("CN", "2024-09-28", code="3822000000") == ["50 %"]


CHINA = LISTS["s301_product_lists.csv"]
NO_DAY = as_csv([a_row("9903.91.01", "0", "on or after March 32, 2025", "25%")])


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"policy_params": None}, "one file policy_params.yaml is needed"),
        ({"policy_params": PARAMETERS.replace("0.075", "seven")}, "'seven' is no share"),
        ({"policy_params": PARAMETERS.replace("'2025-03-12'", "'2025-13-12'")}, "'2025-13-12' is no day of law"),
        ({"policy_params": PARAMETERS.replace("['4621']", "['9999']")}, "nobody knows the country 9999"),
        ({"policy_params": PARAMETERS.replace("section_122:", "section_999:")}, "the part 'section_122' is missing"),
        ({"policy_params": PARAMETERS + "  stray\n"}, "is no 'name: value'"),
        ({"s301_product_lists": CHINA + "6.10E+07,4A,9903.88.15\n"}, "line 9: hts8: '6.10E+07' went"),
        ({"s301_product_lists": CHINA + "1012100,4A,9903.88.15\n"}, "a leading zero may have been lost"),
        ({"s301_product_lists": CHINA + "61091000,4A,9903.88.15\n"}, "stands there already"),
        ({"ieepa_exempt_products": "hts10\n850511007000\n"}, "'850511007000' has 12 digits"),
        ({"mystery": "a,b\n1,2\n"}, "nobody knows this file"),
        ({"hts_export": NO_DAY}, "'March 32, 2025' is no day"),
    ],
)  # fmt: skip
def test_a_faulty_file_refuses_all_of_them(changed, fault, tmp_path):
    with pytest.raises(PublicationRefused) as refused:
        imported(form.staged, tmp_path / "home", *chapter_99(tmp_path / "files", **changed))

    assert any(fault in told for told in refused.value.faults), refused.value.faults
    assert not (tmp_path / "home").exists()


def test_programs_of_the_answers_compute_what_their_texts_say(tmp_path):
    imported(form.staged, tmp_path / "home", *chapter_99(tmp_path / "files"))
    keys = pl.DataFrame({"commodity_code": ["6109100012"], "origin": ["CN"], "duty_day": [date(2025, 9, 1)]})

    found = open_additions(tmp_path / "home").for_keys(keys)

    assert [Fraction(num, den) for num, den in found.select("duty_num", "duty_den").iter_rows()] == [
        Fraction(3, 40), Fraction(1, 5), Fraction(1, 10),
    ]  # fmt: skip
    assert found["charge"].unique().to_list() == ["additional_duty"]
    assert found["position"].to_list() == [0, 1, 2]
    assert all("US chapter 99, 2 revisions to 2025-06-06" in source for source in found["source"])


def test_nothing_imported_is_no_additional_duty_table(tmp_path):
    assert open_additions(tmp_path) is None
    assert written(tmp_path, {}) == ()

"""The one way onto a shelf: nothing half imported, differences told, taken back exactly."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tests.builders_imports import imported, written
from tidewaiter.model.errors import PublicationRefused, UnusableInput, WrongUse
from tidewaiter.reference import own_tariff
from tidewaiter.reference.importing import Order, between, read_source, take_in
from tidewaiter.reference.shelf import Shelf

HEAD = "code,valid_from,valid_to,rate\n"
GOOD = HEAD + "610910,2026-01-01,,16.5 %\n950300,2026-01-01,2026-06-30,free\n950300,2026-07-01,,4.7 %\n"


def order(folder, text, **more):
    return Order(written(folder, {"own.csv": text}), jurisdiction="ZZ", **more)


def everything_below(home):
    return {
        path.relative_to(home): path.read_bytes()
        for path in home.rglob("*") if path.is_file() and path.name != ".lock"
    }  # fmt: skip


def test_a_first_import_adds_everything(tmp_path):
    made = take_in(tmp_path / "home", own_tariff.staged(order(tmp_path, GOOD)))

    assert (made.before, made.changes["change"].unique().to_list(), made.changes.height) == ("", ["added"], 3)
    assert [one.edition for one in Shelf(tmp_path / "home", "tariff-zz").in_use()] == [made.manifest.edition]


def test_a_second_import_tells_what_changed_against_the_edition_in_force(tmp_path):
    home = tmp_path / "home"
    first = take_in(home, own_tariff.staged(order(tmp_path, GOOD)))

    second = take_in(home, own_tariff.staged(order(tmp_path, GOOD.replace("16.5 %", "17 %"))))

    assert second.before == first.manifest.edition
    assert second.replaced == (first.manifest.edition,)
    assert second.changes.rows() == [
        ("610910 2026-01-01", "changed", "16.5 % |  | canonical", "17 % |  | canonical"),
    ]  # fmt: skip
    assert between(Shelf(home, "tariff-zz"), first.manifest.edition, second.manifest.edition).equals(second.changes)


def test_an_edition_that_does_not_say_what_tells_it_is_told_like_the_other(tmp_path):
    shelf = Shelf(tmp_path / "home", "tariff-zz")
    made = own_tariff.staged(order(tmp_path, GOOD))
    shelf.put(made.rows, replace(made.manifest, edition="old", key=(), says=()))
    shelf.put(made.rows, replace(made.manifest, edition="new"))

    assert between(shelf, "old", "new").is_empty()
    assert between(shelf, "new", "old").is_empty()


def test_a_check_compares_and_changes_nothing(tmp_path):
    home = tmp_path / "home"
    take_in(home, own_tariff.staged(order(tmp_path, GOOD)))
    before = everything_below(home)

    made = take_in(home, own_tariff.staged(order(tmp_path, GOOD.replace("free", "1 %"))), take=False)

    assert (made.is_taken, made.changes.height) == (False, 1)
    assert everything_below(home) == before


def test_the_same_file_again_changes_nothing(tmp_path):
    home = tmp_path / "home"
    take_in(home, own_tariff.staged(order(tmp_path, GOOD)))
    before = everything_below(home)

    again = take_in(home, own_tariff.staged(order(tmp_path, GOOD)))

    assert (again.was_there, again.replaced, again.changes.height) == (True, (), 0)
    assert everything_below(home) == before


def test_a_reversal_restores_the_earlier_answers_exactly(tmp_path):
    home, shelf = tmp_path / "home", Shelf(tmp_path / "home", "tariff-zz")
    take_in(home, own_tariff.staged(order(tmp_path, GOOD)))
    before = own_tariff.open_own(home, "ZZ")[0].on(date(2026, 10, 20))
    take_in(home, own_tariff.staged(order(tmp_path, GOOD.replace("4.7 %", "9 %"))))
    assert not own_tariff.open_own(home, "ZZ")[0].on(date(2026, 10, 20)).equals(before)

    shelf.roll_back()

    assert own_tariff.open_own(home, "ZZ")[0].on(date(2026, 10, 20)).equals(before)


def test_every_change_can_be_taken_back_one_after_the_other(tmp_path):
    shelf = Shelf(tmp_path, "tariff-zz")
    names = [
        imported(own_tariff.staged, tmp_path, *written(tmp_path, {"own.csv": GOOD + f"61{n}000,2026-01-01,,{n} %\n"}),
                 jurisdiction="ZZ").manifest.edition
        for n in (102, 103)
    ]  # fmt: skip
    shelf.withdraw(names[1])

    assert shelf.roll_back() == ((), (names[1],))
    assert shelf.roll_back() == ((names[1],), (names[0],))
    assert shelf.roll_back() == ((names[0],), ())
    with pytest.raises(WrongUse, match="Nothing was ever changed"):
        shelf.roll_back()


def test_a_change_that_broke_off_after_its_first_file_is_undone_as_if_it_had_not_been(tmp_path):
    shelf = Shelf(tmp_path, "tariff-zz")
    made = take_in(tmp_path, own_tariff.staged(order(tmp_path, GOOD)))
    earlier = shelf.folder / "earlier"
    earlier.write_text(earlier.read_text(encoding="utf-8") + f"{made.manifest.edition}\n", encoding="utf-8")

    assert shelf.roll_back() == ((made.manifest.edition,), ())


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("610910,2026-03-01,,17 %", "610910 from 2026-03-01 overlaps the span from 2026-01-01 (own.csv, line 2)"),
        ("610910,2026-01-01,,16.5 %", "stands there already for the same days (own.csv, line 2)"),
        ("6.10E+09,2026-01-01,,5 %", "went through a spreadsheet program that took it for a number"),
        ("6109100010.0,2026-01-01,,5 %", "went through a spreadsheet program that took it for a number"),
        ("10121,2026-01-01,,5 %", "'10121' has 5 digits: a leading zero may have been lost"),
        ("61091O,2026-01-01,,5 %", "is no commodity code of digits alone"),
        ("620520,01.02.2026,,5 %", "'01.02.2026' is no day of law"),
        ("620520,2026-02-30,,5 %", "'2026-02-30' is no day of law"),
        ("620520,2026-02-02,2026-02-01,5 %", "valid_to 2026-02-01 lies before valid_from 2026-02-02"),
        ("620520,2026-02-02,,", "620520 has no rate"),
        ("620520,2026-02-02,,5 %,more", "5 cells under 4 columns"),
    ],
)
def test_a_faulty_line_refuses_the_file_with_its_place_and_leaves_the_shelf(line, fault, tmp_path):
    home = tmp_path / "home"
    take_in(home, own_tariff.staged(order(tmp_path, GOOD)))
    before = everything_below(home)

    with pytest.raises(PublicationRefused) as refused:
        take_in(home, own_tariff.staged(order(tmp_path, GOOD + line + "\n")))

    assert [told for told in refused.value.faults if told.startswith("own.csv, line 5: ") and fault in told]
    assert everything_below(home) == before


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("code,valid_from\n610910,2026-01-01\n", "line 1: the column 'rate' is missing"),
        (GOOD.replace("rate\n", "rate,colour\n"), "line 1: nobody knows the column 'colour'"),
        ("code,code,valid_from,rate\n1,1,2026-01-01,1 %\n", "the column 'code' stands 2 times"),
        (HEAD, "no row stands below the column names"),
        ("", "the file holds no text"),
        (HEAD + '610910,2026-01-01,,"5 %\n', "no CSV"),
    ],
)
def test_a_table_of_another_form_is_refused_even_for_repair(text, fault, tmp_path):
    with pytest.raises(PublicationRefused) as refused:
        read_source(own_tariff.staged, order(tmp_path, text, repair=True))

    assert any(fault in told for told in refused.value.faults)


def test_a_repair_leaves_out_the_rows_at_fault_and_lists_them(tmp_path):
    spoiled = GOOD + "6.10E+09,2026-01-01,,5 %\n610910,2026-02-01,,6 %\n"

    staged, left_out = read_source(own_tariff.staged, order(tmp_path, spoiled, repair=True))

    assert len(left_out) == 2
    # Neither of the two spans that contradict each other is certain.
    assert staged.rows["commodity_code"].to_list() == ["950300", "950300"]


def test_a_rate_text_nobody_has_seen_is_unresolved_and_listed_never_zero(tmp_path):
    home = tmp_path / "home"
    staged = own_tariff.staged(order(tmp_path, GOOD + "620520,2026-01-01,,five per hundred\n"))

    take_in(home, staged)

    answer = own_tariff.open_own(home, "ZZ")[0].on(date(2026, 10, 20)).filter(pl.col("code") == "620520")
    assert staged.unresolved["key"].to_list() == ["620520"]
    assert answer.select("duty_kind", "duty_num").rows() == [("unresolved", None)]
    assert "five per hundred" in answer["unresolved_reason"][0]


@pytest.mark.parametrize(
    ("parent", "fault"), [("9503", "parent: 9503 has no row"), ("6205", "does not stand below 6205")]
)
def test_a_missing_parent_is_a_fault(parent, fault, tmp_path):
    text = f"code,valid_from,rate,parent\n950300,2026-01-01,free,{parent}\n"

    with pytest.raises(PublicationRefused, match=fault):
        own_tariff.staged(order(tmp_path, text))


def test_rates_of_one_code_change_on_their_day(tmp_path):
    take_in(tmp_path, own_tariff.staged(order(tmp_path, GOOD)))
    own = own_tariff.open_own(tmp_path, "ZZ")[0]

    texts = {
        day: own.on(day).filter(pl.col("code") == "950300")["rate_text"].to_list()
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    }

    assert list(texts.values()) == [[], ["free"], ["free"], ["4.7 %"]]
    assert own.changes() == [date(2026, 1, 1), date(2026, 7, 1)]


def test_a_shorter_code_keeps_its_rate_only_where_none_below_says_otherwise(tmp_path):
    rows = [
        "610910,12 %",
        "6109100010,8 %",
        "6109900010,8 %",
        "610990,8 %",
        "640391,5 %",
        "64039110,5 %",
        "6403911100,6 %",
    ]
    text = HEAD + "".join(f"{code},2026-01-01,,{rate}\n" for code, rate in (row.split(",") for row in rows))
    take_in(tmp_path, own_tariff.staged(order(tmp_path, text)))

    told = own_tariff.open_own(tmp_path, "ZZ")[0].on(date(2026, 1, 1))

    assert {code: rate or why for code, rate, why in told.select("code", "rate_text", "unresolved_reason").rows()} == {
        "610910": "610910 has several rates below it: give 8 digits", "61091000": "8 %", "6109100010": "8 %",
        "610990": "8 %", "61099000": "8 %", "6109900010": "8 %",
        "640391": "640391 has several rates below it: give 8 digits", "64039110": "5 %", "64039111": "6 %",
        "6403911100": "6 %",
    }  # fmt: skip


def test_a_file_that_is_not_there_and_a_jurisdiction_nobody_named_are_wrong_use(tmp_path):
    with pytest.raises(WrongUse, match="There is no file"):
        own_tariff.staged(Order((tmp_path / "gone.csv",), jurisdiction="ZZ"))
    with pytest.raises(WrongUse, match="--as"):
        own_tariff.staged(Order(written(tmp_path, {"own.csv": GOOD})))


def test_an_edition_whose_rows_are_read_otherwise_now_is_refused(tmp_path):
    staged = own_tariff.staged(order(tmp_path, GOOD))
    take_in(tmp_path, staged)
    other = own_tariff.staged(order(tmp_path, GOOD))
    object.__setattr__(other, "rows", other.rows.head(1))

    with pytest.raises(UnusableInput, match="other rows than this reading"):
        take_in(tmp_path, other)

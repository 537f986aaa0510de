"""Runs that look back: what earlier runs accepted is recognised, never taken twice, and seen by the windows."""

import gzip
import io
import json
import shutil
import zipfile

import pytest

from tests.builders_runs import a_list, a_row, beside, cleared, hashes_of, started, words_of, written
from tidewaiter.model.errors import WrongUse
from tidewaiter.runners.workspace import RECEIPT

FIRST = [a_row(consignment_id=f"A{number}") for number in range(1, 5)]
NEW = [a_row(consignment_id=f"N{number}") for number in range(1, 4)]


@pytest.fixture
def runs(tmp_path, capsys):
    """A folder of runs with the first day in it."""
    folder = tmp_path / "runs"
    assert cleared(capsys, folder / "day1", written(tmp_path, a_list(*FIRST), "day1.csv")).code == 0
    return folder


def looking_back(capsys, runs, path, name="day2"):
    return cleared(capsys, runs / name, path, more=("--history", str(runs)))


def test_parcels_of_an_earlier_run_are_duplicates_and_new_ones_are_cleared(runs, tmp_path, capsys):
    done = looking_back(capsys, runs, written(tmp_path, a_list(*FIRST[:2], *NEW), "day2.csv"))

    assert done.accepted == ["N1", "N2", "N3"]
    assert done.receipt["consignments"] == {
        "rows_in": 5,
        "accepted": 3,
        "quarantined": 0,
        "duplicates": 2,
        "refused": 0,
    }
    assert done.receipt["rows"] == {"in": 5, "accepted": 3, "duplicates": 2, "quarantined": 0}
    assert done.table("duplicates").rows() == [
        ("day2.csv", 1, "A1", "day1.csv", 1),
        ("day2.csv", 2, "A2", "day1.csv", 2),
    ]
    assert done.table("consignments").height == done.table("history").height == 3


def test_the_same_list_again_brings_nothing_new(runs, tmp_path, capsys):
    done = looking_back(capsys, runs, written(tmp_path, a_list(*reversed(FIRST)), "day2.csv"))

    assert done.code == 0
    assert done.accepted == []
    assert done.receipt["consignments"]["duplicates"] == 4


def test_another_telling_of_an_accepted_filing_is_set_aside(runs, tmp_path, capsys):
    dearer = a_row(consignment_id="A2", item_value_amount="99.00")

    done = looking_back(capsys, runs, written(tmp_path, a_list(FIRST[0], dearer, NEW[0]), "day2.csv"))

    assert done.accepted == ["N1"]
    assert done.quarantine == [(2, "DUP-03", "consignment_id")]
    row = done.table("quarantine").row(0, named=True)
    assert "accepted before with other content" in row["message"]
    assert "item_value_micro=99000000" in row["original"]
    assert done.receipt["consignments"] == {
        "rows_in": 3,
        "accepted": 1,
        "quarantined": 1,
        "duplicates": 1,
        "refused": 0,
    }


@pytest.mark.parametrize("rows", [[FIRST[0], a_row(consignment_id="A1", item_no="2")], []])
def test_a_line_more_or_fewer_is_another_telling(rows, runs, tmp_path, capsys):
    two = [a_row(consignment_id="B1"), a_row(consignment_id="B1", item_no="2")]
    cleared(capsys, runs / "other", written(tmp_path, a_list(*two), "other.csv"))

    done = looking_back(capsys, runs, written(tmp_path, a_list(*(rows or two[:1])), "day2.csv"))

    assert done.accepted == []
    assert {code for _, code, _ in done.quarantine} == {"DUP-03"}


def test_the_next_version_of_a_filing_is_taken(runs, tmp_path, capsys):
    header = a_list().strip() + ",version,function"
    amended = a_row(consignment_id="A1", item_value_amount="99.00") + ",2,amendment"

    done = looking_back(capsys, runs, written(tmp_path, a_list(amended, header=header), "day2.csv"))

    assert done.accepted == ["A1"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("A1,3,amendment", "AMD-02"), ("A9,2,amendment", "AMD-01"), ("A9,2,cancellation", "AMD-01"),
        ("A1,1,amendment", "DUP-03"),
    ],
)  # fmt: skip
def test_a_version_out_of_turn_is_set_aside_by_name(runs, tmp_path, capsys, more, code):
    named, version, function = more.split(",")
    header = a_list().strip() + ",version,function"
    row = a_row(consignment_id=named, item_value_amount="99.00") + f",{version},{function}"

    done = looking_back(capsys, runs, written(tmp_path, a_list(row, header=header), "day2.csv"))

    assert (done.accepted, [found for _, found, _ in done.quarantine]) == ([], [code])
    assert done.receipt["consignments"]["quarantined"] == 1


def test_what_was_withdrawn_is_never_changed_again(runs, tmp_path, capsys):
    header = a_list().strip() + ",version,function"
    gone, late = (a_row(consignment_id="A1") + more for more in (",2,cancellation", ",3,amendment"))
    looking_back(capsys, runs, written(tmp_path, a_list(gone, header=header), "day2.csv"))

    done = looking_back(capsys, runs, written(tmp_path, a_list(late, header=header), "day3.csv"), "day3")

    assert [code for _, code, _ in done.quarantine] == ["AMD-03"]


def test_a_version_may_follow_on_one_of_the_same_list(runs, tmp_path, capsys):
    header = a_list().strip() + ",version,function"
    rows = [
        a_row(consignment_id="N1") + ",1,original",
        a_row(consignment_id="N1", item_value_amount="99.00") + ",2,amendment",
    ]

    done = looking_back(capsys, runs, written(tmp_path, a_list(*rows, header=header), "day2.csv"))

    assert done.accepted == ["N1", "N1"]


def test_a_filing_known_otherwise_from_packed_lists_is_recognised_too(tmp_path, capsys):
    runs, sink = tmp_path / "runs", io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("a.csv", a_list(FIRST[0]))
        archive.writestr("b.csv", a_list(FIRST[1]))
    cleared(capsys, runs / "zip", written(tmp_path, sink.getvalue(), "day.zip"))
    cleared(capsys, runs / "gzip", written(tmp_path, gzip.compress(a_list(FIRST[2]).encode()), "day.csv.gz"))

    done = looking_back(capsys, runs, written(tmp_path, a_list(*FIRST), "day2.csv"))

    assert done.accepted == ["A4"]
    assert done.table("duplicates")["of_file"].to_list() == ["day.zip/a.csv", "day.zip/b.csv", "day.csv.gz"]


def test_scattered_and_repeated_rows_of_known_filings_add_up(runs, tmp_path, capsys):
    rows = [NEW[0], FIRST[1], a_row(consignment_id="N1", item_no="2"), FIRST[1], FIRST[2], NEW[1]]

    done = looking_back(capsys, runs, written(tmp_path, a_list(*rows), "day2.csv"))

    assert done.accepted == ["N1", "N2"]
    assert done.receipt["rows"] == {"in": 6, "accepted": 3, "duplicates": 3, "quarantined": 0}
    assert done.receipt["consignments"] == {
        "rows_in": 5,
        "accepted": 2,
        "quarantined": 0,
        "duplicates": 3,
        "refused": 0,
    }


def test_a_list_of_nothing_but_spoilt_rows_can_look_back(runs, tmp_path, capsys):
    done = looking_back(capsys, runs, written(tmp_path, a_list(a_row(gross_mass_kg="-1")), "day2.csv"))

    assert done.code == 0
    assert done.receipt["consignments"]["quarantined"] == 1


def test_where_the_original_is_gone_nothing_is_guessed(runs, tmp_path, capsys):
    shutil.rmtree(runs / "day1" / "originals")

    done = looking_back(capsys, runs, written(tmp_path, a_list(FIRST[0], NEW[0]), "day2.csv"))

    assert done.accepted == ["N1"]
    assert done.quarantine == [(1, "DUP-03", "consignment_id")]
    assert "cannot be compared" in done.table("quarantine")["message"][0]


def test_a_run_that_died_is_not_looked_back_on(runs, tmp_path, capsys):
    shutil.copytree(runs / "day1", runs / ".dead.partial")
    shutil.copytree(runs / "day1", runs / "half")
    (runs / "half" / "receipt.json").unlink()
    shutil.rmtree(runs / "day1")

    done = looking_back(capsys, runs, written(tmp_path, a_list(FIRST[0]), "day2.csv"))

    assert done.code == WrongUse.exit_code
    assert "holds no earlier run" in done.told
    assert beside(done.target) == []


def test_looking_back_twice_gives_the_same_run(runs, tmp_path, capsys):
    path = written(tmp_path, a_list(*FIRST, *NEW), "day2.csv")
    first = looking_back(capsys, runs, path)
    before = hashes_of(first.target)

    again = looking_back(capsys, runs, path)

    assert again.code == 0
    assert hashes_of(again.target) == before


def cluster(first: int, last: int) -> str:
    """Dear parcels of one seller to one address."""
    header = (
        a_list().strip()
        + ",consignee_street,consignee_city,consignee_postcode,consignor_street,consignor_city,seller_name"
    )
    place = ",Hafenweg 1,Bremen,28195,12 Pier Road,Shenzhen,Blue Shop"
    rows = [a_row(consignment_id=f"C{number}", item_value_amount="140.00") + place for number in range(first, last)]
    return a_list(*rows, header=header)


def split_among(done) -> list[str]:
    found = done.table("findings")
    return [] if found.is_empty() else sorted(set(found.filter(code="SPL-02")["consignment_id"].to_list()))


def test_windows_see_the_parcels_of_earlier_runs(tmp_path, capsys):
    runs = tmp_path / "runs"
    first, second = written(tmp_path, cluster(0, 12), "day1.csv"), written(tmp_path, cluster(12, 13), "day2.csv")
    cleared(capsys, runs / "day1", first)

    alone = cleared(capsys, tmp_path / "alone", second)
    together = looking_back(capsys, runs, second)

    assert split_among(alone) == []
    assert split_among(together) == ["C12"]


def test_thousands_of_filings_that_come_again_are_recognised_quickly(tmp_path):
    rows = [a_row(consignment_id=f"M{number}", item_no=str(item)) for number in range(2_000) for item in (1, 2)]
    path = written(tmp_path, a_list(*rows), "day1.csv")
    again = written(tmp_path, a_list(*reversed(rows)), "day2.csv")

    for name, source, more in (("day1", path, ()), ("day2", again, ("--history", str(tmp_path / "runs")))):
        process = started(words_of([source], tmp_path / "runs" / name, *more))
        process.communicate(timeout=30)

    receipt = json.loads((tmp_path / "runs" / "day2" / RECEIPT).read_text())
    assert receipt["consignments"]["duplicates"] == 2_000
    assert receipt["rows"]["duplicates"] == 4_000


def of_one_shop(values: list[str], first: int) -> str:
    """T-shirts of one shop, 300 g each, which are usually worth 13.50; only their values differ."""
    header = a_list().strip() + ",seller_name,seller_country"
    rows = [
        a_row(consignment_id=f"H{number}", item_value_amount=value, consignee_name=f"Anna Berg {number}")
        for number, value in enumerate(values, start=first)
    ]
    return a_list(*(f"{row},Bright Shop,CN" for row in rows), header=header)


@pytest.mark.parametrize(("usual", "known"), [("7.00", [12]), ("13.00", [])])
def test_a_seller_s_habit_is_known_from_an_earlier_run(usual, known, tmp_path, capsys):
    runs = tmp_path / "runs"
    before = written(tmp_path, of_one_shop([usual] * 12, first=1), "day1.csv")
    now = written(tmp_path, of_one_shop(["11.00", "12.50"], first=20), "day2.csv")
    cleared(capsys, runs / "day1", before)

    found = looking_back(capsys, runs, now).table("findings")

    noted = [] if found.is_empty() else found.filter(code="VAL-92").select("consignment_id", "evidence").rows()
    assert [name for name, _ in noted] == ["H20"] * len(known)
    assert [json.loads(told)["count_marked_val_92_seller_key_30d"] for _, told in noted] == known

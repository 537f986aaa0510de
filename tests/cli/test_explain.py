"""One filing told: decision, reasons with their values, charges with their sources, and what is near an id."""

import json
import shutil

import pytest


def test_a_held_filing_is_told_with_its_reasons_and_values(say, out):
    code, told, _ = say("explain", out, "A3")

    assert code == 0
    assert "A3  HOLD" in told
    assert "IOSS above its limit" in told
    assert "the goods exceed its limit of EUR 150.00: they are worth EUR 152.77 on the duty point" in told
    assert "to mend: vat_scheme" in told
    assert "list.csv, row 4" in told


def test_a_charge_is_told_with_base_rate_rule_and_source(say, out):
    _, told, _ = say("explain", out, "A1")

    assert "duty A00, item 1: EUR 3.00, definitive, at the border" in told
    assert "EUR 3.00 on EUR 12.50" in told
    assert "flat_duty_minor; " in told
    assert "vat B00, item 1: collected elsewhere, by the vendor" in told


def test_what_the_seller_collects_is_told_with_the_limit_up_to_which_he_does(say, out):
    _, told, _ = say("explain", out, "A1")

    assert "collected by the seller up to EUR 150.00\n" in told
    assert "ioss_limit_minor; " in told


def test_a_relief_is_told_with_its_limit_and_not_as_a_rate(say, parcels, tmp_path):
    say("clear", parcels, "--as", "EU/DE", "--on", "2026-06-20", "--to", tmp_path / "out")

    _, told, _ = say("explain", tmp_path / "out", "A1")

    assert "relief up to EUR 150.00; base EUR 12.50" in told
    assert "duty_relief_limit_minor; " in told


def test_a_filing_without_any_day_has_a_law_and_a_data_set_that_are_not_known(say, parcels, tmp_path):
    say("clear", parcels, "--as", "EU/DE", "--on", "accepted", "--to", tmp_path / "out")

    _, told, _ = say("explain", tmp_path / "out", "A1")

    assert "duty point not known" in told
    assert "data set not known (claimed: H7), " in told
    assert "LAW-01" in told
    assert "RES-02" not in told
    assert "None" not in told


def test_a_filing_that_nothing_is_held_against_says_so_of_its_decision(say, out):
    _, told, _ = say("explain", out, "A1")

    assert "A1  RELEASE" in told
    assert "not resolved" not in told


def test_a_row_told_again_is_told_with_the_row_it_repeats(say, out):
    _, told, _ = say("explain", out, "A1")

    assert "list.csv, row 3 repeats list.csv, row 1; it counts once." in told


def test_a_quarantined_filing_is_told_with_its_reason_as_it_was_written(say, out):
    code, told, _ = say("explain", out, "A2")

    assert code == 0
    assert "A2  IN QUARANTINE" in told
    assert "item_value_amount = 'forty [red]'" in told


def test_an_unknown_id_is_answered_with_those_near_to_it(say, out):
    code, told, error = say("explain", out, "A33")

    assert (code, told) == (2, "")
    assert "knows no filing or parcel 'A33'. Near to it: A3" in error


def test_an_id_far_from_all_others_is_answered_with_where_to_see_them(say, out):
    code, _, error = say("explain", out, "ZZZZZZ")

    assert code == 2
    assert "See the ids in consignments.parquet" in error


def test_json_keeps_amounts_in_minor_units(say, out):
    _, told, _ = say("explain", out, "A3", "--json")

    answer = json.loads(told)
    reason = next(reason for reason in answer["filings"][0]["reasons"] if reason["code"] == "EU-01")
    assert reason["evidence"] == {
        "intrinsic_value_minor": 15277,
        "sale_value_minor": None,
        "law_ioss_limit_minor": 15000,
    }
    assert answer["filings"][0]["duty_point_at"] == "2026-10-20T00:00:00+00:00"


def test_a_folder_that_no_run_wrote_is_refused(say, tmp_path):
    code, _, error = say("explain", tmp_path, "A1")

    assert code == 2
    assert "holds no finished run" in error


def test_a_damaged_summary_is_refused_in_a_sentence(say, tmp_path):
    (tmp_path / "receipt.json").write_text("{}", encoding="utf-8")
    (tmp_path / "summary.json").write_text("{", encoding="utf-8")

    code, _, error = say("compare", tmp_path, "theirs.csv")

    assert code == 3
    assert "summary.json cannot be read" in error


def test_a_run_without_any_filing_still_answers(say, parcels, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text(parcels.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    say("clear", empty, "--as", "GB", "--on", "2026-10-20", "--to", tmp_path / "out")

    code, _, error = say("explain", tmp_path / "out", "A1")

    assert code == 2
    assert "knows no filing or parcel 'A1'" in error


def test_an_amount_that_could_not_be_determined_is_said_to_be_so(say, parcels, tmp_path):
    lines = parcels.read_text(encoding="utf-8").splitlines()[:2]
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("\n".join(lines).replace("EUR", "KPW") + "\n", encoding="utf-8")
    say("clear", unknown, "--as", "EU", "--on", "2026-10-20", "--to", tmp_path / "out")

    _, told, _ = say("explain", tmp_path / "out", "A1")

    assert "not resolved: an amount due at the border could not be determined" in told
    assert "due at border  not determined" in told
    assert "not determined (unresolved)" in told


@pytest.mark.parametrize("name", ["consignments.parquet", "findings.parquet", "quarantine.parquet", "summary.json"])
def test_a_damaged_file_of_the_run_is_refused_by_name(say, out, tmp_path, name):
    damaged = shutil.copytree(out, tmp_path / "damaged")
    whole = (damaged / name).read_bytes()
    (damaged / name).write_bytes(whole[: len(whole) // 2])

    code, told, error = say("explain", damaged, "A3")

    assert (code, told, error.count("\n")) == (3, "", 1)
    assert f"{damaged / name} cannot be read" in error


def test_a_waiting_filing_shows_its_way_and_names_nothing_to_mend(say, parcels, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("parcel_id,event,at\nNOBODY,arrived,2026-10-20T08:00:00Z\n", encoding="utf-8")
    say("clear", parcels, "--as", "EU/DE", "--on", "2026-10-20", "--events", events, "--to", tmp_path / "seen")

    _, told, _ = say("explain", tmp_path / "seen", "A1")

    assert "MOV-01" in told
    assert "to mend: presented_at" not in told
    assert ": expected" in told or ": data without parcel" in told


def test_a_filing_of_an_earlier_run_is_not_told_as_repeating_itself(say, parcels, tmp_path):
    runs = tmp_path / "runs"
    say("clear", parcels, "--as", "EU/DE", "--on", "2026-10-20", "--to", runs / "one")
    say("clear", parcels, "--as", "EU/DE", "--on", "2026-10-20", "--history", runs, "--to", tmp_path / "two")

    _, told, _ = say("explain", tmp_path / "two", "A1")

    assert "was taken by an earlier run, from list.csv, row " in told
    assert "repeats" not in told


def test_an_id_is_found_as_the_sender_wrote_it(say, out):
    code, told, _ = say("explain", out, "a3")

    assert code == 0
    assert "A3  HOLD" in told

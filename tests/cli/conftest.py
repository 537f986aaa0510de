"""A small file of parcels, cleared once for all tests of the door."""

import pytest

from tests.builders_runs import COLUMNS, SOUND
from tidewaiter.cli import main

EXTRA = {"party_relation": "B2C", "nature": "sale", "vat_scheme": "IOSS", "vat_scheme_id": "IM2760000742",
         "reduced_set": "H7", "consignor_name": "Example Shop", "consignee_street": "Example Street 1",
         "consignee_city": "Berlin", "consignee_postcode": "10115", "consignee_country": "DE",
         "item_origin": "CN"}  # fmt: skip
ALL = (*COLUMNS, *EXTRA)


def told(*rows):
    """Rows of sound IOSS parcels, each with what it says otherwise, as CSV."""
    lines = [",".join({**SOUND, **EXTRA, **row}[name] for name in ALL) for row in rows]
    return "\n".join((",".join(ALL), *lines)) + "\n"


FILE = told(
    {"consignment_id": "A1"},
    {"consignment_id": "A2", "item_value_amount": "forty [red]"},
    {"consignment_id": "A1"},
    {
        "consignment_id": "A3",
        "item_value_amount": "152.77",
        "consignee_street": "Example Street 3",
        "consignee_name": "C. Person",
    },
    {"consignment_id": "A4", "consignee_name": "", "consignee_street": "Example Street 4"},
)


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory):
    """Imported shelves of whoever runs the tests stay out of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIDEWAITER_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def parcels(tmp_path_factory, _home):
    """Five rows: one released, one quarantined, one told twice, one above the limit of IOSS, one without consignee."""
    path = tmp_path_factory.mktemp("parcels") / "list.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def out(parcels, tmp_path_factory):
    """The parcels cleared for the EU on 2026-10-20."""
    folder = tmp_path_factory.mktemp("runs") / "out"
    assert main(["clear", str(parcels), "--as", "EU/DE", "--on", "2026-10-20", "--to", str(folder)]) == 0
    return folder


@pytest.fixture
def say(capsys):
    """Say words to the door: exit code, standard output, standard error."""

    def said(*words):
        capsys.readouterr()
        code = main([str(word) for word in words])
        answer = capsys.readouterr()
        return code, answer.out, answer.err

    return said

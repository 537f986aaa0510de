"""What whoever keeps the machine says at the terminal: jobs, registers, revoked ids, erasure."""

import json

import psycopg
import pytest

from tidewaiter.cli import main


@pytest.fixture
def say(as_app, database, tmp_path, monkeypatch, capsys):
    """Exit code and words of a command in the database of this test."""
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TIDEWAITER_DATABASE_APP_URL", database.app)

    def said(*words):
        code = main([*words])
        told = capsys.readouterr()
        return code, " ".join((told.out + told.err).split())

    return said


def test_jobs_that_were_set_aside_are_told_and_begun_anew(say, as_app, database):
    from tidewaiter.exchange import work
    from tidewaiter.store.access import acting

    assert say("jobs", "list") == (0, "No job waits.")
    with acting("service", ["service"]):
        job = work.enqueue(as_app, "test_add", number=1)
    with psycopg.connect(database.owner) as owner:
        owner.execute("update procrastinate_jobs set status = 'doing'")
        owner.execute("update procrastinate_jobs set status = 'failed', attempts = 8")

    assert say("jobs", "list") == (1, f"{job} test_add set aside 8 tries")
    assert say("jobs", "retry", str(job)) == (0, f"Begun anew: {job}.")
    assert say("jobs", "list", "--set-aside") == (0, "No job waits.")
    assert say("jobs", "retry", str(job))[0] == 2


def test_a_register_is_loaded_told_down_and_up_again(say, tmp_path):
    copy = tmp_path / "copy.csv"
    copy.write_text("number,holder,valid_from,valid_to\nIM2760000001,Shop,2021-07-01,\n", encoding="utf-8")

    loaded = say("vendors", "load", "IOSS", str(copy), "--taken-at", "2026-10-20T06:00:00Z")
    down = say("vendors", "tell", "IOSS", "down")
    again = say("vendors", "tell", "IOSS", "down")
    checked = say("vendors", "checked", "--taken-at", "2026-10-20T06:00:00Z")
    kept = say("vendors", "guarantee", "DE1", "IOSS", "--amount-minor", "5000000", "--valid-from", "2026-01-01")
    _, status = say("vendors", "status", "--json")

    assert loaded == (0, "1 numbers of IOSS are in force.")
    assert (down[1], again[1]) == ("IOSS is down.", "IOSS is down, as it was.")
    assert (checked[0], kept[0]) == (0, 0)
    assert json.loads(status) == [
        {"scheme": "IOSS", "is_down": True, "copied_at": "2026-10-20T06:00:00+00:00", "provisional": 0, "waiting": 0}
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("vendors", "load", "IOSS", "no-such-file", "--taken-at", "2026-10-20T06:00:00Z"),
        ("vendors", "load", "IOSS", "no-such-file", "--taken-at", "2026-10-20T06:00:00"),
        ("vendors", "load", "IOSS", "no-such-file", "--taken-at", "yesterday"),
        ("vendors", "guarantee", "DE1", "IOSS", "--amount-minor", "0", "--valid-from", "2026-01-01"),
        ("vendors", "guarantee", "DE1", "IOSS", "--amount-minor", "1", "--valid-from", "1.1.2026"),
        ("vendors", "tell", "XOSS", "down"),
        ("revoke", "tax_id", "no-such-file", "--reason", "leak"),
        ("erase", "00000000-0000-7000-8000-000000000001", "--reason", "letter"),
    ],
)
def test_what_cannot_be_meant_is_told_and_nothing_is_done(say, words):
    code, told = say(*words)

    assert (code, told.startswith("tidewaiter: ")) == (2, True)


def test_ids_are_revoked_from_a_file(say, tmp_path):
    ids = tmp_path / "ids.txt"
    ids.write_text("DE1\nDE2\n", encoding="utf-8")

    assert say("revoke", "tax_id", str(ids), "--reason", "leak") == (0, "2 ids revoked that were not before.")

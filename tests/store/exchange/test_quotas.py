"""Quotas: what a party hands over is counted with what is kept, and refused beyond its measure."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from tests.builders_batcher import a_body
from tidewaiter.model.errors import QuotaReached, QuotaTooSmall
from tidewaiter.service.settings import settings

SEAL = 40  # bytes that a sealed body has more
LINES = "application/x-ndjson"


@pytest.fixture
def let(database):
    """Writes a quota of F1 as the keeper does."""

    def write(day_bytes=None, day_messages=None, open_uploads=None):
        from tidewaiter.service import quotas

        quotas._KNOWN.clear()
        with psycopg.connect(database.owner) as owner:
            owner.execute("delete from quota")
            owner.execute("insert into quota values ('F1', %s, %s, %s)", [day_bytes, day_messages, open_uploads])

    return write


@pytest.fixture
def key(keys, home, let):
    return keys("F1", "lodge", "status")


def _use(database):
    with psycopg.connect(database.audit) as audit:
        return audit.execute("select party, bytes, messages from day_use order by party, day").fetchall()


def _refused(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")
    return answer


def test_messages_are_counted_with_what_is_kept_and_refused_beyond_the_days_measure(api, key, let, listening, database):
    let(day_messages=2)
    bodies = [a_body(consignment_id=f"A{nth}") for nth in range(3)]

    answers = [api("POST", "/v1/consignments", key, body) for body in bodies]

    assert [answer.status_code for answer in answers[:2]] == [201, 201]
    told = _refused(answers[2], 429)
    assert told.json()["code"] == "TW-512"
    assert 0 < int(told["Retry-After"]) <= 86_401
    ((party, kept, count),) = _use(database)
    assert (party, count) == ("F1", 2)
    assert 0 <= kept - sum(map(len, bodies[:2])) <= 2 * SEAL


def test_all_keys_of_a_party_count_together_and_other_parties_apart(api, key, keys, let, listening):
    let(day_messages=1)
    assert api("POST", "/v1/consignments", key, a_body(consignment_id="A1")).status_code == 201

    _refused(api("POST", "/v1/consignments", keys("F1", "lodge"), a_body(consignment_id="A2")), 429)
    assert api("POST", "/v1/consignments", keys("F2", "lodge"), a_body(consignment_id="A2")).status_code == 201


def test_another_process_is_believed_after_a_second(api, key, let, listening, database):
    from tidewaiter.service.clock import now
    from tidewaiter.service.quotas import refuse_message
    from tidewaiter.store.rights import Actor

    let(day_messages=5)
    actor, moment = Actor("p", frozenset({"declarant"}), filer="F1"), now()
    refuse_message(actor, 10, moment)
    with psycopg.connect(database.owner) as owner:
        owner.execute("insert into day_use values ('F1', (now() at time zone 'UTC')::date, 50, 5)")

    refuse_message(actor, 10, moment + timedelta(milliseconds=999))
    with pytest.raises(QuotaReached):
        refuse_message(actor, 10, moment + timedelta(seconds=1))


@pytest.mark.parametrize(("size", "status"), [(10, 202), (11, 413)])
def test_a_file_longer_than_a_whole_day_may_never_come(api, key, let, size, status):
    let(day_bytes=10)

    answer = api("POST", "/v1/messages", key, b"abc", LINES, upload_length=str(size))

    assert answer.status_code == status


@pytest.mark.parametrize(("size", "status"), [(4, 202), (5, 429)])
def test_a_file_counts_whole_from_its_beginning(api, key, let, database, size, status):
    let(day_bytes=10)
    api("POST", "/v1/messages", key, b"abc", LINES, upload_length="6")

    assert api("POST", "/v1/messages", key, b"abc", LINES, upload_length=str(size)).status_code == status


def test_so_many_files_are_open_at_once_and_a_part_of_an_open_one_is_taken(api, key, let):
    let(open_uploads=2)
    places = [api("POST", "/v1/messages", key, b"abc", LINES, upload_length="6")["Location"] for _ in range(2)]

    told = _refused(api("POST", "/v1/messages", key, b"abc", LINES, upload_length="6"), 429)
    rest = api("PATCH", places[0].replace("/jobs/", "/messages/"), key, b"def", LINES, upload_offset="3")

    assert told["Retry-After"] == "60"
    assert rest.json()["state"] == "received"
    assert api("POST", "/v1/messages", key, b"abc", LINES, upload_length="6").status_code == 202


def test_of_many_begun_at_once_none_slips_past(key, let, database):
    from django.db import connection

    from tidewaiter.service import uploads
    from tidewaiter.service.clock import now
    from tidewaiter.store.rights import Actor

    let(open_uploads=3)
    actor = Actor("01900000-0000-7000-8000-000000000001", frozenset({"declarant"}), filer="F1")

    def begin(_):
        try:
            uploads.begin(actor, 10, now())
        except QuotaReached:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as many:
        assert sum(many.map(begin, range(16))) == 3


def test_a_party_without_words_of_its_own_has_what_the_settings_let(home, key, monkeypatch):
    from tidewaiter.service import uploads
    from tidewaiter.service.clock import now
    from tidewaiter.store.rights import Actor

    monkeypatch.setenv("TIDEWAITER_DAY_BYTES", "9")
    actor = Actor("01900000-0000-7000-8000-000000000001", frozenset({"declarant"}), filer="F1")

    assert settings().whole("TIDEWAITER_DAY_BYTES") == 9
    with pytest.raises(QuotaTooSmall):
        uploads.begin(actor, 10, now())
    assert uploads.begin(actor, 9, now()).size == 9


def test_a_file_of_which_nothing_came_for_days_is_given_up_and_what_never_came_given_back(
    api, key, let, home, database
):
    from tidewaiter.service.clock import now
    from tidewaiter.service.erasing import end_retention

    let(day_bytes=10, open_uploads=1)
    first = api("POST", "/v1/messages", key, b"abc", LINES, upload_length="6")
    name = first.json()["job"]
    end_retention(now() + timedelta(days=2, hours=23))
    kept = (home / "uploads" / name).exists()
    end_retention(now() + timedelta(days=3, hours=1))

    told = api("GET", first["Location"], key).json()
    late = api("PATCH", first["Location"].replace("/jobs/", "/messages/"), key, b"def", LINES, upload_offset="3")
    assert kept
    assert not (home / "uploads" / name).exists() or not (home / "uploads" / name).stat().st_size
    assert (told["state"], late.json()["state"]) == ("refused", "refused")
    assert "given up" in told["result"]["sentence"]
    assert _use(database) == [("F1", 3, 0)]
    assert api("POST", "/v1/messages", key, b"abc", LINES, upload_length="7").status_code == 202


def test_a_file_that_is_being_written_is_not_given_up(api, key, let, home):
    from tidewaiter.service import uploads
    from tidewaiter.service.clock import now

    name = api("POST", "/v1/messages", key, b"abc", LINES, upload_length="6").json()["job"]
    with uploads._alone(uploads.uploads.Upload(name, "F1", None, None, 6, 3, None, "receiving", {}, now())):
        assert uploads.give_up(now() + timedelta(days=9)) == 0
    assert uploads.give_up(now() + timedelta(days=9)) == 1


def test_a_party_sees_its_own_use_and_nobody_changes_it_by_sql(key, api, database):
    from tidewaiter.store.access import acting_as
    from tidewaiter.store.asking import rows, say
    from tidewaiter.store.rights import Actor

    api("POST", "/v1/messages", key, b"abc", LINES)
    seen = {}
    for party in ("F1", "F2"):
        with acting_as(Actor("p", frozenset({"declarant"}), filer=party)):
            seen[party] = len(rows("select * from day_use"))
            assert say("delete from day_use") == 0

    assert seen == {"F1": 1, "F2": 0}
    with psycopg.connect(database.app) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("update day_use set bytes = 0")


def test_counts_of_a_quota_go_after_their_time(key, api, database, home):
    from tidewaiter.service.clock import now
    from tidewaiter.service.erasing import end_retention

    api("POST", "/v1/messages", key, b"abc", LINES)
    end_retention(now() + timedelta(days=39))
    assert len(_use(database)) == 1
    end_retention(now() + timedelta(days=42))
    assert _use(database) == []

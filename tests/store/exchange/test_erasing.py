"""Persons: sealed where they are kept, in no log and no figure, forgotten when asked and the law lets it."""

import io
import json
import logging
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.builders_batcher import MOMENT, a_message
from tidewaiter.exchange.bodies import ERASED, Bodies, destroy_keys
from tidewaiter.exchange.cursors import START
from tidewaiter.exchange.retention import longest, retention
from tidewaiter.model.errors import KeyRefused, WrongUse
from tidewaiter.store.sealing import Seal

PERSONS = 1_000
LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("TIDEWAITER_HOME", str(tmp_path / "home"))


@pytest.fixture
def lines():
    """What the house writes to its log meanwhile, as it writes it."""
    from tidewaiter.service.log_lines import Lines

    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(Lines())
    logging.getLogger().addHandler(handler)
    yield told
    logging.getLogger().removeHandler(handler)


def _canaries(count):
    """Persons whose every part is a word too long to come about by chance, in a signature say."""
    letters = "bcdfghjklm"
    return ["".join(letters[int(figure)] for figure in f"{place:09d}") for place in range(count)]


def _messages(canaries):
    from dataclasses import replace

    return [
        replace(
            a_message(
                submitter="acme", consignment_id=f"C{place}", consignee_name=f"Anna Zq{word}",
                consignee_id=f"ZQID{word}", consignee_street=f"Zq{word} Lane {place + 1}",
                consignee_email=f"zq{word}@example.org", consignee_phone=f"+4930{place:07d}",
            ),
            name=f"00000000-0000-7000-8000-{place:012d}",
        )
        for place, word in enumerate(canaries)
    ]  # fmt: skip


def _dump(database):
    """All rows of all tables as text, and of bytes their text as well."""
    with psycopg.connect(database.owner) as owner:
        names = [
            row[0] for row in owner.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        ]
        for name in names:
            with owner.cursor().copy(sql.SQL("copy {} to stdout (format binary)").format(sql.Identifier(name))) as rows:
                yield name, b"".join(rows).lower()


def _traces(database, canaries):
    return [(name, word) for name, data in _dump(database) for word in canaries if b"zq" + word.encode() in data]


def test_a_thousand_persons_leave_no_trace_but_their_sealed_messages(lodged, database, lines):
    from prometheus_client import REGISTRY, generate_latest

    canaries = _canaries(PERSONS)
    told = lodged(*_messages(canaries))

    assert {fate for fate, _ in told} == {"accepted"}
    assert _traces(database, canaries) == []
    assert "zq" not in lines.getvalue().lower()
    assert b"zq" not in generate_latest(REGISTRY).lower()
    assert any(b"c999" in data for _, data in _dump(database))


def test_a_sealed_body_opens_in_this_installation_alone(lodged, database, as_app):
    from tidewaiter.service.secret_key import seal_of_home
    from tidewaiter.store.access import acting

    (message,) = _messages(_canaries(1))
    lodged(message)
    with acting("service", ["service"]), as_app.cursor() as cursor:
        cursor.execute("select name, body from message")
        name, sealed = cursor.fetchone()
        opened = Bodies(seal_of_home()).open(as_app, name, bytes(sealed))
        with pytest.raises(KeyRefused):
            Bodies(Seal.new()[0]).open(as_app, name, bytes(sealed))
        with pytest.raises(KeyRefused):
            Bodies(seal_of_home()).open(as_app, uuid4(), bytes(sealed))

    assert opened == message.body


def test_a_message_sent_again_is_known_although_it_is_sealed(lodged):
    from dataclasses import replace

    (message,) = _messages(_canaries(1))
    ((fate, first),) = lodged(replace(message, key="k1"))
    ((again, second),) = lodged(replace(message, key="k1"))
    ((third, repeated),) = lodged(replace(message, key="k2", name="00000000-0000-7000-8000-000000000099"))

    assert (fate, again, third) == ("accepted", "accepted", "duplicate")
    assert first == second
    assert repeated["repeats"] == message.name


def _filing(database):
    with psycopg.connect(database.owner) as owner:
        return owner.execute("select id from filing order by seq limit 1").fetchone()[0]


def test_while_the_law_keeps_the_data_a_person_is_told_until_when_and_why(lodged, database):
    from tidewaiter.service import erasing

    lodged(*_messages(_canaries(1)))
    became = erasing.erase(_filing(database), "asked by letter", MOMENT, "p1")

    assert (became.is_done, became.kept_until) == (False, date(2029, 12, 31))
    assert "952/2013" in became.kept_because
    assert erasing.erase_due(datetime(2029, 12, 31, 23, tzinfo=UTC)) == 0
    assert erasing.erase_due(LATER) == 1
    assert erasing.erase_due(LATER) == 0
    with psycopg.connect(database.owner) as owner:
        assert owner.execute("select body from message").fetchone() == (b"",)


def test_an_erasure_that_fails_is_noted_and_keeps_no_other_back(lodged, database, lines):
    from tidewaiter.service import erasing

    lodged(*_messages(_canaries(3)))
    with psycopg.connect(database.owner) as owner:
        filings = [row[0] for row in owner.execute("select id from filing order by seq").fetchall()]
        for filing in filings:
            erasing.erase(filing, "asked by letter", MOMENT, "p1")
        (bad,) = owner.execute("select id from erasure where filing = %s", [filings[1]]).fetchone()
        owner.execute(
            "create function fails() returns trigger language plpgsql as $$ begin raise 'no'; end $$; "
            f"create trigger fails before update on erasure for each row when (old.id = '{bad}') "
            "execute function fails()"
        )
        owner.commit()
        assert (erasing.erase_due(LATER), erasing.erase_due(LATER)) == (2, 0)
        owner.execute("drop trigger fails on erasure")
        owner.commit()
        bodies = owner.execute("select body = '' from message order by seq").fetchall()
    assert bodies == [(True,), (False,), (True,)]
    assert str(bad) in lines.getvalue()
    assert erasing.erase_due(LATER) == 1


def test_of_a_person_who_was_forgotten_nothing_is_left_and_totals_and_proofs_hold(
    lodged, database, as_app, tmp_path, store_server
):
    from psycopg.conninfo import make_conninfo

    from tests.builders_log import Place
    from tidewaiter.service import erasing
    from tidewaiter.service.secret_key import seal_of_home
    from tidewaiter.store.access import acting

    place = Place(database, store_server.keeper, tmp_path / "log-home")
    place.signer()
    messages = _messages(_canaries(3))
    lodged(*messages)
    place.publish()
    totals = "select count(*), sum(amount_minor), sum((told ->> 'duty_minor')::bigint) from filing"
    with psycopg.connect(database.owner) as owner:
        before = owner.execute(totals).fetchone()
    filing = _filing(database)

    became = erasing.erase(filing, "asked by letter", LATER, "p1")
    place.publish(10)

    with acting("service", ["service"]), as_app.cursor() as cursor:
        cursor.execute("select name, body from message order by seq")
        opened = [Bodies(seal_of_home()).open(as_app, name, bytes(body)) for name, body in cursor.fetchall()]
    with psycopg.connect(database.owner) as owner:
        assert owner.execute(totals).fetchone() == before
        assert owner.execute(
            "select count(*) from history where person_key is null and address_key is null"
        ).fetchone() == (1,)
    assert became.is_done
    assert opened == [ERASED, messages[1].body, messages[2].body]
    assert place.verify(later_s=20).faults == []
    assert make_conninfo(database.owner)


def test_errors_are_read_after_a_message_with_errors_was_forgotten(lodged, database, as_app):
    from dataclasses import replace

    from tidewaiter.service import erasing, filings
    from tidewaiter.store.rights import Actor

    own = Actor("00000000-0000-7000-8000-000000000001", frozenset({"declarant"}), filer="acme")
    asked, other = _messages(_canaries(2))
    unknown = {"value_currency": "XXQ"}
    lodged(*(replace(one, body=_with(one.body, unknown)) for one in (asked, other)))
    before, _ = filings.errors(own, START, 10)
    erasing.erase(_filing(database), "asked by letter", LATER, "p1")
    after, last = filings.errors(own, START, 10)
    with psycopg.connect(database.owner) as owner:
        owner.execute("update message set errors = 1 where answer::text = '{}'")  # as an earlier edition left it
    as_was, _ = filings.errors(own, START, 10)

    assert [one["message"] for one in before] == [asked.name, other.name]
    assert ([one["message"] for one in after], last.number) == ([other.name], before[1]["number"])
    assert [(one["message"], one["fate"], one["errors"], one["findings"] == []) for one in as_was] == [
        (asked.name, "erased", [], True), (other.name, "accepted", [], False)
    ]  # fmt: skip


def _with(body, said):
    told = json.loads(body)
    return json.dumps({**told, "items": [{**item, **said} for item in told["items"]]}).encode()


def test_a_person_is_forgotten_in_repeats_and_contradictions_as_well(lodged, database, as_app):
    from dataclasses import replace

    from tidewaiter.service import erasing
    from tidewaiter.service.secret_key import seal_of_home
    from tidewaiter.store.access import acting

    first, other = _messages(_canaries(2))
    said = first.body.replace(b"cotton shirt", b"woollen coat")
    lodged(first, other)
    told = lodged(
        replace(first, key="again", name=str(uuid4())),
        replace(first, submitter="broker", name=str(uuid4())),
        replace(first, body=said, name=str(uuid4())),
        replace(other, body=other.body.replace(b"cotton shirt", b"woollen coat"), name=str(uuid4())),
    )
    erasing.erase(_filing(database), "asked by letter", LATER, "p1")

    with acting("service", ["service"]), as_app.cursor() as cursor:
        cursor.execute("select name, body from message order by seq")
        opened = [Bodies(seal_of_home()).open(as_app, name, bytes(body)) for name, body in cursor.fetchall()]
    assert [fate for fate, _ in told] == ["duplicate", "duplicate", "quarantined", "quarantined"]
    assert [body == ERASED for body in opened] == [True, False, True, True, True, False]
    with psycopg.connect(database.owner) as owner:
        kept = owner.execute("select answer from message where filing is null order by seq limit 3").fetchall()
    assert [(one["fate"], one["errors"], one["receipt"]) for (one,) in kept] == [
        (fate, [], one["receipt"]) for fate, one in told[:3]
    ]


def test_messages_set_aside_are_found_by_an_index_whoever_acts(as_app):
    from tidewaiter.store.access import acting

    with acting("service", ["service"]), as_app.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(
            "explain update message set body = '' where submitter = 'a' and aside = 'b' or repeats = any(array['c'])"
        )
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "on message_aside" in plan
    assert "on message_repeats" in plan


def test_what_is_wrong_with_a_person_is_told_without_the_person(lodged, database):
    from dataclasses import replace

    (message,) = _messages(_canaries(1))
    name = message.body.replace(b'"Anna Zq', b'"Anna\\u0000Zq')
    street = message.body.replace(b'"Zqbbbbbbbbb Lane 1"', b'["Zqbbbbbbbbb Lane 1"]')
    amount = message.body.replace(b'"12.50"', b'"much"')
    told = lodged(*(replace(message, body=body, name=str(uuid4())) for body in (name, street, amount)))

    assert [(one["errors"][0]["field"], one["errors"][0]["value"]) for _, one in told] == [
        ("consignee_name", "A…"), ("consignee_street", "[…"), ("item_value_amount", "much")
    ]  # fmt: skip
    assert _traces(database, ["bbbbbbbbb"]) == []


def test_a_filing_that_is_not_there_cannot_be_forgotten(as_app):
    from tidewaiter.service import erasing

    with pytest.raises(WrongUse, match="no filing"):
        erasing.erase(uuid4(), "", MOMENT, "p1")


def test_at_the_end_of_retention_the_key_of_the_day_goes_and_all_its_bodies_with_it(lodged, database, as_app):
    from tidewaiter.service import erasing
    from tidewaiter.service.secret_key import seal_of_home
    from tidewaiter.store.access import acting

    lodged(*_messages(_canaries(2)))
    early = erasing.end_retention(datetime(2031, 12, 31, tzinfo=UTC))
    late = erasing.end_retention(datetime(2032, 1, 1, tzinfo=UTC))

    with acting("service", ["service"]), as_app.cursor() as cursor:
        cursor.execute("select name, body from message")
        opened = [Bodies(seal_of_home()).open(as_app, name, bytes(body)) for name, body in cursor.fetchall()]
    assert (early["keys"], late["keys"]) == (0, 1)
    assert opened == [ERASED, ERASED]


def test_at_the_end_of_retention_files_that_were_cleared_go(as_app, tmp_path):
    from tidewaiter.exchange import uploads
    from tidewaiter.exchange.uploads import DONE, RECEIVING, Upload
    from tidewaiter.service import erasing
    from tidewaiter.service.uploads import place_of
    from tidewaiter.store.access import acting

    cleared, waits = uuid4(), uuid4()
    for name, state in ((cleared, DONE), (waits, RECEIVING)):
        with acting("m1", ["declarant"], filer="acme"):
            uploads.begin(Upload(name, "acme", None, None, 4, 0, None, RECEIVING, {}, MOMENT), str(uuid4()))
            uploads.note(name, 4, state, MOMENT)
        place_of(name).parent.mkdir(parents=True, exist_ok=True)
        place_of(name).write_bytes(b"Anna")
    (place_of(cleared).parent / "other").write_bytes(b"no upload")

    assert erasing.end_retention(datetime(2031, 12, 31, tzinfo=UTC))["uploads"] == 0
    assert erasing.end_retention(datetime(2032, 1, 1, tzinfo=UTC))["uploads"] == 1
    assert erasing.end_retention(datetime(2032, 1, 2, tzinfo=UTC))["uploads"] == 0
    assert (place_of(cleared).exists(), place_of(waits).exists()) == (False, False), "what no part came of is given up"


def test_nothing_is_accepted_under_a_key_that_was_destroyed(as_app):
    from tidewaiter.service.secret_key import seal_of_home
    from tidewaiter.store.access import acting

    with acting("service", ["service"]):
        Bodies(seal_of_home()).key_of(as_app, MOMENT)
        assert destroy_keys(as_app, MOMENT.date() + timedelta(days=1), LATER) == 1
        with pytest.raises(WrongUse, match="let go"):
            Bodies(seal_of_home()).key_of(as_app, MOMENT)


@pytest.mark.parametrize(
    ("jurisdiction", "until"),
    [("EU", date(2029, 12, 31)), ("GB", date(2030, 12, 31)), ("US", date(2031, 12, 31)), ("NZ", date(2031, 12, 31))],
)
def test_each_law_keeps_for_its_own_time(jurisdiction, until):
    assert retention("message", jurisdiction, MOMENT.date()).until(MOMENT.date()) == until


def test_a_rule_counts_from_its_first_day_on():
    first = date(2021, 1, 1)
    assert retention("message", "GB", first).jurisdiction == "GB"
    assert retention("message", "GB", first - timedelta(days=1)).jurisdiction == "*"


def test_the_longest_retention_of_all_laws_keeps_a_day():
    assert longest("message", date(2031, 12, 31)) == date(2026, 1, 1)
    assert longest("message", date(2032, 1, 1)) == date(2027, 1, 1)

"""One effect for a call, however often, at how many doors and in which order it comes."""

import json
import threading
import time

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.builders_batcher import a_body
from tests.eventually import eventually

pytestmark = pytest.mark.usefixtures("listening")


def test_twenty_at_once_with_one_key_have_one_effect_and_one_answer(api, keys):
    from django.db import connection

    key, answers, together = keys("F1", "lodge", "status"), [], threading.Barrier(20)

    def call():
        together.wait()
        answers.append(api("POST", "/v1/consignments", key, a_body(consignment_id="A1"), idempotency_key="k1"))
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(api("GET", "/v1/consignments", key).json()["consignments"]) == 1


class Lodging(RuleBasedStateMachine):
    """Calls of two filers over few names and keys, against a model of a dozen lines."""

    call = make_key = None
    run = 0

    def __init__(self):
        super().__init__()
        Lodging.run += 1
        self.filers = [f"R{Lodging.run}-{letter}" for letter in "ab"]
        self.keys = {filer: Lodging.make_key(filer, "lodge", "status") for filer in self.filers}
        self.answered, self.told, self.calls = {}, {}, []

    @rule(
        who=st.integers(0, 1),
        name=st.sampled_from("XY"),
        value=st.sampled_from(["10.00", "20.00"]),
        key=st.sampled_from(["", "k1", "k2"]),
    )
    def lodge(self, who, name, value, key):
        self._lodge(self.filers[who], name, value, key)

    @precondition(lambda self: self.calls)
    @rule(number=st.integers(0, 30))
    def repeat(self, number):
        self._lodge(*self.calls[number % len(self.calls)])

    def _lodge(self, filer, name, value, key):
        self.calls.append((filer, name, value, key))
        body = a_body({"value_amount": value}, consignment_id=name, declarant_id=None)
        heads = {"idempotency_key": key} if key else {}
        answer = Lodging.call("POST", "/v1/consignments", self.keys[filer], body, **heads)
        call = (filer, key or body)
        if call in self.answered:
            earlier, given = self.answered[call]
            if earlier == body:
                assert (answer.status_code, answer.json() | {"request_id": ""}) == (
                    given[0],
                    given[1] | {"request_id": ""},
                )
            else:
                assert answer.status_code == 409
            return
        known = self.told.get((filer, name))
        expected = 201 if known is None else 200 if known == value else 422
        assert answer.status_code == expected, answer.content
        if expected == 422:
            assert [error["code"] for error in answer.json()["errors"]] == ["DUP-03"]
        self.answered[call] = (body, (answer.status_code, answer.json()))
        self.told.setdefault((filer, name), value)

    def teardown(self):
        for filer in self.filers:
            wanted = sorted(n for f, n in self.told if f == filer)
            assert eventually(lambda filer=filer: self._listed(filer), wanted) == wanted

    def _listed(self, filer):
        listed = Lodging.call("GET", "/v1/consignments", self.keys[filer]).json()["consignments"]
        return sorted(one["consignment_id"] for one in listed)


def _walk(api, keys, examples, steps):
    Lodging.call, Lodging.make_key = staticmethod(api), staticmethod(keys)
    run_state_machine_as_test(
        Lodging,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_repeated_and_reordered_calls_do_what_a_small_model_says(api, keys):
    _walk(api, keys, 4, 12)


@pytest.mark.slow
def test_many_repeated_and_reordered_calls_do_what_a_small_model_says(api, keys):
    _walk(api, keys, 100, 40)


def test_a_file_and_its_lines_one_by_one_come_to_the_same(api, keys, listening, book, rules, tmp_path):
    anew, changed = _bulk_is_single(api, keys, book, rules, listening, tmp_path, 200)

    assert anew >= changed > 0


@pytest.mark.slow
def test_ten_thousand_filings_by_file_and_one_by_one_come_to_the_same(api, keys, listening, book, rules, tmp_path):
    anew, changed = _bulk_is_single(api, keys, book, rules, listening, tmp_path, 10_000)

    assert anew >= changed > 0


def _bulk_is_single(api, keys, book, rules, batcher, tmp_path, count):
    """Charges to the cent; decisions, routes, lanes and findings as well, once later arrivals were looked at."""
    import polars as pl
    from django.db import connection

    from tests.builders_batcher import MOMENT
    from tidewaiter.service.clear import clear_files
    from tidewaiter.service.consequences import lane as lane_of
    from tidewaiter.service.lodging.following import cases
    from tidewaiter.service.reassessing.marking import mark_later
    from tidewaiter.service.reassessing.reassess import reassess
    from tidewaiter.store.access import acting
    from tidewaiter.world.write import write_sample

    day = write_sample(tmp_path, count, 11, "EU", MOMENT.date(), form="ndjson", dirt=0.0, faults=0.02)
    _add_split_orders(day, max(5, count // 200))
    run = clear_files([str(day)], "EU", tmp_path / "run", on=MOMENT.date().isoformat(), home=tmp_path, submitter="F1")
    book._clock, book._follows = lambda: MOMENT, (cases, mark_later)
    batcher._moment = lambda: MOMENT
    key = keys("F1", "lodge", "status")
    lines = day.read_bytes().splitlines()
    threads = [threading.Thread(target=_lodge_all, args=(api, key, lines[at::8])) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with acting("house", ["service"]), connection.cursor() as cursor:
        cursor.execute("select reference, told, decision, reasons from filing join assessment on filing = id")
        single = {name: (json.loads(told), decision, json.loads(reasons)) for name, told, decision, reasons in cursor}
    filings = pl.read_parquet(run.folder / "consignments.parquet")
    charges = pl.read_parquet(run.folder / "charges.parquet").to_dicts()
    assert sorted(single) == sorted(filings["consignment_id"])
    names = ("item_no", "charge", "tax_type", "base_minor", "rate_text", "amount_minor", "currency", "status")
    by_file = {}
    for row in charges:
        by_file.setdefault(row["consignment_id"], []).append(tuple(row[name] for name in names))
    for name, (told, _, _) in single.items():
        own = [tuple(row[column] for column in names) for row in told["charges"]]
        assert sorted(own, key=str) == sorted(by_file.get(name, []), key=str), name
    early = _decided()
    while reassess(rules, (), lambda: MOMENT):
        pass
    decided = _decided()
    with acting("house", ["service"]), connection.cursor() as cursor:
        cursor.execute("select count(*) from reassessment where outcome = 'decided_anew'")
        (anew,) = cursor.fetchone()
        cursor.execute("select count(*) from window_due")
        assert cursor.fetchone() == (0,)
        cursor.execute("select count(*) from case_faults()")
        assert cursor.fetchone() == (0,)
    for row in filings.iter_rows(named=True):
        lane = lane_of(row["decision"], row["route"])
        wanted = (row["decision"], row["route"], lane, sorted(row["reasons"]))
        assert decided[row["consignment_id"]] == wanted, row["consignment_id"]
    changed = sum(early[name] != decided[name] for name in decided)
    return anew, changed


def _decided():
    """Decision, route, lane and codes of findings of every filing."""
    from django.db import connection

    from tidewaiter.store.access import acting

    with acting("house", ["service"]), connection.cursor() as cursor:
        cursor.execute("select reference, decision, route, lane, reasons from filing join assessment on filing = id")
        return {
            name: (decision, route, lane, sorted({reason["code"] for reason in json.loads(reasons)}))
            for name, decision, route, lane, reasons in cursor
        }


def _add_split_orders(day, orders):
    """Orders of two to five parcels, together above the low-value limit; each fifth has too many to be one order."""
    from tests.builders_batcher import a_body

    with day.open("ab") as file:
        for order in range(orders):
            for part in range(60 if order % 5 == 4 else 2 + order % 4):
                said = {"consignment_id": f"SPLIT{order}-{part}", "parcel_id": f"SP{order}X{part}"}
                said |= {"order_id": f"O{order}", "marketplace_id": "M1", "consignee_street": f"Way {order}"}
                file.write(a_body({"value_amount": "95.00"}, **said).replace(b"\n", b"") + b"\n")


def _until_taken(api, key, line):
    """The answer to a line; where none came in time it is sent again, and counts once."""
    for _ in range(60):
        answer = api("POST", "/v1/consignments", key, line)
        if answer.status_code != 503:
            return answer
        time.sleep(1)
    return answer


def _lodge_all(api, key, lines):
    from django.db import connection

    from tidewaiter.api import calls

    buckets = calls.client_buckets()
    buckets.per_s = buckets.burst = 1e9
    for line in lines:
        assert _until_taken(api, key, line).status_code in {201, 200, 422}
    connection.close()

"""Held and released filings cannot be told apart by how long their answers take, nor by how long they are."""

import random
from time import perf_counter

import pytest

from tests.builders_batcher import a_body

pytestmark = pytest.mark.usefixtures("listening")


def told_apart(one, other):
    """The chance that a filing of ``one`` took longer than one of ``other``, ties halved; at least a half."""
    ranked = sorted([(value, 1) for value in one] + [(value, 0) for value in other])
    wins = below = 0
    for _, is_one in ranked:
        wins += below if is_one else 0
        below += not is_one
    found = wins / (len(one) * len(other))
    return max(found, 1 - found)


def _asked(api, keys, filings, rounds):
    from django.db import connection

    from tidewaiter.api import calls
    from tidewaiter.store.access import acting

    key = keys("F1", "lodge", "status")
    calls.client_buckets().per_s = calls.client_buckets().burst = 1e9
    ids = [_taken(api, key, f"A{number:03}") for number in range(filings)]
    held, released = ids[::2], ids[1::2]
    with acting("house", ["service"]), connection.cursor() as cursor:
        for some, decision in ((held, "hold"), (released, "release")):
            cursor.execute("update assessment set decision = %s where filing = any(%s::uuid[])", [decision, some])
    took, sizes = {True: [], False: []}, {True: set(), False: set()}
    asked = [(name, name in held) for name in ids] * rounds
    random.Random(7).shuffle(asked)
    for name, is_held in asked:
        began = perf_counter()
        answer = api("GET", f"/v1/consignments/{name}", key)
        took[is_held].append(perf_counter() - began)
        sizes[is_held].add(len(answer.content))
    assert sizes[True] == sizes[False]
    return told_apart(took[True], took[False])


def _taken(api, key, name):
    """The id of a filing, lodged again where the machine was too busy to answer in time."""
    for _ in range(60):
        answer = api("POST", "/v1/consignments", key, a_body(consignment_id=name), idempotency_key=name)
        if answer.status_code == 201:
            return answer.json()["filing"]
        assert answer.status_code == 503, answer.content
    raise AssertionError(f"{name} was not taken")


@pytest.mark.slow
def test_answers_of_held_and_released_filings_take_the_same_time(api, keys):
    assert _asked(api, keys, 10, 60) <= 0.60


@pytest.mark.slow
def test_ten_thousand_answers_do_not_tell_held_from_released(api, keys):
    assert _asked(api, keys, 100, 100) <= 0.55

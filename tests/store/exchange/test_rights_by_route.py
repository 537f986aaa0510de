"""Every role, every object of the inbox, own and another's: by the service and by direct SQL, as the matrix says."""

import itertools

import pytest

from tests.builders_lodging import a_lodged
from tidewaiter.store.rights import MATRIX, Actor, may

WHO = {
    "own": {"filer": "F1", "office": "DE", "agency": "wildlife"},
    "other": {"filer": "F9", "office": "FR", "agency": "food"},
}
SEEN = {
    "filing": ("filing", "select count(*) from filing where id = %s"),
    "assessment": ("risk", "select count(*) from assessment where filing = %s"),
    "message": ("personal_data", "select count(*) from message where filing = %s"),
}
CELLS = list(itertools.product(MATRIX.roles, WHO))


@pytest.fixture
def filing(lodged, as_app):
    """A filing of F1 at the office DE, carried by C1; who acts on it is told of all that is known of it."""
    from django.db import connection

    from tidewaiter.exchange import filings
    from tidewaiter.store.access import acting

    lodged(a_lodged(consignment_id="A1", carrier_id="F1"))
    with acting("house", ["service"]):
        (found,) = filings.by_barcode(connection, "A1")
    return found


def actor(role, whose):
    return Actor(f"p-{role}-{whose}", frozenset({role}), **WHO[whose])


@pytest.mark.parametrize(("is_assigned", "is_in_hand"), [(False, False), (True, False), (False, True)])
def test_no_role_sees_more_by_sql_or_service_than_the_matrix_says(filing, is_assigned, is_in_hand):
    from django.db import connection

    from tests.builders_batcher import MOMENT
    from tidewaiter.exchange import filings
    from tidewaiter.service.filings import facts_of, lane, status
    from tidewaiter.service.moving.taking import take
    from tidewaiter.store.access import acting, acting_as
    from tidewaiter.store.rights import Facts, NotAllowed

    checked = 0
    if is_in_hand:
        take(actor("carrier", "own"), [{"parcel_id": "A1", "event": "arrived", "at": MOMENT.isoformat()}], MOMENT)
    for role, whose in CELLS:
        who = actor(role, whose)
        with acting("house", ["service"]):
            filings.assign(connection, filing.id, who.person if is_assigned else None)
        facts = facts_of(filing)._replace(assigned_to=who.person if is_assigned else None)
        for table, (kind, asked) in SEEN.items():
            with acting_as(who), connection.cursor() as cursor:
                cursor.execute(asked, [filing.id])
                seen = cursor.fetchone()[0] == 1
            assert seen == (may(who, "read", kind, facts) is not None), (role, whose, table)
            checked += 1
        told = status(who, filing.id)
        whole = may(who, "read", "filing", facts) is not None
        published = may(who, "read", "status", facts) is not None
        assert (told is not None, "charges" in (told or {})) == (whole or published, whole), (role, whose)
        assert not {"decision", "route", "score", "reasons", "lane"} & (told or {}).keys()
        known = may(who, "read", "lane", Facts(filer="F1", is_in_hand=is_in_hand)) is not None
        try:
            assert lane(who, "A1").is_known == known, (role, whose)
        except NotAllowed:
            assert may(who, "read", "lane", Facts(filer=who.filer, is_in_hand=True)) is None
    assert checked == len(CELLS) * len(SEEN)


def test_no_role_changes_by_sql_what_it_may_not_decide(filing):
    from django.db import IntegrityError, connection

    from tests.builders_batcher import MOMENT
    from tidewaiter.exchange import filings
    from tidewaiter.service.filings import facts_of
    from tidewaiter.store.access import acting_as

    for role, whose in CELLS:
        who = actor(role, whose)
        decides = may(who, "write", "hold", facts_of(filing)) is not None
        try:
            with acting_as(who):
                reached = filings.publish(connection, filing.id, status="accepted", now=MOMENT)
        except IntegrityError:  # who decides publishes what a case says, and here is none
            reached = None
        assert reached is (None if decides else False), (role, whose)
        with acting_as(who):
            assert filings.assign(connection, filing.id, None) == decides, (role, whose)
        with acting_as(who), connection.cursor() as cursor:
            cursor.execute("update filing set presented_at = now() where id = %s", [filing.id])
            cursor.execute("select %s", [cursor.rowcount])
            assert cursor.fetchone()[0] == 0, (role, whose)


ROUTES = {
    "GET /v1/consignments/{id}": "status",
    "GET /v1/consignments": "status",
    "GET /v1/errors": "status",
    "GET /v1/sorter/A1": "sorter",
    "GET /v1/sorter": "sorter",
}


@pytest.mark.parametrize("role", ["declarant", "marketplace", "carrier"])
def test_each_machine_role_at_each_address_sees_its_own_and_nothing_of_others(filing, api, keys, role):
    for route, scope in ROUTES.items():
        method, path = route.replace("{id}", str(filing.id)).split()
        for party in ("F1", "F9"):
            key = keys(party, *{"status", "sorter"}, role=role)
            answer = api(method, path, key)
            told = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if party == "F9":
                shown = told.replace(b"A1", b"", 1) if route.endswith("/A1") else told
                assert str(filing.id).encode() not in told, (role, route)
                assert b"A1" not in shown, (role, route)
            if scope == "sorter":
                assert answer.status_code == (200 if role == "carrier" else 403), (role, route)
            elif role == "carrier":
                assert answer.status_code in {403, 404}, (role, route)
            else:
                assert answer.status_code == (404 if party == "F9" and "{id}" in route else 200), (role, route)
            without = keys(party, "quote", role=role)
            assert api(method, path, without).status_code == 403, (role, route)
            assert api(method, path).status_code == 401, (role, route)

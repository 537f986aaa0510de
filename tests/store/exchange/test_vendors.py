"""Vendor numbers: honoured by the register, trusted under guarantee while it is off, charged once if forged."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from tests.builders_batcher import MOMENT, a_message
from tidewaiter.model.errors import PublicationRefused, WrongUse
from tidewaiter.registry.vendor_judging import HONOURED, NOT_HONOURED, PROVISIONAL, WAITS, Claim, Register, judge
from tidewaiter.registry.vendor_schemes import parameter, require_scheme
from tidewaiter.runners.batcher.batcher import Batcher
from tidewaiter.runners.batcher.looking_back import Past

IOSS = require_scheme("IOSS")
KNOWN, NEW, FORGED, ENDED = "IM2760000001", "IM2760000002", "IM2769999999", "IM2760000003"
HOUR = timedelta(hours=1)
OFF = Register(is_down=True, copied_at=MOMENT - HOUR, denied_at=MOMENT - HOUR)
ON = OFF._replace(is_down=False)
GOOD = Claim(NEW, 10_000, "EUR", is_released=True)


def _judged(claim=GOOD, *, is_held=None, register=OFF, room=1_000_000, now=MOMENT):
    return judge(IOSS, claim, is_held=is_held, register=register, room_minor=room, now=now).standing


@pytest.mark.parametrize("register", [ON, OFF])
def test_what_the_register_says_counts_whether_it_is_up_or_not(register):
    assert _judged(is_held=True, register=register, room=None) == HONOURED
    assert _judged(is_held=False, register=register) == NOT_HONOURED


def test_a_number_that_the_register_lacks_while_it_is_up_is_not_honoured():
    assert _judged(register=ON) == NOT_HONOURED


@pytest.mark.parametrize("number", ["", "IM276000000", "IM27600000012", "XX2760000001", "IM276000000\u0661"])
def test_a_number_of_another_shape_is_not_honoured_even_while_the_register_is_off(number):
    assert _judged(GOOD._replace(number=number)) == NOT_HONOURED


@pytest.mark.parametrize(("age_h", "standing"), [(23, NOT_HONOURED), (24, NOT_HONOURED), (25, PROVISIONAL)])
def test_an_old_copy_is_as_good_as_a_register_that_is_off(age_h, standing):
    assert _judged(register=ON._replace(copied_at=MOMENT - age_h * HOUR)) == standing


def test_what_the_plan_holds_is_never_released_provisionally():
    assert _judged(GOOD._replace(is_released=False)) == WAITS


@pytest.mark.parametrize(("age_h", "standing"), [(23, PROVISIONAL), (24, PROVISIONAL), (25, WAITS), (None, WAITS)])
def test_a_list_of_denied_parties_that_is_old_or_missing_lets_nobody_go(age_h, standing):
    denied_at = None if age_h is None else MOMENT - age_h * HOUR
    assert _judged(register=OFF._replace(denied_at=denied_at)) == standing


CAP = parameter("IOSS", "cap_minor", MOMENT.date()).value


@pytest.mark.parametrize(
    ("value", "currency", "standing"),
    [
        (CAP - 1, "EUR", PROVISIONAL),
        (CAP, "EUR", PROVISIONAL),
        (CAP + 1, "EUR", WAITS),
        (None, "EUR", WAITS),
        (1, "GBP", WAITS),
    ],
)
def test_the_cap_is_kept_and_an_unknown_value_is_not_zero(value, currency, standing):
    assert _judged(GOOD._replace(value_minor=value, currency=currency)) == standing


@pytest.mark.parametrize(("room", "standing"), [(9_999, WAITS), (10_000, PROVISIONAL), (None, WAITS)])
def test_a_guarantee_covers_what_it_covers(room, standing):
    assert _judged(room=room) == standing


@pytest.fixture
def clock():
    return [MOMENT]


@pytest.fixture
def lodged(as_app, rules, signer, clock):
    """Decides messages that wait together, claims judged; gives the filings' statuses."""
    from tidewaiter.service.lodging.book import Book
    from tidewaiter.service.vendors.claims import judge_claims

    book = Book(signer, lambda: clock[0], lambda: rules.windows, judges=[judge_claims])
    with Batcher(lambda: rules, lambda: Past(book), book, lambda: clock[0]) as batcher:

        def lodge(*messages):
            tickets = [batcher.put(message) for message in messages]
            return [json.loads(ticket.wait(120).receipt["answer"]) for ticket in tickets]

        yield lodge


@pytest.fixture
def registers(as_app, tmp_path):
    from tidewaiter.service.vendors import registers

    return registers


def _copy(tmp_path, *numbers):
    lines = ["number,holder,valid_from,valid_to", *(f"{number},Shop {number},2021-07-01," for number in numbers)]
    lines.append(f"{ENDED},Closed,2021-07-01,2025-12-31")
    path = tmp_path / "copy.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _parcel(number, place, **said):
    return replace(
        a_message(
            consignment_id=f"C{place}", parcel_id=f"P{place}", vat_scheme="IOSS", vat_scheme_id=number,
            reduced_set="H7", party_relation="B2C", declarant_id="DE1", consignee_name=_name(place),
            consignee_street=f"Long Lane {place + 1}", presented_at="2026-10-19T08:00:00Z", **said,
        ),
        name=f"00000000-0000-7000-8000-{place:012d}", submitter="acme",
    )  # fmt: skip


def _name(place):
    """A name for each place: figures in a name look like a stopgap."""
    return "Anna B" + "".join("aeioulnrst"[int(figure)] for figure in str(place))


def _asked(database, text):
    with psycopg.connect(database.owner) as owner:
        return owner.execute(text).fetchall()


def _off(registers, tmp_path, guarantee_minor=10**12):
    registers.load_copy("IOSS", _copy(tmp_path, KNOWN), MOMENT - HOUR, MOMENT, "p1")
    registers.tell_state("IOSS", is_down=True, now=MOMENT, by="p1")
    registers.tell_list(MOMENT - HOUR, MOMENT, "p1")
    if guarantee_minor:
        registers.keep_guarantee("DE1", "IOSS", guarantee_minor, "EUR", date(2026, 1, 1), None, MOMENT, "p1")


def _back(registers, tmp_path, rules, clock, *numbers):
    from tidewaiter.service.vendors.assessing import assessor
    from tidewaiter.service.vendors.reconciling import reconcile

    clock[0] = MOMENT + HOUR
    registers.load_copy("IOSS", _copy(tmp_path, KNOWN, *numbers), clock[0], clock[0], "p1")
    registers.tell_state("IOSS", is_down=False, now=clock[0], by="p1")
    return lambda: reconcile("IOSS", assessor(rules), lambda: clock[0])


def test_while_the_register_is_off_known_numbers_are_honoured_and_new_ones_trusted_till_it_is_back(
    lodged, registers, tmp_path, database, rules, clock
):
    _off(registers, tmp_path)
    told = lodged(*(_parcel(number, place) for place, number in enumerate((KNOWN, NEW, FORGED, ENDED, "IM1"), 1)))
    standings = _asked(database, "select standing from vendor_claim order by number")
    settle = _back(registers, tmp_path, rules, clock, NEW)

    assert Counter(standing for (standing,) in standings) == {HONOURED: 1, PROVISIONAL: 2, NOT_HONOURED: 1}
    assert [one["status"] for one in told][:3] == ["released"] * 3
    assert _asked(database, "select count(*) from filing where is_provisional") == [(2,)]
    assert settle() == {HONOURED: 1, NOT_HONOURED: 1}
    assert settle() == {HONOURED: 0, NOT_HONOURED: 0}
    ((party, amount, currency, charges),) = _asked(
        database, "select party, amount_minor, currency, charges from vendor_recovery"
    )
    assert (party, currency) == ("DE1", "EUR")
    assert amount == sum(charge["amount_minor"] for charge in charges) > 0
    assert _asked(database, "select count(*) from filing where is_provisional") == [(0,)]


def test_without_a_guarantee_a_parcel_waits_and_takes_its_way_when_its_number_is_found(
    lodged, registers, tmp_path, database, rules, clock
):
    _off(registers, tmp_path, guarantee_minor=0)
    (waits, forged) = lodged(_parcel(NEW, 1), _parcel(FORGED, 2))
    lanes = _asked(database, "select lane from lane order by barcode")
    settle = _back(registers, tmp_path, rules, clock, NEW)
    settle()

    assert [waits["status"], forged["status"]] == ["accepted", "accepted"]
    assert lanes == [("hold",), ("hold",)]
    assert _asked(database, "select lane from lane order by barcode") == [("release",), ("hold",)]
    stands = _asked(database, "select status, pending_on from filing join assessment on filing = id order by reference")
    assert stands == [("released", []), ("accepted", ["vendor_number"])]


def test_a_guarantee_is_not_used_twice_within_a_batch(lodged, registers, tmp_path, database):
    _off(registers, tmp_path, guarantee_minor=3_000)
    lodged(*(_parcel(NEW, place) for place in range(1, 6)))

    assert Counter(one for (one,) in _asked(database, "select standing from vendor_claim")) == {
        PROVISIONAL: 2,
        WAITS: 3,
    }


def test_nothing_is_settled_while_the_register_is_still_off(lodged, registers, tmp_path, database, rules, clock):
    from tidewaiter.service.vendors.assessing import assessor
    from tidewaiter.service.vendors.reconciling import reconcile

    _off(registers, tmp_path)
    lodged(_parcel(NEW, 1))

    assert reconcile("IOSS", assessor(rules), lambda: MOMENT) == {HONOURED: 0, NOT_HONOURED: 0}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("number,holder\nIM2760000001,A", "valid_from"),
        ("number,holder,valid_from,valid_to\n", "no number"),
        ("number,holder,valid_from,valid_to\nIM1,A,2021-07-01,", "line 2: 'IM1' is no number"),
        (
            "number,holder,valid_from,valid_to\nIM2760000001,A,2021-07-01,\nIM 2760000001,B,2021-07-01,",
            "line 3: .* twice",
        ),
        ("number,holder,valid_from,valid_to\nIM2760000001,A,2021-13-01,", "day that is none"),
        ("number,holder,valid_from,valid_to\nIM2760000001,A,2021-07-01,2020-01-01", "before it begins"),
        ("number,holder,valid_from,valid_to\nIM2760000001,,2021-07-01,", "no holder"),
    ],
)
def test_a_damaged_copy_is_refused_with_its_lines_and_nothing_of_it_is_taken(
    registers, tmp_path, database, text, fault
):
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(PublicationRefused, match=fault):
        registers.load_copy("IOSS", path, MOMENT, MOMENT, "p1")
    assert _asked(database, "select count(*) from register_copy") == [(0,)]


def test_an_older_copy_does_not_take_the_place_of_a_newer_one(registers, tmp_path):
    registers.load_copy("IOSS", _copy(tmp_path, KNOWN), MOMENT, MOMENT, "p1")

    with pytest.raises(WrongUse, match="in force"):
        registers.load_copy("IOSS", _copy(tmp_path, KNOWN), MOMENT - HOUR, MOMENT, "p1")
    with pytest.raises(WrongUse, match="future"):
        registers.load_copy("IOSS", _copy(tmp_path, KNOWN), MOMENT + HOUR, MOMENT, "p1")
    with pytest.raises(WrongUse, match="Known: IOSS"):
        registers.load_copy("XOSS", _copy(tmp_path, KNOWN), MOMENT, MOMENT, "p1")


def test_nobody_but_the_house_sees_claims(as_app, lodged, registers, tmp_path):
    from tidewaiter.store.access import acting

    _off(registers, tmp_path)
    lodged(_parcel(NEW, 1))
    with acting("p9", ["officer", "analyst"], office="DE"), as_app.cursor() as cursor:
        cursor.execute("select count(*) from vendor_claim")
        assert cursor.fetchone() == (0,)


def _day(database, lodged, registers, tmp_path, rules, clock, count):
    """Line for line: of ``count`` parcels half are known, three in ten new, the rest forged."""
    kinds = ["known"] * 5 + ["new"] * 3 + ["forged"] * 2
    forged = {place for place in range(count) if kinds[place % 10] == "forged"}
    numbers = {"known": KNOWN, "new": NEW, "forged": FORGED}
    _off(registers, tmp_path)
    for start in range(0, count, 2_000):
        lodged(*(_parcel(numbers[kinds[place % 10]], place) for place in range(start, min(start + 2_000, count))))
    settle = _back(registers, tmp_path, rules, clock, NEW)
    counts = settle()
    settle()

    assert counts == {HONOURED: count * 3 // 10, NOT_HONOURED: len(forged)}
    assert _asked(database, "select standing, count(*) from vendor_claim group by 1 order by 1") == [
        (HONOURED, count // 2), (PROVISIONAL, count // 2)
    ]  # fmt: skip
    charged = _asked(
        database,
        "select reference from vendor_recovery join filing on id = filing and vendor_recovery.amount_minor > 0",
    )
    assert sorted(int(reference[1:]) for (reference,) in charged) == sorted(forged)


def test_a_day_without_its_register(database, lodged, registers, tmp_path, rules, clock):
    _day(database, lodged, registers, tmp_path, rules, clock, 1_000)


@pytest.mark.slow
def test_a_hundred_thousand_parcels_without_their_register(database, lodged, registers, tmp_path, rules, clock):
    _day(database, lodged, registers, tmp_path, rules, clock, 100_000)

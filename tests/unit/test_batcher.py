"""The batcher answers after the commit, once per key, and lets no message spoil another's day."""

import threading

import pytest

from tests.builders_batcher import MOMENT, Book, a_batcher, a_body, a_message, answered
from tidewaiter.model.errors import Busy, KeyUsedOtherwise, Unavailable, UnusableInput
from tidewaiter.runners.batcher import batcher as batcher_module
from tidewaiter.runners.batcher.message import BODY_MAX, Message
from tidewaiter.service.batcher import in_force


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    return in_force("EU", home=tmp_path_factory.mktemp("home"))


def errors_of(answer):
    return [(error["code"], error["field"], error["line"]) for error in answer.told["errors"]]


@pytest.fixture
def deciding(monkeypatch):
    """Makes deciding fail with what a test says, for batches that hold the message it names."""
    sizes = []

    def breaks_on(consignment, fault):
        real = batcher_module.decide

        def decide(in_force, messages, accepted_at, past):
            sizes.append(len(messages))
            if any(consignment.encode() in message.body for message in messages):
                raise fault
            return real(in_force, messages, accepted_at, past)

        monkeypatch.setattr(batcher_module, "decide", decide)
        return sizes

    return breaks_on


def test_a_sound_message_is_answered_with_decision_charges_and_reasons(rules):
    (answer,) = answered(rules, Book(), a_message())

    assert (answer.fate, answer.receipt) == ("accepted", {"number": 0})
    assert answer.told["decision"] in {"release", "hold"}
    assert {charge["charge"] for charge in answer.told["charges"]} >= {"duty", "vat"}
    assert answer.told["accepted_at"] == MOMENT.isoformat()
    assert [item["item_no"] for item in answer.told["items"]] == [1]
    assert all(reason["sentence"] and reason["code"] for reason in answer.told["reasons"])


def test_messages_that_wait_together_are_one_batch_in_their_order(rules):
    book = Book()

    told = answered(rules, book, *(a_message(consignment_id=f"A{number}") for number in range(5)))

    assert book.sizes == [5]
    assert [answer.told["consignment_id"] for answer in told] == [f"A{number}" for number in range(5)]


def test_no_batch_holds_more_than_it_may(rules):
    book = Book()

    answered(rules, book, *(a_message(consignment_id=f"A{number}") for number in range(5)), at_once=2)

    assert book.sizes == [2, 2, 1]


def test_two_filings_of_one_reference_and_two_declarants_are_told_apart(rules):
    first, second = answered(
        rules, Book(), a_message(declarant_id="DE1"), a_message({"value_amount": "99.00"}, declarant_id="DE2")
    )

    assert (first.fate, second.fate) == ("accepted", "accepted")
    assert first.told["declarant_id"] == "DE1"
    assert second.told["charges"][0]["base_minor"] > first.told["charges"][0]["base_minor"]


def test_without_a_declarant_the_submitter_tells_filings_apart(rules):
    one, other, again = (a_message(declarant_id=None, submitter=name) for name in ("acme", "zeta", "acme"))

    told = answered(rules, Book(), one, other, again)

    assert [answer.fate for answer in told] == ["accepted", "accepted", "duplicate"]


def test_all_that_is_wrong_with_a_message_is_said_at_once_and_the_others_are_taken(rules):
    bad = a_message({}, {"item_no": "2", "value_amount": "much", "net_mass_kg": "-1"}, gross_mass_kg="heavy")

    spoilt, sound = answered(rules, Book(), bad, a_message(consignment_id="B1"))

    assert spoilt.fate == "quarantined"
    assert set(errors_of(spoilt)) >= {("NUM-01", "item_value_amount", 1), ("NUM-04", "item_net_mass_kg", 1)}
    assert "gross_mass_kg" in {field for _, field, _ in errors_of(spoilt)}
    assert sound.fate == "accepted"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "ROW-04"),
        (b"[]", "ROW-04"),
        (b'{"consignment_id":"A","consignment_id":"B","items":[{}]}', "ROW-04"),
        (b'{"consignment_id":"\xff"}', "ROW-02"),
        (b'{"consignment_id":"A"}', "ROW-06"),
        (b'{"consignment_id":{"a":1},"items":[{"item_no":"1"}]}', "ROW-07"),
        (b'{"items":[{"item_no":"1"}]}', "KEY-01"),
    ],
)
def test_what_is_no_filing_is_set_aside_by_the_codes_of_files(rules, body, code):
    spoilt, sound = answered(rules, Book(), Message("x", body), a_message())

    assert [reject[0] for reject in errors_of(spoilt)] == [code]
    assert sound.fate == "accepted"


def test_lines_told_twice_count_once_and_one_number_for_two_lines_is_set_aside(rules):
    twice, two = answered(
        rules, Book(), a_message({}, {}), a_message({}, {"value_amount": "13.00"}, consignment_id="B1")
    )

    assert len(twice.told["items"]) == 1
    assert errors_of(two) == [("DUP-01", "consignment_id", None)]


def test_unknown_fields_of_one_message_are_not_laid_to_another(rules):
    one, other = answered(rules, Book(), a_message(mood="fine"), a_message(consignment_id="B1", tint="blue"))

    assert one.told["items"][0]["unmapped"] == '{"mood":"fine"}'
    assert other.told["items"][0]["unmapped"] == '{"tint":"blue"}'


@pytest.mark.parametrize("cut", [2, 1])
def test_a_filing_told_again_is_a_duplicate_and_told_otherwise_is_set_aside(rules, cut):
    first = a_message({"value_amount": "12.50"}, gross_mass_kg="0.5")
    same = a_message({"value_amount": "12.5"}, gross_mass_kg="0.500")
    other = a_message({"value_amount": "12.51"})

    told = answered(rules, Book(), first, same, other, at_once=cut)

    assert [answer.fate for answer in told] == ["accepted", "duplicate", "quarantined"]
    assert told[1].told == {"consignment_id": "A1", "repeats": first.name}
    assert errors_of(told[2]) == [("DUP-03", "consignment_id", None)]


def test_a_filing_that_could_not_be_taken_may_come_again(rules):
    book = Book()

    (spoilt,) = answered(rules, book, a_message({"value_amount": "much"}))
    (mended,) = answered(rules, book, a_message())

    assert (spoilt.fate, mended.fate) == ("quarantined", "accepted")


def test_a_call_sent_again_gets_the_same_answer_and_no_second_effect(rules):
    book, body = Book(), a_body()
    calls = [Message(f"n{number}", body, "acme", "k1") for number in range(4)]

    together = answered(rules, book, *calls[:3])
    (later,) = answered(rules, book, calls[3])

    assert [answer.fate for answer in (*together, later)] == ["accepted"] * 4
    assert len({id(answer.receipt) for answer in (*together, later)}) == 1
    assert book.sizes == [1]


def test_keys_of_two_submitters_are_two_keys(rules):
    book = Book()

    answered(
        rules, book, Message("n1", a_body(), "acme", "k1"), Message("n2", a_body(consignment_id="B"), "zeta", "k1")
    )

    assert book.sizes == [2]


@pytest.mark.parametrize("cut", [2, 1])
def test_a_key_used_for_another_message_is_refused(rules, cut):
    batcher = a_batcher(rules, Book(), at_once=cut)
    first = batcher.put(Message("n1", a_body(), "acme", "k1"))
    second = batcher.put(Message("n2", a_body(consignment_id="B1"), "acme", "k1"))

    with batcher:
        assert first.wait(60).fate == "accepted"
        with pytest.raises(KeyUsedOtherwise, match="k1"):
            second.wait(60)


def test_what_breaks_a_batch_is_set_aside_alone(rules, deciding):
    book = Book()
    sizes = deciding("POISON", ValueError("boom"))
    names = ["A0", "A1", "A2", "POISON", "A4", "A5", "A6"]

    told = answered(rules, book, *(a_message(consignment_id=name) for name in names))

    assert [answer.fate for answer in told] == ["accepted"] * 3 + ["quarantined"] + ["accepted"] * 3
    assert errors_of(told[3]) == [("ROW-91", "", None)]
    assert "boom" not in told[3].told["errors"][0]["message"]
    assert sizes == [7, 3, 4, 2, 1, 1, 2]
    assert sorted(book.sizes) == [1, 1, 2, 3]


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), MemoryError(), Unavailable("cut")])
def test_a_fault_of_the_machine_sets_nothing_aside_and_answers_nothing(rules, deciding, fault):
    book = Book()
    deciding("A1", fault)
    batcher = a_batcher(rules, book)
    tickets = [batcher.put(a_message(consignment_id=name)) for name in ("A1", "B1")]

    with batcher:
        for ticket in tickets:
            with pytest.raises(Unavailable):
                ticket.wait(60)
    assert book.fates == {}


def test_nothing_is_answered_before_the_commit(rules):
    seen = []
    ticket = None

    def refuses(_batch):
        seen.append(ticket.done.is_set())

    book = Book(refuses=refuses)
    batcher = a_batcher(rules, book)
    ticket = batcher.put(a_message())

    with batcher:
        ticket.wait(60)
    assert seen == [False]


def test_a_lost_reply_of_the_commit_is_unknown_to_the_sender_and_found_by_the_key(rules):
    def loses(_batch):
        raise Unavailable("the link was cut")

    book = Book(loses=loses)
    message = Message("n1", a_body(), "acme", "k1")
    batcher = a_batcher(rules, book)
    ticket = batcher.put(message)
    with batcher, pytest.raises(Unavailable):
        ticket.wait(60)
    book.loses = lambda _batch: None

    (again,) = answered(rules, book, Message("n2", message.body, "acme", "k1"))

    assert (again.fate, book.sizes) == ("accepted", [1])


def test_a_batch_the_keeper_refuses_is_halved_as_well(rules):
    def refuses(batch):
        if batch.tables and "BAD" in batch.tables["consignments"]["consignment_id"]:
            raise ValueError("no such text")

    told = answered(rules, Book(refuses=refuses), a_message(consignment_id="BAD"), a_message(consignment_id="A1"))

    assert [answer.fate for answer in told] == ["quarantined", "accepted"]


def test_a_full_line_says_at_once_when_to_come_again_and_loses_nothing(rules):
    batcher = a_batcher(rules, Book(), places=2)
    tickets = [batcher.put(a_message(consignment_id=name)) for name in ("A1", "B1")]

    with pytest.raises(Busy) as full:
        batcher.put(a_message(consignment_id="C1"))

    assert full.value.retry_after_s >= 1
    assert batcher.waiting == 2
    with batcher:
        assert [ticket.wait(60).fate for ticket in tickets] == ["accepted"] * 2


def test_the_line_is_bounded_in_bytes_as_well(rules):
    message = a_message()
    batcher = a_batcher(rules, Book(), bytes_max=2 * len(message.body))
    for _ in range(2):
        batcher.put(message)

    with pytest.raises(Busy):
        batcher.put(message)


def test_a_body_longer_than_any_filing_is_refused(rules):
    with pytest.raises(UnusableInput, match="16 MiB"):
        a_batcher(rules, Book()).put(Message("n1", b" " * (BODY_MAX + 1)))


def test_stopping_answers_what_waits_and_takes_no_more(rules):
    batcher = a_batcher(rules, Book(), at_once=1)
    tickets = [batcher.put(a_message(consignment_id=f"A{number}")) for number in range(3)]

    with batcher:
        pass

    assert [ticket.answer.fate for ticket in tickets] == ["accepted"] * 3
    assert not batcher.is_serving
    with pytest.raises(Unavailable, match="stopping"):
        batcher.put(a_message())


def test_a_caller_waits_no_longer_than_it_wants(rules):
    ticket = a_batcher(rules, Book()).put(a_message())

    with pytest.raises(Unavailable, match="still being worked on"):
        ticket.wait(0.01)


def test_a_clock_that_goes_back_does_not_take_acceptance_back(rules):
    moments = iter([MOMENT, MOMENT.replace(year=2025)])
    batcher = a_batcher(rules, Book(), moment=lambda: next(moments), at_once=1)
    tickets = [batcher.put(a_message(consignment_id=name)) for name in ("A1", "B1")]

    with batcher:
        assert {ticket.wait(60).told["accepted_at"] for ticket in tickets} == {MOMENT.isoformat()}


def test_the_rules_may_change_between_two_batches(rules, tmp_path):
    other = in_force("EU/FR", home=tmp_path)
    sets = iter([rules, other])
    book = Book()
    batcher = a_batcher(None, book, at_once=1)
    batcher._in_force = lambda: next(sets)
    tickets = [batcher.put(a_message(consignment_id=name)) for name in ("A1", "B1")]

    with batcher:
        told = [ticket.wait(60).told["office_country"] for ticket in tickets]

    assert told == ["DE", "FR"]


def test_many_callers_at_once_get_each_their_own_answer(rules):
    book, told = Book(), {}

    with a_batcher(rules, book) as batcher:

        def call(name):
            told[name] = batcher.put(a_message(consignment_id=name)).wait(60).told["consignment_id"]

        threads = [threading.Thread(target=call, args=(f"A{number}",)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert told == {f"A{number}": f"A{number}" for number in range(40)}
    assert len(book.sizes) < 40

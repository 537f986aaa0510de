"""A message that needs people becomes a case in the same commit, and its parties are shown to whose case it is."""

import pytest

from tests.builders_batcher import MOMENT
from tests.builders_cases import AT
from tests.builders_desk import OFFICER
from tests.builders_lodging import a_lodged
from tidewaiter.service.queue_filters import Filters

HERE = OFFICER._replace(office="DE")


@pytest.fixture
def book(as_app, rules, signer):
    from tidewaiter.service.lodging.book import Book
    from tidewaiter.service.lodging.following import FOLLOWS

    return Book(signer, lambda: MOMENT, lambda: rules.windows, follows=FOLLOWS)


def test_one_that_needs_people_is_a_case_and_its_parties_are_read_from_the_sealed_body(lodged):
    from tidewaiter.service.acts import case
    from tidewaiter.service.acts.revealing import reveal
    from tidewaiter.service.case_view import case as look
    from tidewaiter.service.queue import page

    lodged(a_lodged({"value_currency": "XXQ"}, consignment_id="A1"), a_lodged(consignment_id="A2"))
    (row,) = page(HERE, Filters(text="A1"), now=AT).rows
    case.assign(HERE, row.id, to="o1", saw=look(HERE, row.id, now=AT).seq, key="a", now=AT)

    told = reveal(HERE, row.id, reason="contact", now=AT)

    assert row.reference == "A1"
    assert told["consignee"]["name"] == "Anna Berg"
    assert told["consignor"]["name"] == "Silk Shop"

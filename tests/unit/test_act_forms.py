"""Forms of acts: every field read, every fault told at once, what was typed kept."""

from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from django.utils.datastructures import MultiValueDict

from tidewaiter.web.act_forms import FORMS, read


def _told(words):
    return MultiValueDict(parse_qs(words))


def test_a_whole_form_becomes_the_arguments_of_its_act():
    filled = read(FORMS["hold"], _told("items=1&items=2&reason=value&reply_by=2026-12-31&text=+torn+"), {1, 2, 3})

    assert filled.faults == {}
    assert filled.values == {
        "items": [1, 2], "reason": "value", "text": "torn",
        "reply_by": datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    }  # fmt: skip


def test_all_goods_lines_are_the_whole_parcel():
    assert read(FORMS["release"], _told("items=1&items=2&reason=value"), {1, 2}).values["items"] is None


def test_an_act_that_is_fixed_is_not_told_by_the_form():
    values = read(FORMS["refuse"], _told("items=1&reason=value&act=released"), {1}).values

    assert values["act"] == "refused"


def test_every_fault_is_told_at_once_and_what_was_typed_is_kept():
    filled = read(FORMS["inspect"], _told("result=lovely&minutes=-3&text=seen"), {1})

    assert filled.faults.keys() == {"items", "result", "how", "minutes"}
    assert filled.typed["text"] == "seen"


@pytest.mark.parametrize("items", ["items=9", "items=1&items=x", "items=1&items=%D9%A1", "items=-1"])
def test_a_goods_line_that_is_none_is_refused(items):
    assert "items" in read(FORMS["release"], _told(f"{items}&reason=value"), {1, 2}).faults


@pytest.mark.parametrize("day", ["31.12.2026", "2026-02-30", "soon", "2026-13-01"])
def test_a_day_that_is_none_is_refused(day):
    assert "reply_by" in read(FORMS["hold"], _told(f"items=1&reason=value&reply_by={day}"), {1}).faults


@pytest.mark.parametrize(("length", "is_fault"), [(3_999, False), (4_000, False), (4_001, True)])
def test_a_text_has_a_length(length, is_fault):
    assert ("text" in read(FORMS["note"], _told(f"text={'a' * length}"), set()).faults) is is_fault


def test_an_agency_grants_or_not():
    assert read(FORMS["agency_answer"], _told("grants=no"), set()).values == {"grants": False}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_says_what_happens_and_what_happened(name):
    form = FORMS[name]

    assert all((form.button, form.title, form.effect, form.done))

"""Answers to referrals: a message answers an item's fields once each, or says why it cannot be taken."""

import pytest

from tests.builders_runs import written
from tidewaiter.model.errors import UnusableInput
from tidewaiter.service.repairs.referral_answers import answers_in

GROUP = "CNI+1+nature'FTX+ANS+++gift'"


def answers(tmp_path, *messages):
    told = "".join(
        f"UNH+{number}+REFRSP:D:00A:ZZ:TWRR10'{body}UNT+{2 + body.count(chr(39))}+{number}'"
        for number, body in enumerate(messages, start=1)
    )
    text = f"UNB+UNOW:4+XXA+TW+260108:0900+31'{told}UNZ+{len(messages)}+31'"
    return list(answers_in(written(tmp_path, text, "answers.edi")))


def test_a_message_answers_several_fields_of_one_item(tmp_path):
    (one,) = answers(tmp_path, f"BGM+:::ANSWER+A1:2+9'{GROUP}CNI+2+items.2.origin'FTX+ANS+++C?+N'")

    assert one == (1, "A1", 2, {"nature": "gift", "items.2.origin": "C+N"}, "")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (GROUP, "names no item"),
        ("BGM+:::ANSWER+A1:two+9'" + GROUP, "no whole number"),
        ("BGM+:::ANSWER+A1+9'" + GROUP + GROUP, "answers 'nature' twice"),
        ("BGM+:::ANSWER+A1+9'CNI+1+nature'", "names no field"),
        ("BGM+:::ANSWER+A1+9'CNI+1'FTX+ANS+++gift'", "names no field"),
        ("BGM+:::ANSWER+A1+9'", "no goods lines"),
    ],
)
def test_a_message_that_does_not_say_enough_is_told_why(tmp_path, body, fault):
    sound = "BGM+:::ANSWER+A9:1+9'" + GROUP

    first, second = sorted(answers(tmp_path, sound, body))

    assert first.fault == ""
    assert fault in second.fault


def test_a_file_of_other_messages_is_refused(tmp_path):
    path = written(tmp_path, "UNB+UNOW:4+A+B+260108:0900+1'UNH+1+CUSDEC:D:00A:UN'UNT+2+1'UNZ+1+1'", "other.edi")

    with pytest.raises(UnusableInput):
        list(answers_in(path))

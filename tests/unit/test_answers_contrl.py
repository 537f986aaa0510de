"""CONTRL: an interchange is acknowledged, a message or all of it refused, each with its code and its place."""

from datetime import UTC, datetime

import pytest

from tests.builders_runs import written
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.answers.contrl import contrl, interchanges_in
from tidewaiter.runners.reading import Source

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
GOOD = "UNH+1+CUSDEC:D:00A:UN'BGM+929+A1+9'UNT+3+1'"
HEAD, TAIL = "UNB+UNOC:3+SENDER:ZZ+HOUSE+260105:0900+R1'", "UNZ+1+R1'"


def answered(tmp_path, text):
    path = written(tmp_path, text, "in.edi")
    told = b"".join(contrl(Source(path, path.name), NOW)).decode()
    return [line for line in told.splitlines() if line[:3] in {"UNB", "UCI", "UCM", "UCS"}]


def test_what_is_whole_is_acknowledged_to_its_sender(tmp_path):
    assert answered(tmp_path, HEAD + GOOD + TAIL) == [
        "UNB+UNOW:4+HOUSE+SENDER:ZZ+260105:0930+CR1'", "UCI+R1+SENDER:ZZ+HOUSE+7'",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("message", "refused"),
    [
        (GOOD.replace("UNT+3", "UNT+4"), ["UCM+1+CUSDEC:D:00A:UN+4+29+UNT'"]),
        (GOOD.replace("UNT+3+1", "UNT+3+2"), ["UCM+1+CUSDEC:D:00A:UN+4+28+UNT'"]),
        (GOOD.replace("UNT+3+1'", ""), ["UCM+1+CUSDEC:D:00A:UN+4+13+UNT'"]),
        (GOOD.replace("BGM+", "?+"), ["UCM+1+CUSDEC:D:00A:UN+4+13'", "UCS+2+13'"]),
    ],
)
def test_a_message_that_is_not_whole_is_refused_and_the_others_stay(tmp_path, message, refused):
    told = answered(tmp_path, HEAD + message + GOOD.replace("+1+", "+2+").replace("3+1'", "3+2'") + "UNZ+2+R1'")

    assert told[1:] == ["UCI+R1+SENDER:ZZ+HOUSE+7'", *refused]


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (HEAD + GOOD + "UNZ+2+R1'", "4+29+UNZ'"),
        (HEAD + GOOD + "UNZ+1+R2'", "4+28+UNZ'"),
        (HEAD + GOOD, "4+13+UNZ'"),
        (HEAD + GOOD + TAIL + "UNT", "4+18'"),
        (HEAD + GOOD + HEAD + GOOD + TAIL, "4+15+UNB'"),
    ],
)
def test_an_interchange_that_is_not_whole_is_refused_with_the_place(tmp_path, text, refused):
    assert answered(tmp_path, text)[1:] == [f"UCI+R1+SENDER:ZZ+HOUSE+{refused}"]


def test_each_interchange_of_a_file_is_answered_by_itself_up_to_the_first_that_is_broken(tmp_path):
    second = (HEAD + GOOD + TAIL).replace("R1", "R2")
    third = (HEAD + GOOD + "UNZ+9+R1'").replace("R1", "R3")

    told = answered(tmp_path, HEAD + GOOD.replace("UNT+3", "UNT+9") + TAIL + second + third + second)

    assert told == [
        "UNB+UNOW:4+HOUSE+SENDER:ZZ+260105:0930+CR1'", "UCI+R1+SENDER:ZZ+HOUSE+7'", "UCM+1+CUSDEC:D:00A:UN+4+29+UNT'",
        "UNB+UNOW:4+HOUSE+SENDER:ZZ+260105:0930+CR2'", "UCI+R2+SENDER:ZZ+HOUSE+7'",
        "UNB+UNOW:4+HOUSE+SENDER:ZZ+260105:0930+CR3'", "UCI+R3+SENDER:ZZ+HOUSE+4+29+UNZ'",
    ]  # fmt: skip


def test_an_answer_is_an_interchange_whose_own_syntax_is_whole(tmp_path):
    path = written(tmp_path, HEAD + GOOD + TAIL + (HEAD + GOOD + TAIL).replace("R1", "R'?"), "in.edi")
    first = written(tmp_path, HEAD.replace("SENDER", "S?+E?'R") + GOOD + TAIL, "odd.edi")

    for one, count in ((first, 1), (path, 1)):
        answer = written(tmp_path, b"".join(contrl(Source(one, one.name), NOW)), "out.edi")
        seen = interchanges_in(Source(answer, answer.name))
        assert [told.is_accepted and not told.faulty for told in seen] == [True] * len(seen)
        assert len(seen) >= count


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "UNA::::::", "UNZ+1+1'"])
def test_what_is_no_interchange_is_refused_with_a_sentence(tmp_path, text):
    with pytest.raises(UnusableInput) as told:
        answered(tmp_path, text)

    assert len(str(told.value)) > 20

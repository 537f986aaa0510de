"""EDIFACT: messages become rows, and a frame that is not true costs its message or its file."""

import json
from dataclasses import replace

import pytest

from tests.builders_reading import read_all, written
from tidewaiter.kit.format import read_sender_sheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.reading.csv_records import FIELD_MAX
from tidewaiter.runners.reading.edifact_signs import DEFAULT
from tidewaiter.runners.reading.edifact_stream import blocks

SHEET = read_sender_sheet("""
name = "harbour"
title = "Harbour"
carrier = "edifact"
message = "CUSDEC"
items = "CST"
[columns]
"BGM/1004" = "consignment_id"
"DTM+137+102/2380" = "lodged_at"
"DTM+11+203/2380" = "posted_at"
"NAD+CN/3036" = "consignee_name"
"MEA+WT+AAD+KGM/6314" = "gross_mass_kg"
"CST.CST/1496" = "item_no"
"CST.FTX+AAA/4440" = "item_description"
"CST.MOA+38/5004" = "item_value_amount"
""")


def message(number=1, *more, head=(), count=None, end=None):
    body = [f"UNH+{number}+CUSDEC:D:00A:UN", f"BGM+929+F{number}+9", *head, "UNS+D", "CST+1", *more, "UNS+S"]
    return [*body, f"UNT+{len(body) + 1 if count is None else count}+{number if end is None else end}"]


def interchange(*messages, count=None, reference="9", joint="\n", una=""):
    segments = ["UNB+UNOC:3+SENDER+CUSTOMS+260101:0100+9", *(part for told in messages for part in told)]
    segments.append(f"UNZ+{len(messages) if count is None else count}+{reference}")
    return una + joint.join(f"{segment}'" for segment in segments) + "\n"


def told(tmp_path, text, **options):
    return read_all(written(tmp_path, text, "list.edi"), SHEET, **options)


def one(tmp_path, *more, **options):
    found = told(tmp_path, interchange(message(1, *more, **options)))
    assert not found.rejects.height
    return found.rows.row(0, named=True)


def test_each_goods_line_carries_what_its_message_says(tmp_path):
    text = interchange(message(1, "FTX+AAA+++shirt", "CST+2", "FTX+AAA+++hat"), message(2))

    found = told(tmp_path, text)

    assert found.reading.carrier == "edifact"
    assert found.rows.select("consignment_id", "item_no", "item_description", "source_position").rows() == [
        ("F1", "1", "shirt", 1),
        ("F1", "2", "hat", 1),
        ("F2", "1", None, 2),
    ]


@pytest.mark.parametrize("joint", ["", "\n", "\r\n", "\n  \n", " " * 12])
def test_blanks_between_segments_mean_nothing(tmp_path, joint):
    found = told(tmp_path, interchange(message(1), message(2), joint=joint))

    assert found.column("consignment_id") == ["F1", "F2"]


@pytest.mark.parametrize("block_bytes", [1, 40, 200, 1 << 20])
def test_where_blocks_are_cut_changes_nothing(tmp_path, block_bytes):
    text = interchange(*(message(number, "FTX+AAA+++it?'s UNT?+7?+1?' and more") for number in range(1, 9)))

    found = told(tmp_path, text, block_bytes=block_bytes)

    assert found.column("consignment_id") == [f"F{number}" for number in range(1, 9)]
    assert set(found.column("item_description")) == {"it's UNT+7+1' and more"}


def test_released_separators_are_part_of_the_text(tmp_path):
    assert one(tmp_path, "FTX+AAA+++a?+b?:c?'d??:e")["item_description"] == "a+b:c'd? e"


def test_signs_may_be_redefined(tmp_path):
    text = interchange(message(1, "FTX+AAA+++a?+b:c"), una="UNA:+.? '")
    swapped = text.translate(str.maketrans("+:?'", "|*!~"))

    assert told(tmp_path, swapped).column("item_description") == ["a|b c"]


@pytest.mark.parametrize("una", ["UNA::.? '", "UNA:A.? '", "UNA:+.+ '", "UNA'"])
def test_signs_that_cannot_be_told_apart_refuse_the_file(tmp_path, una):
    with pytest.raises(UnusableInput, match="cannot be told apart"):
        told(tmp_path, interchange(message(1), una=una))


def test_a_decimal_comma_is_a_point_and_other_commas_stay(tmp_path):
    row = one(tmp_path, "FTX+AAA+++a, b", "MOA+38:18,40:EUR")

    assert (row["item_value_amount"], row["item_description"]) == ("18.40", "a, b")


def test_days_and_moments_are_told_by_their_format(tmp_path):
    row = one(tmp_path, head=("DTM+137:20260102:102", "DTM+11:202601021530:203"))

    assert (row["lodged_at"], row["posted_at"]) == ("2026-01-02", "2026-01-02T15:30:00Z")


def test_a_mass_in_another_unit_is_never_taken_for_kilograms(tmp_path):
    found = told(tmp_path, interchange(message(1, head=("MEA+WT+AAD+GRM:146",))), format_name="harbour")

    assert "gross_mass_kg" not in found.rows.columns
    assert json.loads(found.rows["unmapped"][0])["MEA+WT+AAD+GRM/6314"] == "146"


def test_a_segment_told_again_is_kept_beside_the_first(tmp_path):
    found = told(
        tmp_path, interchange(message(1, head=[f"NAD+CN+++P{number}" for number in range(12)])), format_name="harbour"
    )

    row = found.rows.row(0, named=True)
    rest = json.loads(row["unmapped"])
    assert row["consignee_name"] == "P0"
    assert [rest[f"NAD+CN#{number}/3036"] for number in range(2, 10)] == [f"P{number}" for number in range(1, 9)]
    assert rest["NAD+CN#more"] == "NAD+CN+++P9 NAD+CN+++P10 NAD+CN+++P11"


def test_a_text_may_go_on_in_further_segments(tmp_path):
    assert one(tmp_path, "FTX+AAA+++cotton", "FTX+AAA+++shirt:red")["item_description"] == "cotton shirt red"


def test_what_follows_the_summary_is_not_of_the_last_goods_line(tmp_path):
    body = message(1)
    body[-1:] = ["MOA+39:5:EUR", f"UNT+{len(body) + 1}+1"]

    found = told(tmp_path, interchange(body), format_name="harbour")

    assert set(json.loads(found.rows["unmapped"][0])) == {"BGM/1001", "BGM/1225", "MOA+39/5004", "MOA+39/6345"}


@pytest.mark.parametrize(
    ("declared", "encoding", "expected"),
    [("UNOC", "iso8859_1", "iso8859_1"), ("UNOC", "utf-8", "utf-8"), ("UNOE", "iso8859_5", "iso8859_5")],
)
def test_the_character_set_declared_holds_unless_bytes_are_utf8(tmp_path, declared, encoding, expected):
    name = "Жанна" if declared == "UNOE" else "María"
    text = interchange(message(1, head=(f"NAD+CN+++{name}",))).replace("UNOC", declared)

    found = told(tmp_path, text.encode(encoding))

    assert (found.column("consignee_name"), found.reading.encoding) == ([name], expected)


def test_bytes_beyond_the_declared_set_cost_their_message(tmp_path):
    text = interchange(message(1, head=("NAD+CN+++Mar\xeda",)), message(2)).replace("UNOC", "UNOB")

    found = told(tmp_path, text.encode("latin-1"))

    assert found.column("consignment_id") == ["F2"]
    assert found.codes == [(1, "ROW-02")]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (message(1, count=5), "UNT of the message says 5 segments where 6 were counted"),
        (message(1, count="x"), "says x segments"),
        (message(1, end="2"), "different references"),
        (message(1)[:-1], "has no UNT"),
        (message(1)[1:], "does not begin with UNH"),
        ([part.replace("CUSDEC", "CUSRES") for part in message(1)], "is no CUSDEC"),
        (message(1, "no tag here"), "a segment without a tag"),
        (message(1, "LOC" + "+" * 200), "more than 99 parts"),
    ],
)
def test_a_frame_that_is_not_true_costs_its_message_alone(tmp_path, bad, said):
    found = told(tmp_path, interchange(message(7), bad, message(8)))

    assert found.column("consignment_id") == ["F7", "F8"]
    assert found.codes == [(2, "ROW-08")]
    assert said in found.rejects["message"][0]
    assert found.rejects["consignment_id"][0] == "F1"


def test_a_message_that_cannot_be_a_row_is_set_aside_with_its_reason(tmp_path):
    empty = ["UNH+1+CUSDEC:D:00A:UN", "BGM+929+F1+9", "UNT+3+1"]
    long, nul = message(2, f"FTX+AAA+++{'x' * (FIELD_MAX + 1)}"), message(3, "FTX+AAA+++a\0b")

    found = told(tmp_path, interchange(empty, long, nul, message(4)))

    assert found.codes == [(1, "ROW-06"), (2, "ROW-05"), (3, "ROW-03")]
    assert found.column("consignment_id") == ["F4"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (interchange(message(1), count=2), "UNZ says 2 where 1 were counted"),
        (interchange(message(1), reference="8"), "UNZ ends '8', but '9' was begun"),
        (interchange(message(1)).replace("UNZ+1+9'", ""), "has no UNZ after 1 messages"),
        (interchange(message(1)).replace("UNZ+1+9'", "UNZ+1+9"), "its last segment is not ended"),
        (interchange(message(1)) + "'".join(message(2)) + "'", "a message outside of an interchange"),
        (interchange(["UNG+A+B+C+D+5"], message(1)), "has UNZ where none may stand"),
        (interchange(["UNG+A+B+C+D+5"], ["UNG+A+B+C+D+6"], message(1)), "has UNG where none may stand"),
        (interchange(["UNG+A+B+C+D+5"], message(1), ["UNE+3+5"], count=1), "UNE says 3 where 1 were counted"),
        (interchange(message(1)) + interchange(message(2), una="UNA:+,? '"), "changes its separators"),
    ],
)
def test_an_interchange_that_is_not_true_is_refused_whole(tmp_path, text, said):
    with pytest.raises(UnusableInput, match=said):
        told(tmp_path, text)


def test_several_interchanges_and_groups_follow_each_other(tmp_path):
    grouped = interchange(["UNG+CUSDEC+B+C+D+5"], message(1), message(2), ["UNE+2+5"], count=1, una="UNA:+.? '")

    found = told(tmp_path, grouped + interchange(message(3), una="UNA:+.? '"))

    assert found.column("consignment_id") == ["F1", "F2", "F3"]


def test_a_message_without_end_is_refused():
    with pytest.raises(UnusableInput, match="a message of more than 16 MiB"):
        list(blocks(iter([b"UNB+'", *[b"FTX+AAA+++x'" * 100_000] * 20]), DEFAULT, "list.edi", 1 << 20))


def test_more_kinds_of_elements_than_any_list_has_are_refused(tmp_path):
    text = interchange(message(1, *(f"RFF+{number}:1" for number in range(2_000))))

    with pytest.raises(UnusableInput, match="more than 1,000 kinds"):
        told(tmp_path, text, format_name="harbour")


@pytest.mark.parametrize("kind", ["CUSRES", ""])
def test_messages_that_no_sheet_reads_are_refused(tmp_path, kind):
    with pytest.raises(UnusableInput, match="holds EDIFACT messages of the type"):
        told(tmp_path, interchange(message(1)).replace("CUSDEC", kind))


def test_a_sheet_of_one_sender_is_not_taken_for_another(tmp_path):
    source = written(tmp_path, interchange(message(1)), "list.edi")
    theirs = replace(SHEET, name="post", sender="POST")

    with pytest.raises(UnusableInput, match="of the type CUSDEC"):
        read_all(source, theirs)
    assert read_all(source, theirs, format_name="post").rows.height == 1
    assert read_all(source, theirs, SHEET).reading.sheet_name == "harbour"
    assert read_all(source, replace(theirs, sender="SENDER"), SHEET).reading.sheet_name == "post"

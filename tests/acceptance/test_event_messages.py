"""Events as posts, carriers and operators tell them: the same verdicts as from our own list, every row with a fate."""

import json
import random

import polars as pl
import pytest

from tests.builders_movements import a_filings_file, summary, verdicts
from tests.builders_runs import cleared, written
from tidewaiter.cli import main
from tidewaiter.model.errors import UnusableInput
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.movements.events import take_events
from tidewaiter.runners.movements.nesting import dealt_into
from tidewaiter.runners.reading import find_sources
from tidewaiter.service.movements import event_sheets_of
from tools.source import PACKS

BAG = "XXAXXAXXBXXBAUN60001001100125"
ITEM = "CNI++{parcel}'\nSTS+EVT+{code}'\nDTM+334:{at}:204'\n"


def an_interchange(*messages, count=None):
    """Messages of a type, each a list of groups of three segments."""
    told = "".join(
        f"UNH+{number}+{kind}:D:00A:ZZ:X'\n{''.join(groups)}UNT+{2 + 3 * len(groups)}+{number}'\n"
        for number, (kind, groups) in enumerate(messages, start=1)
    )
    return f"UNB+UNOW:4+XXA+TW+261020:0900+1'\n{told}UNZ+{len(messages) if count is None else count}+1'\n"


def an_item(parcel, code, at="20261020050000"):
    return ITEM.format(parcel=parcel, code=code, at=at)


@pytest.fixture
def clear(tmp_path, capsys):
    """Clears filings beside files of events, each a name and its content."""

    def gone(filings, *files):
        path = written(tmp_path, a_filings_file(*filings), "filings.csv")
        named = [("--events", str(written(tmp_path, content, name))) for name, content in files]
        return cleared(capsys, tmp_path / "out", path, more=tuple(part for pair in named for part in pair))

    return gone


def test_events_of_a_world_mean_the_same_in_messages_as_in_our_own_list(tmp_path):
    world = tmp_path / "made"
    assert main(["world", "--parcels", "300", "--weeks", "1", "--seed", "7", "--to", str(world), "--event-messages"]) == 0
    asked = [str(world / "messages"), "--as", "EU", "--on", "2026-08-17"]

    for name, events in (("plain", "events.csv"), ("told", "events")):
        assert main(["clear", *asked, "--events", str(world / events), "--to", str(tmp_path / name)]) == 0

    tables = [pl.read_parquet(tmp_path / name / "movements.parquet") for name in ("plain", "told")]
    assert tables[0].equals(tables[1])
    counts = [json.loads((tmp_path / name / "receipt.json").read_text())["events"]["rows"] for name in ("plain", "told")]
    assert counts[0] == counts[1]
    assert counts[0]["taken"] > 600
    assert (world / "events" / "items.edi").stat().st_size > 1_000


def test_what_happens_to_a_receptacle_happens_to_each_parcel_in_it(clear):
    arrived = an_interchange(("RESDIT", [an_item(BAG, "ARR", "20261020040000"), an_item("OTHER", "ARR")]))
    shown = an_interchange(("EMSEVT", [an_item("A1", "EDB")]))
    filings = [{"consignment_id": name, "receptacle": BAG} for name in ("A1", "A2")] + [{"consignment_id": "A3"}]

    done = clear(filings, ("bag.edi", arrived), ("items.edi", shown))

    assert verdicts(done) == {"A1": "as_declared", "A2": "not_presented", "A3": "expected"}
    told = summary(done)["movements"]
    assert told["receptacles"] == {"told": 2, "without_parcels": 1}
    assert told["events"] == {"in": 3, "taken": 3, "duplicates": 0, "quarantined": 0, "later": 0}
    assert told["words"] == {"arrived": 2, "presented": 1}


def test_a_parcel_that_is_told_missing_is_short(clear):
    told = an_interchange(("RESDIT", [an_item(BAG, "DEP", "20261019200000"), an_item(BAG, "MIS")]))

    done = clear([{"consignment_id": "A1", "receptacle": BAG}], ("bag.edi", told))

    assert verdicts(done) == {"A1": "short"}


def test_every_event_of_every_message_has_one_fate(clear):
    broken = an_interchange(
        ("EMSEVT", [an_item("A1", "EMD"), an_item("A1", "EMD"), an_item("A1", "QQQ"), an_item("", "EDB")]),
        ("EMSEVT", [an_item("A1", "EDB"), an_item("A2", "EDB", "2026")]),
    ).replace("UNT+8+2", "UNT+9+2")

    done = clear([{"consignment_id": "A1"}], ("items.edi", broken))

    rows = summary(done)["movements"]["events"]
    assert rows == {"in": 5, "taken": 1, "duplicates": 1, "quarantined": 3, "later": 0}
    aside = done.table("events_quarantine")
    assert aside.select("source_position", "code").rows() == [(1, "EVT-04"), (1, "EVT-01"), (2, "ROW-08")]
    assert aside["message"].str.len_chars().min() > 20


def test_a_file_whose_trailer_counts_wrongly_is_refused_whole(clear):
    done = clear([{"consignment_id": "A1"}], ("items.edi", an_interchange(("EMSEVT", [an_item("A1", "EMD")]), count=2)))

    assert done.code == 3
    assert "UNZ says 2 where 1 were counted" in done.told


def test_event_messages_among_filings_are_told_apart(tmp_path, capsys):
    path = written(tmp_path, an_interchange(("EMSEVT", [an_item("A1", "EMD")])), "items.edi")

    done = cleared(capsys, tmp_path / "out", path)

    assert done.code == 3
    assert "holds movement events (EMSEVT), no filings" in done.told


@pytest.mark.parametrize("seed", range(3))
def test_bent_event_messages_are_read_or_refused_and_their_rows_add_up(seed, tmp_path):
    chance, count = random.Random(seed), 0
    for sample in sorted((PACKS / "events").glob("*/cases/*.edi")):
        for number in range(12):
            bent = bytearray(sample.read_bytes())
            for _ in range(4):
                bent[chance.randrange(len(bent))] = chance.choice(b"+:'?\n\0A9\xff")
            path = tmp_path / f"{number}-{sample.name}"
            path.write_bytes(bent)
            dealt = dealt_into(tmp_path / f"{number}-{sample.stem}", 1)
            try:
                taken = take_events(land(hashed(find_sources([path])), tmp_path / "originals"), dealt, event_sheets_of())
            except UnusableInput as refused:
                assert len(str(refused)) > 20
                continue
            dealt.parcels.close()
            dealt.receptacles.close()
            kept = dealt.parcels.read(0).height + dealt.receptacles.read(0).height
            assert taken.rows_in == kept + taken.quarantined
            count += 1
    assert count > 10

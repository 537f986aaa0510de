"""Whatever is shuffled, repeated, contradicted or spoilt: every row has the fate that a slow reckoning gives it."""

import json
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders_reading import written
from tidewaiter.runners.grouping import ACCEPTED, fates
from tidewaiter.runners.identity import ROW_IDENTITY
from tidewaiter.runners.intake import Intake, take_in
from tidewaiter.runners.landing import hashed, land
from tidewaiter.runners.settling import keep_identity, settle
from tidewaiter.runners.spool import Spool, in_chunks, regrouped

HEADER = "consignment_id,consignee_name,item_no,item_description,gross_mass_kg"
SPOILT = "heavy"


class Line(NamedTuple):
    """A goods line as it is told: whose, what the filing says, which number, what the line says, how heavy."""

    filing: str
    name: str
    number: str
    goods: str
    mass: str

    @property
    def is_spoilt(self) -> bool:
        return self.mass == SPOILT


def mostly(usual: str, *others: str) -> st.SearchStrategy[str]:
    return st.sampled_from([usual] * 12 + list(others))


LINES = st.builds(
    Line,
    filing=st.sampled_from("ABCDEF"),
    name=mostly("Anna", "Bert"),
    number=st.sampled_from(["1", "2", "3", ""]),
    goods=mostly("shirt", "shoe"),
    mass=mostly("0.5", SPOILT),
)
FILES = st.lists(st.lists(LINES, max_size=14), min_size=1, max_size=3)


def taken(folder: Path, contents: list[str], ending: str) -> Intake:
    sources = [written(folder, content, f"{number}.{ending}") for number, content in enumerate(contents)]
    return take_in(land(hashed(sources), folder / "originals"), [], None, folder, "")


def as_csv(lines: list[Line]) -> str:
    return "\n".join((HEADER, *(",".join(line) for line in lines))) + "\n"


def as_objects(tellings: list[list[Line]]) -> str:
    """One object for each telling, its lines nested."""
    told = []
    for lines in tellings:
        items = [{"item_no": line.number, "description": line.goods} for line in lines]
        first = lines[0]
        heading = {"consignment_id": first.filing, "consignee_name": first.name, "gross_mass_kg": first.mass}
        told.append({**heading, "items": items})
    return "\n".join(map(json.dumps, told)) + "\n"


def fates_by_hand(tellings: list[list[Line]]) -> tuple[dict[str, str], Counter]:
    """What becomes of each filing, and how many of its rows have which fate; ``tellings`` hold rows of one filing."""
    of_filing = defaultdict(list)
    for lines in tellings:
        of_filing[lines[0].filing].append(lines)
    verdicts, rows = {}, Counter()
    for filing, told in of_filing.items():
        height = sum(map(len, told))
        distinct = {frozenset(lines) for lines in told}
        numbers = Counter(line.number for line in set(told[0]) if line.number)
        is_spoilt = any(line.is_spoilt for lines in told for line in lines)
        names = {line.name for line in told[0]}
        is_told_in_two_ways = len(distinct) > 1 or len(names) > 1 or numbers.total() > len(numbers)
        verdicts[filing] = "quarantined" if is_spoilt or is_told_in_two_ways else "accepted"
        kept = len(set(told[0])) if verdicts[filing] == "accepted" else 0
        rows += Counter(accepted=kept, duplicates=height - kept) if kept else Counter(quarantined=height)
    return verdicts, rows


def assert_as_reckoned(intake: Intake, tellings: list[list[Line]]) -> None:
    verdicts, rows = fates_by_hand(tellings)
    counts, source_rows = intake.counts, intake.source_rows
    assert counts["accepted"] == intake.filings == list(verdicts.values()).count("accepted")
    assert counts["rows_in"] == counts["accepted"] + counts["quarantined"] + counts["duplicates"] + counts["refused"]
    assert source_rows["in"] == sum(map(len, tellings))
    assert {fate: source_rows[fate] for fate in ("accepted", "duplicates", "quarantined")} == {
        fate: rows[fate] for fate in ("accepted", "duplicates", "quarantined")
    }
    aside = set(intake.quarantine["consignment_id"].to_list())
    assert aside == {filing for filing, verdict in verdicts.items() if verdict == "quarantined"}
    assert intake.duplicates.height == rows["duplicates"]


@settings(max_examples=60, deadline=None)
@given(files=FILES)
def test_rows_of_flat_files_have_the_fates_reckoned_by_hand(files):
    tellings = []
    for lines in files:
        of_filing = defaultdict(list)
        for line in lines:
            of_filing[line.filing].append(line)
        tellings += of_filing.values()

    with tempfile.TemporaryDirectory() as folder:
        intake = taken(Path(folder), [as_csv(lines) for lines in files], "csv")
        assert_as_reckoned(intake, tellings)


@settings(max_examples=40, deadline=None)
@given(files=FILES)
def test_objects_have_the_fates_reckoned_by_hand(files):
    files = [lines for lines in files if lines] or [[Line("A", "Anna", "1", "shirt", "0.5")]]
    tellings = [[[line] for line in lines] for lines in files]

    with tempfile.TemporaryDirectory() as folder:
        intake = taken(Path(folder), [as_objects(told) for told in tellings], "ndjson")
        assert_as_reckoned(intake, [lines for told in tellings for lines in told])


@settings(max_examples=40, deadline=None)
@given(lines=st.lists(LINES, min_size=1, max_size=40), chunk_rows=st.integers(1, 12))
def test_each_accepted_filing_comes_whole_and_once_in_chunks_of_any_size(lines, chunk_rows):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        intake = taken(folder, [as_csv(lines)], "csv")
        spool = regrouped(intake.spool, intake.filings, chunk_rows, folder)
        chunks = [set(lines.filing_no.tolist()) for lines in in_chunks(spool, chunk_rows)]
        heights = [lines.read().height for lines in in_chunks(spool, chunk_rows)]

    assert sum(map(len, chunks)) == len(set().union(*chunks)) == intake.filings
    assert sum(heights) == intake.source_rows["accepted"]


@settings(max_examples=40, deadline=None)
@given(lines=st.lists(LINES, max_size=30), data=st.data())
def test_the_order_of_rows_changes_no_fate(lines, data):
    shuffled = data.draw(st.permutations(range(len(lines))))

    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first = taken(Path(one), [as_csv(lines)], "csv")
        second = taken(Path(other), [as_csv([lines[at] for at in shuffled])], "csv")

    assert second.counts == first.counts
    assert second.source_rows == first.source_rows
    assert second.duplicates.height == first.duplicates.height
    assert {shuffled[at - 1] for at in aside(second)} == {place - 1 for place in aside(first)}


def aside(intake: Intake) -> list[int]:
    return intake.quarantine["source_position"].to_list()


IDENTITY = {**ROW_IDENTITY, "unit": pl.Int64, "is_spoilt": pl.Boolean, "source_no": pl.Int32}
KEYS = st.integers(0, 7)
SEEN = st.fixed_dictionaries(
    {
        "identity_key": KEYS,
        "identity_hash": st.sampled_from([0, 0, 0, 1]),
        "filing_hash": st.sampled_from([0] * 9 + [1]),
        "item_hash": st.integers(0, 3),
        "item_no": st.sampled_from([None, 1, 2, 3]),
        "unit": st.sampled_from([0, 0, 0, 1]),
        "is_spoilt": st.sampled_from([False] * 12 + [True]),
    }
)


@settings(max_examples=150, deadline=None)
@given(seen=st.lists(SEEN, max_size=40), cut=st.integers(1, 9), shards=st.integers(1, 5))
def test_rows_settled_batch_by_batch_have_the_fates_of_all_rows_judged_at_once(seen, cut, shards):
    told = [
        {**row, "id_hash": row["identity_key"], "source_position": at, "source_no": 0} for at, row in enumerate(seen)
    ]
    rows = pl.DataFrame(told, schema=IDENTITY)
    whole = fates(rows)

    with tempfile.TemporaryDirectory() as name:
        identity, spool = Spool(Path(name) / "identity"), Spool(Path(name) / "spool")
        for number, batch in enumerate(rows.iter_slices(cut) if seen else ()):
            keep_identity(identity, number, batch)
            identity.heights.append(batch.height)
            spool.add(batch)
        nobody = pl.DataFrame(schema={"source_no": pl.Int32, "id_hash": pl.UInt64})
        settled = settle(identity, spool, nobody, Path(name), shards)
        numbers = [number for batch in range(len(spool)) for number in spool.numbers(batch).tolist()]

    assert (settled.counts, settled.filings) == (whole.counts, whole.filings)
    assert settled.is_contiguous == whole.is_contiguous
    assert numbers == whole.filing_no.tolist()
    judged = dict(settled.suspects.select("row", "fate").iter_rows())
    assert [judged.get(at, ACCEPTED) for at in range(len(seen))] == whole.fate.tolist()
    repeats = dict(settled.suspects.select("row", "of_row").iter_rows())
    assert [repeats.get(at, -1) for at in range(len(seen))] == whole.of_row.tolist()

"""Runs for the report: sound, odd and hostile ones, cleared through the door."""

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from tests.builders_runs import COLUMNS, DAY, a_list, a_row
from tidewaiter.cli import main
from tidewaiter.measure.lake import SCHEMAS, Lake
from tidewaiter.model.findings import FindingKind
from tidewaiter.pipeline.clearance import clearance
from tidewaiter.runners.report import write_report
from tidewaiter.service import discovery
from tidewaiter.service.settings import home_folder
from tidewaiter.service.shelves import open_shelves

EXTRA = ",marketplace_id,country_of_dispatch,declarant_id,arrival_est,vat_scheme"


def a_parcel(reference: str, *extra: str, **said: str) -> str:
    """A line with the columns of ``EXTRA`` in their order; those not given are empty."""
    told = [*extra, *[""] * (EXTRA.count(",") - len(extra))]
    return ",".join((a_row(consignment_id=reference, **said), *(f'"{word}"' for word in told)))


def a_run(folder: Path, *lines: str, law: str = "EU") -> Path:
    """Clear these lines; the folder of the run."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "list.csv"
    source.write_text(a_list(*lines, header=",".join(COLUMNS) + EXTRA), encoding="utf-8")
    assert main(["clear", str(source), "--as", law, "--on", DAY, "--to", str(folder / "out")]) == 0
    return folder / "out"


LAID = datetime(2026, 10, 20, 9, tzinfo=UTC)
FILING = {
    "consignment_id": "A1", "version": 1, "declarant_id": "D1", "category": "irg3", "reduced_set_used": "H7",
    "route": "release", "decision": "release", "source_file": "list.csv", "source_position": 1, "office_country": "DE",
    "country_of_dispatch": "CN", "destination_country": "DE", "mode": "post", "marketplace_id": "SHOP",
    "vat_scheme": "IOSS", "intrinsic_value_minor": 1000, "duty_minor": 0, "tax_minor": 0, "fee_minor": 0,
    "due_at_border_minor": 0, "pending_on": [], "reasons": [], "resolved": True, "arrival_est": LAID,
}  # fmt: skip
ASKED = {"decision": "hold", "route": "ask", "pending_on": ["information"]}
HELD = {"decision": "hold", "route": "document_check", "pending_on": ["inspection"]}


def a_lake(folder: Path, **tables: list[dict[str, object]]) -> Lake:
    """A closed lake: filings are sound where a row says nothing else, other tables hold what is given."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{**FILING, "consignment_id": f"A{at}", "source_position": at, **row}
            for at, row in enumerate(tables.pop("consignments", []), start=1)]  # fmt: skip
    for name, told in {"consignments": rows, **tables}.items():
        filled = [{column: row.get(column) for column in SCHEMAS[name]} for row in told]
        pl.DataFrame(filled, schema=SCHEMAS[name], orient="row").write_parquet(folder / f"{name}.parquet")
    return Lake(folder)


LONG = "Wort" * 60
MANY = 70


def nothing_accepted(folder: Path) -> Path:
    """Every row goes to quarantine."""
    return a_run(folder, a_parcel("A1", item_value_amount="x1"), a_parcel("A2", gross_mass_kg="-1"))


def one_parcel(folder: Path) -> Path:
    """One filing that may go or wait, without a marketplace."""
    return a_run(folder, a_parcel("A1"))


def hostile_words(folder: Path) -> Path:
    """Long words, markup, file names that are none, amounts of billions, many marketplaces, arrivals over years."""
    odd = ["../../etc/passwd", "a/b", "a.b", "A B", "市场", "con", LONG, "<script>alert(1)</script>", "é" * 90]
    shops = [*odd, *odd, *(f"shop {number}" for number in range(MANY))]
    dear = a_parcel("DEAR", "a/b", "ZZ", LONG, item_value_amount="4000000000.00", item_description="gold ring")
    return a_run(folder, *(_hostile(number, shop) for number, shop in enumerate(shops)), dear)


def _hostile(number: int, shop: str) -> str:
    arrival = f"20{10 + number % 30}-10-20T1{number % 10}:00:00Z"
    words = f"<b>{LONG}</b>" if number % 3 else "gift"
    return a_parcel(f"H{number}", shop, "CN", f"D{number % 30}", arrival, "IOSS", item_description=words)


def moved(folder: Path) -> Path:
    """A run with what events tell of its parcels beside it, its report written again from both."""
    out = a_run(folder, *(a_parcel(f"M{number}", "shop", "CN", "D1") for number in range(5)))
    came = datetime(2026, 10, 20, 5, 30, tzinfo=UTC)
    told = [
        {"parcel_id": f"M{number}", "arrived_at": came if number else None, "verdict": "arrived" if number else "short"}
        for number in range(5)
    ]  # fmt: skip
    schema = {"parcel_id": pl.String, **SCHEMAS["movements"]}
    pl.DataFrame(told, schema=schema).write_parquet(out / "movements.parquet")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    write_report(out, summary, kinds_of("EU"))
    return out


def kinds_of(law: str) -> tuple[FindingKind, ...]:
    """Every kind of finding a run under this law can make."""
    jurisdiction, rules = discovery.jurisdictions()[law], list(discovery.risk_rules().values())
    sheets = list(discovery.sender_sheets().values())
    shelves = open_shelves(jurisdiction, rules, sheets, home_folder())
    return clearance(jurisdiction, rules, shelves).kinds

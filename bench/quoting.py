"""How long a quote of many lines takes, from the file to lines of JSON.

``python -m bench.quoting [LINES]``; the lines differ in value, code, currency and place, one to three goods lines each.
"""

import argparse
import json
import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tidewaiter.service.quote import json_line, quotes

LINES: Final = 100_000
CODES: Final = (
    "6109100010", "6205200000", "8517130000", "9503007500", "4202220000", "3926909790", "0901210000", "6404110000",
    "3303001000",
)  # fmt: skip
PLACES: Final = ("DE", "FR", "IT", "PL")
PARTY: Final = {
    "consignor_name": "Examplia Outfitters", "consignor_country": "VN", "consignee_name": "Jo Example",
    "consignee_street": "Long Lane 4", "consignee_city": "Berlin", "consignee_postcode": "10115",
    "consignee_country": "DE",
}  # fmt: skip


def write_lines(path: Path, count: int, seed: int = 3) -> None:
    """Filings as a shop would ask for them; the same for the same seed."""
    lots = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            filing = {
                "as": "EU", "on": "2026-07-01", "consignment_id": f"Q-{number}", "mode": "express",
                "party_relation": "B2C", "nature": "sale", "country_of_dispatch": "VN", "gross_mass_kg": "0.5",
                "destination_country": lots.choice(PLACES), **PARTY,
                "items": [_item(lots) for _ in range(lots.choice((1, 1, 1, 2, 3)))],
            }  # fmt: skip
            file.write(json.dumps(filing) + "\n")


def _item(lots: random.Random) -> dict[str, str]:
    return {
        "description": "T-shirts of knitted cotton for women", "commodity_code": lots.choice(CODES), "origin": "VN",
        "value_amount": f"{lots.randint(1, 300)}.{lots.randint(0, 99):02d}", "quantity": "1", "unit": "PCE",
        "value_currency": lots.choice(("EUR", "USD")), "net_mass_kg": "0.4",
    }  # fmt: skip


def main() -> None:
    """Write the lines, ask, print the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=int, nargs="?", default=LINES)
    count = parser.parse_args().lines
    with TemporaryDirectory(prefix="tidewaiter-") as folder:
        source = Path(folder) / "filings.ndjson"
        write_lines(source, count)
        started, at_work = time.perf_counter(), time.process_time()
        told = sum(len(json_line(answer)) for answer in quotes(str(source), home=Path(folder)))
        took, worked = time.perf_counter() - started, time.process_time() - at_work
    print(
        f"{count:,} lines, {told / 1e6:,.0f} MB of answers: {took:.1f} s, {worked:.1f} s of CPU (aim 10 s for 100,000)"
    )


if __name__ == "__main__":
    main()

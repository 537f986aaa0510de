"""Parcels as windows see them, and rows as risk rules see them: a test names only what matters."""

import numpy as np
import polars as pl

from tests.builders import DAY
from tidewaiter.kit.risk_rule import WINDOW_KEYS

NOW_S = 1_792_497_600
DAY_S = 86_400
LIMIT_MINOR = 15_000

SEEN = {
    **dict.fromkeys(WINDOW_KEYS, pl.Int64()),
    "accepted_s": pl.Int64(),
    "day": pl.Date(),
    "intrinsic_value_minor": pl.Int64(),
    "low_value_limit_minor": pl.Int64(),
    "mark_tst_01": pl.Boolean(),
    "mark_tst_02": pl.Boolean(),
}


def seen(*rows: dict[str, object]) -> pl.DataFrame:
    """Filings as windows see them: worth 10.00 under a limit of 150.00, accepted now, nobody known."""
    sound = {"accepted_s": NOW_S, "day": DAY, "intrinsic_value_minor": 1_000, "low_value_limit_minor": LIMIT_MINOR}
    return pl.DataFrame([{**dict.fromkeys(SEEN), **sound, **row} for row in rows], schema=SEEN, orient="row")


def parties(*rows: dict[str, str | None]) -> pl.LazyFrame:
    """Filings as the parties stage sees them: a woman in Lyon who buys at a shop in Shenzhen."""
    sound = {
        "filing_kind": "import", "function": "original", "consignee_name": "Anne Moreau", "consignee_postcode": "69002",
        "consignee_street": "12 rue Haute", "consignee_country": "FR", "destination_country": "FR", "seller_id": "S100",
        "seller_name": "Blue Star Trading", "seller_country": "CN", "consignor_id": "W7",
        "consignor_name": "Depot Seven", "consignor_country": "CN", "marketplace_id": "BAZAR", "order_id": "A1001",
    }  # fmt: skip
    return pl.LazyFrame([{**sound, **row} for row in rows], schema=dict.fromkeys(sound, pl.String))


def quadratic_facts(key: np.ndarray, at_s: np.ndarray, measure: np.ndarray, width_s: int) -> list[int]:
    """The slow twin of the windows: every row looks at every other one."""
    rows = range(len(key))
    return [
        sum(
            int(measure[other])
            for other in rows
            if other != own and key[other] == key[own] and at_s[own] - width_s < at_s[other] <= at_s[own]
        )
        for own in rows
    ]

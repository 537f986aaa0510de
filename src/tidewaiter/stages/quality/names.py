"""Names and addresses: stopgaps, unreadable letters, and parcels that people send to themselves."""

from typing import Final

import polars as pl

from tidewaiter.model.findings import FindingKind
from tidewaiter.stages.quality.check import Check
from tidewaiter.stages.quality.placeholders import FILLER, NO_NAME, NO_STREET
from tidewaiter.stages.quality.wording import LETTER, UNREADABLE

SAME: Final = {"name": False, "street": False, "city": True, "country": True}
"""What consignor and consignee share if they are one at one place, and whether it may be missing."""


FILING_CHECKS: Final = (
    Check(
        FindingKind(
            "TXT-01",
            "Consignee's name is a stopgap",
            "The consignee's name is no name. Say who the parcel is for.",
            "ask",
            "filing",
            pointer="consignee_name",
        ),
        pl.col("consignee_name").str.contains(NO_NAME) | ~pl.col("consignee_name").str.contains(LETTER),
    ),
    Check(
        FindingKind(
            "TXT-02",
            "Consignor's name is a stopgap",
            "The consignor's name is no name. Say who sends the parcel.",
            "ask",
            "filing",
            pointer="consignor_name",
        ),
        pl.col("consignor_name").str.contains(NO_NAME) | pl.col("consignor_name").str.contains(FILLER),
    ),
    Check(
        FindingKind(
            "TXT-03",
            "Consignee's street is a stopgap",
            "The consignee's street is no street. Give the address the parcel is delivered to.",
            "ask",
            "filing",
            pointer="consignee_street",
        ),
        pl.col("consignee_street").str.contains(NO_STREET) | pl.col("consignee_street").str.contains(FILLER),
    ),
    Check(
        FindingKind(
            "TXT-08",
            "Consignee's name is unreadable",
            "The consignee's name was garbled by a wrong encoding. Send the file in UTF-8.",
            "note",
            "filing",
            pointer="consignee_name",
        ),
        pl.col("consignee_name").str.contains(UNREADABLE),
    ),
    Check(
        FindingKind(
            "PTY-01",
            "Consignor and consignee are one",
            "Consignor and consignee have the same name at the same address. One of them may be mistaken.",
            "note",
            "filing",
            pointer="consignee_name",
        ),
        pl.all_horizontal(
            (pl.col(f"consignor_{part}") == pl.col(f"consignee_{part}")).fill_null(value=may_be_missing)
            for part, may_be_missing in SAME.items()
        ),
    ),
)

"""The lists of the documentation, as tables."""

import re

from tools.source import DOCS, table_rows

FAULTS = DOCS / "reference" / "faults.md"
DIRT = DOCS / "reference" / "dirt.md"


def listed_faults():
    """Per fault of the page: name, code, pointer, file that shows it, traffic."""
    rows = [[cell.strip("`") for cell in row] for row in table_rows(FAULTS.read_text(encoding="utf-8"))]
    return [(row[0], row[2], row[3], row[4], row[5]) for row in rows]


def listed_dirt():
    """Per kind of dirt of the page: its rate, a share of the filings."""
    rows = table_rows(DIRT.read_text(encoding="utf-8"))
    return {row[0]: float(re.fullmatch(r"([\d.]+) %", row[2])[1]) / 100 for row in rows}

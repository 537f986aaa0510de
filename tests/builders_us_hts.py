"""Rows of a tariff export as the official one has them: a small schedule of every chapter, and ways to spoil it."""

import csv
from io import StringIO

HEAD = [
    "HTS Number", "Indent", "Description", "Unit of Quantity", "General Rate of Duty", "Special Rate of Duty",
    "Column 2 Rate of Duty",
]  # fmt: skip


def a_row(number, indent, description="goods", general="", unit="", special="", column_2=""):
    """One record; without rates unless told."""
    return [number, indent, description, unit, general, special, column_2]


def _chapter(number):
    heading = f"{number:02}01"
    if number >= 98:
        return [a_row(heading, "0"), a_row(f"{heading}.00.05", "1", "on condition", "See note 1")]
    return [
        a_row(heading, "0", f"Goods of chapter {number}:"),
        a_row(f"{heading}.10.00", "1", "Fine", "5%"),
        a_row(f"{heading}.10.00.10", "2", "Fine and new"),
        a_row("", "1", "Other:"),
        a_row(f"{heading}.90", "2", "Coarse:"),
        a_row(f"{heading}.90.10", "3", "Coarse and light", "2.5¢/kg"),
        a_row(f"{heading}.90.90", "3", "Coarse and heavy", "1¢/kg + 2%"),
        a_row(f"{heading}.90.90.50", "5", "Coarse, heavy and old"),
    ]


ONE_DOUBLE_ZERO = [a_row("9702", "0"), a_row("9702.00", "1"), a_row("9702.00.00", "2", "Prints", "Free")]
"""Numbers like ``NNNN.00`` show that the file has not been through a program that reads them as numbers."""

SCHEDULE = [
    *(row for number in range(1, 98) if number != 77 for row in _chapter(number)),
    *ONE_DOUBLE_ZERO,
    *(row for number in (98, 99) for row in _chapter(number)),
]
"""A schedule without a fault."""


def as_csv(rows, head=HEAD):
    """The file's text, quoted as the official one is."""
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([head, *rows])
    return text.getvalue()


def written(folder, rows, head=HEAD, mark=""):
    """The file on disk."""
    path = folder / "export.csv"
    path.write_text(mark + as_csv(rows, head), encoding="utf-8", newline="")
    return path

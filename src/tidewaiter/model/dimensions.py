"""Dimensions of data quality, as the WCO names them for cross-border e-commerce, and which code speaks of which."""

from typing import Final

TIMELINESS: Final = "timeliness"
ACCURACY: Final = "accuracy"
COMPLETENESS: Final = "completeness"
CONSISTENCY: Final = "consistency"
DIMENSIONS: Final = (TIMELINESS, ACCURACY, COMPLETENESS, CONSISTENCY)

OF_PREFIX: Final = {
    "PRE": COMPLETENESS, "KEY": COMPLETENESS,
    "FMT": ACCURACY, "TXT": ACCURACY, "VAL": ACCURACY, "NUM": ACCURACY, "ROW": ACCURACY, "CEL": ACCURACY,
    "SCH": ACCURACY,
    "MAS": CONSISTENCY, "TOT": CONSISTENCY, "DUP": CONSISTENCY, "DAT": CONSISTENCY, "PTY": CONSISTENCY,
    "AMD": CONSISTENCY,
}  # fmt: skip
"""What the checks of one table are about; the moments of ``DAT`` contradict each other."""

OF_CODE: Final = {
    "RES-04": COMPLETENESS, "RES-05": COMPLETENESS, "RES-06": COMPLETENESS, "RES-11": COMPLETENESS,
    "RES-13": COMPLETENESS, "ROW-06": COMPLETENESS, "SCH-02": COMPLETENESS,
    "DAT-90": ACCURACY, "DAT-91": ACCURACY, "MOV-03": ACCURACY,
}  # fmt: skip
"""Codes that speak of another dimension than those beside them, or stand alone."""

NO_FAULT: Final = frozenset({"VAL-90", "VAL-91", "VAL-92", "ROW-90", "ROW-91"})
"""What says nothing of a filer's data: suspicions of risk rules, rows beside a faulty one, faults of the software."""


def dimension_of(code: str) -> str | None:
    """The dimension a finding or a reason of quarantine speaks of; none where it says nothing about the data.

    >>> dimension_of("PRE-07"), dimension_of("DAT-90"), dimension_of("SPL-01")
    ('completeness', 'accuracy', None)
    """
    if code in NO_FAULT:
        return None
    return OF_CODE.get(code, OF_PREFIX.get(code.split("-", 1)[0]))

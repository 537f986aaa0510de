"""Rejects: records that could not become rows, each with its place, its words and what to do."""

from dataclasses import dataclass, field
from typing import Final

import polars as pl

REJECTS: Final = {
    "source_position": pl.Int64,
    "consignment_id": pl.String,
    "code": pl.String,
    "pointer": pl.String,
    "value": pl.String,
    "message": pl.String,
    "original": pl.String,
}
VALUE_CHARS: Final = 200
ORIGINAL_BYTES: Final = 1 << 16
VISIBLE_NUL: Final = "\N{SYMBOL FOR NULL}"

MESSAGES: Final = {
    "ROW-03": "The row holds a NUL byte. Export the file again as text.",
    "ROW-05": "The field is longer than 65,536 bytes. Shorten it.",
    "ROW-06": "The filing has no goods lines. Give at least one item.",
    "CEL-01": "The cell holds a formula that was never computed. Open the file, let it compute, and save it.",
    "CEL-02": "The formula of the cell ends in an error. Mend it, or write the value.",
    "CEL-03": "The cell is a number of more than 15 digits, of which the last are lost. Format the column as text.",
    "CEL-04": "The cell points to a text that the workbook does not have. Save the file again.",
}
"""Sentences of the codes that always say the same."""

UNCLOSED: Final = "A quote in the row opens a field and does not close it rightly. Write a quote within a field twice."


@dataclass
class Rejects:
    """Rejects as they gather, one a record."""

    rows: list[tuple[int, str | None, str, str, str | None, str, str]] = field(default_factory=list)

    def add(
        self,
        position: int,
        code: str,
        original: bytes,
        *,
        consignment_id: str | None = None,
        pointer: str = "",
        value: str | None = None,
        message: str = "",
    ) -> None:
        """One more reject."""
        told = _shown(original[:ORIGINAL_BYTES].decode(errors="replace"))
        short = None if value is None else _shown(value[:VALUE_CHARS])
        named = None if consignment_id is None else _shown(consignment_id[:VALUE_CHARS])
        self.rows.append((position, named, code, pointer, short, message or MESSAGES[code], told))

    def frame(self) -> pl.DataFrame:
        """All of them, in the order of the file."""
        return pl.DataFrame(self.rows, schema=REJECTS, orient="row").sort("source_position", maintain_order=True)


def wrong_count(found: int, wanted: int) -> str:
    """ROW-01: the fields cannot be told apart by counting."""
    mend = "Quote fields that hold the delimiter." if found > wanted else "Give every field its place, empty ones too."
    return f"The row has {found} fields where the header has {wanted}. {mend}"


def not_in(encoding: str) -> str:
    """ROW-02: bytes that the encoding of the file does not have."""
    return f"The row holds bytes that are not valid {encoding}. Save the file in one encoding, best UTF-8."


def no_object(reason: str) -> str:
    """ROW-04: a line of NDJSON that is something else."""
    return f"The line is no JSON object ({reason}). Write one object a line."


def key_twice(key: str) -> str:
    """ROW-04: a key with two values, of which nobody can say which one holds."""
    return f"The object gives the key '{_shown(key[:VALUE_CHARS])}' twice. Write each key once."


def no_goods_lines(goods: object) -> str:
    """ROW-06: where goods lines should stand there is nothing, or something else."""
    if isinstance(goods, list) and goods:
        at = next(at for at, line in enumerate(goods, start=1) if not isinstance(line, dict))
        return f"Line {at} of the goods lines is no object. Write each as an object with its fields."
    return MESSAGES["ROW-06"]


def nested(found: str) -> str:
    """ROW-07: a value that is not plain."""
    return f"The field holds {found} where a plain value belongs. Write text or a number."


def _shown(text: str) -> str:
    """Text in which a NUL can be seen: few programs can open a list that holds one."""
    return text.replace("\0", VISIBLE_NUL)

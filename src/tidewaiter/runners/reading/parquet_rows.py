"""Parquet rows: columns of any plain type as text, some rows at a time."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tidewaiter.kit.format import SenderSheet
from tidewaiter.model.errors import UnusableInput
from tidewaiter.model.worded import Worded
from tidewaiter.runners.reading.carrier import Carrier, Raw, Unread
from tidewaiter.runners.reading.csv_records import FIELD_MAX
from tidewaiter.runners.reading.rejects import Rejects, not_in
from tidewaiter.runners.reading.sheet_choice import chosen_sheet, spelled_as
from tidewaiter.runners.reading.tidying import tidy

ROWS: Final = 65_536
FEW: Final = 2
"""Words are few where each stands for this many rows or more, on average."""
NUL: Final = (0, 0)
EDGES: Final = ((0, 0x20), (0x7F, 0xFF))
"""Bytes without which a text has no white space at its edges: controls and blanks, and all that is not ASCII."""
MAGIC: Final = b"PAR1"
DAMAGED: Final = (pa.ArrowException, OSError, ValueError, pl.exceptions.PolarsError)
Read = TypeVar("Read")


class ParquetRows(Carrier):
    """One Parquet file being read."""

    name = "parquet"
    encoding = "utf-8"

    def __init__(self, file: Path | IO[bytes], name: str, sheets: Sequence[SenderSheet], wanted: str | None) -> None:
        """Read the footer; raises ``UnusableInput`` for a damaged file or columns that cannot be rows."""
        self._called = name
        try:
            plain = pq.ParquetFile(file)
            self._file = pq.ParquetFile(file, metadata=plain.metadata, read_dictionary=_worded_columns(plain))
            schema = plain.schema_arrow
        except DAMAGED as error:
            raise _damaged(name, error) from error
        self.columns = list(schema.names)
        twice = sorted({column for column in self.columns if self.columns.count(column) > 1})
        if twice:
            raise UnusableInput(f"{name} has the column {', '.join(twice)} more than once. Give each its own name.")
        spelled = [spelled_as(self.columns, sheet) for sheet in sheets]
        self.sheet = chosen_sheet(self.columns, spelled, wanted, name)
        nested = [field.name for field in schema if pa.types.is_nested(field.type) and self.sheet.fills(field.name)]
        if nested:
            raise UnusableInput(f"{name} has nested values in {', '.join(nested)}. Write one row per goods line.")

    def pieces(self) -> Iterator[Unread]:
        """Batches of about ``ROWS`` rows; damage found on the way refuses the file."""
        batches = self._batches()
        while (batch := self._undamaged(partial(next, batches, None))) is not None:
            yield partial(self._undamaged, partial(self._raw, batch, self.records))
            self.records += batch.num_rows

    def _undamaged(self, read: Callable[[], Read]) -> Read:
        """What is read; ``UnusableInput`` where the file turns out to be damaged there."""
        try:
            return read()
        except DAMAGED as error:
            raise _damaged(self._called, error) from error

    def _batches(self) -> Iterator[pa.RecordBatch]:
        """Each row group in even parts: a batch never reaches over two, whose lists of words differ."""
        for number in range(self._file.num_row_groups):
            rows = self._file.metadata.row_group(number).num_rows
            parts = max(1, round(rows / ROWS))
            yield from self._file.iter_batches(
                batch_size=max(1, -(-rows // parts)), row_groups=[number], use_threads=False
            )

    def _raw(self, batch: pa.RecordBatch, before: int) -> Raw:
        """Rows and rejects of a batch that comes after so many rows."""
        told = dict(zip(batch.schema.names, batch.columns, strict=True))
        worded = {name: words for name, array in told.items() if (words := _words(array)) is not None}
        arrays = {name: _unpacked(array) for name, array in told.items() if name not in worded}
        texts = [name for name, array in arrays.items() if _is_text(array.type)]
        needs_zone = self.sheet.needs_zone
        frame = pl.DataFrame([_text(name, array, needs_zone=needs_zone) for name, array in arrays.items()])
        rejects, is_good = Rejects(), np.ones(batch.num_rows, dtype=np.bool_)
        for name in texts:
            if (
                not _has_byte(arrays[name], NUL)
                and not _is_long(arrays[name])
                and not _has_lost(frame[name], arrays[name])
            ):
                continue
            for code, is_bad in _faults(frame[name], arrays[name]):
                for row in np.flatnonzero(is_bad & is_good):
                    self._reject(code, name, int(row), before, batch, rejects)
                is_good &= ~is_bad
        positions = before + 1 + np.flatnonzero(is_good)
        rows = frame if is_good.all() else frame.filter(is_good)
        rows = tidy(rows, [name for name in texts if _has_byte(arrays[name], *EDGES) or _has_empty(frame[name])])
        if not is_good.all():
            worded = {name: words.where(pl.Series(is_good)) for name, words in worded.items()}
        return Raw(rows, pl.Series(positions, dtype=pl.Int64), rejects.frame(), frozenset(arrays) - set(texts), worded)

    def _reject(self, code: str, column: str, row: int, before: int, batch: pa.RecordBatch, rejects: Rejects) -> None:
        told = {name: _shown(array[row]) for name, array in zip(batch.schema.names, batch.columns, strict=True)}
        named = next((told[name] for name in told if self.sheet.key in self.sheet.fills(name)), None)
        door = next(iter(self.sheet.fills(column)), "")
        said = {name: value for name, value in told.items() if value is not None}
        original = msgspec.json.encode(said)
        message = not_in(self.encoding) if code == "ROW-02" else ""
        rejects.add(
            before + 1 + row, code, original, consignment_id=named, pointer=door, value=told[column], message=message
        )


def _worded_columns(file: pq.ParquetFile) -> list[str]:
    """Columns of texts that the file itself keeps as a list of words: read as such, each word is looked at once."""
    metadata = file.metadata
    if not metadata.num_row_groups:
        return []
    group = metadata.row_group(0)
    return [
        field.name
        for number, field in enumerate(file.schema_arrow)
        if metadata.num_columns == len(file.schema_arrow)
        and _is_text(field.type)
        and not pa.types.is_dictionary(field.type)
        and group.column(number).has_dictionary_page
    ]


def _damaged(name: str, error: Exception) -> UnusableInput:
    return UnusableInput(
        f"{name} is a damaged Parquet file ({error}). Nothing of it was taken; send it again, complete."
    )


def _is_text(kind: pa.DataType) -> bool:
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    families = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    bare = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)
    return any(belongs(plain) for belongs in (*families, *bare))


def _unpacked(array: pa.Array) -> pa.Array:
    """A list of words as the texts themselves."""
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _words(array: pa.Array) -> Worded | None:
    """A column of few words, sound and tidy; None where each text has to be looked at by itself."""
    if not pa.types.is_dictionary(array.type) or len(array.dictionary) > len(array) // FEW:
        return None
    words = _sound(array.dictionary)
    if words is None or words.null_count or not len(words) or _has_byte(words, NUL):
        return None
    lengths = pc.min_max(pc.binary_length(words)).as_py()
    if lengths["min"] == 0 or lengths["max"] > FIELD_MAX:
        return None
    texts = pl.Series(words)
    if _has_byte(words, *EDGES) and (texts.str.strip_chars() != texts).any():
        return None
    return Worded(texts, pl.Series(array.indices.view(pa.uint32())))


def _text(name: str, array: pa.Array, *, needs_zone: bool = False) -> pl.Series:
    """A column as text: what is no valid UTF-8 becomes null, nested values JSON, instants ISO 8601 in UTC.

    Instants without a zone are taken as UTC, unless the layout ``needs_zone``: then they stay without one.
    """
    if pa.types.is_nested(array.type):
        told = [None if value is None else msgspec.json.encode(value).decode() for value in array.to_pylist()]
        return pl.Series(name, told, dtype=pl.String)
    if _is_text(array.type):
        sound = _sound(array)
        if sound is not None:
            return pl.Series(name, sound)
        return pl.Series(
            name, [_decoded(value) for value in array.cast(pa.large_binary()).to_pylist()], dtype=pl.String
        )
    values = pl.Series(name, array)
    if isinstance(values.dtype, pl.Datetime):
        if needs_zone and not values.dtype.time_zone:
            return values.dt.strftime("%Y-%m-%dT%H:%M:%S%.f")
        aware = values if values.dtype.time_zone else values.dt.replace_time_zone("UTC")
        return aware.dt.convert_time_zone("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
    text = values.cast(pl.String)
    return text.str.strip_suffix(".0") if values.dtype.is_float() else text


def _decoded(value: bytes | None) -> str | None:
    """Bytes as text; null where they are no UTF-8."""
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _sound(array: pa.Array) -> pa.Array | None:
    """A column of texts as such; None where some of it is no valid UTF-8."""
    try:
        text = array if _is_string(array) else array.cast(pa.large_string())
        text.validate(full=True)
    except pa.ArrowInvalid:
        return None
    return text


def _has_byte(array: pa.Array, *spans: tuple[int, int]) -> bool:
    """True where the bytes beneath a column may hold one of these spans: a look at all of them in one go."""
    if not _is_string(array):
        return True
    buffer = array.buffers()[2]
    data = np.frombuffer(buffer, dtype=np.uint8) if buffer else np.zeros(0, dtype=np.uint8)
    if not len(data):
        return False
    lowest, highest = int(data.min()), int(data.max())
    return any(lowest <= last and highest >= first for first, last in spans)


def _is_long(array: pa.Array) -> bool:
    longest = pc.max(pc.binary_length(array)).as_py() if _is_string(array) else FIELD_MAX + 1
    return (longest or 0) > FIELD_MAX


def _is_string(array: pa.Array) -> bool:
    return bool(pa.types.is_string(array.type) or pa.types.is_large_string(array.type))


def _has_lost(text: pl.Series, array: pa.Array) -> bool:
    return bool(text.null_count() != array.null_count)


def _has_empty(text: pl.Series) -> bool:
    return bool((text == "").any())


def _faults(text: pl.Series, array: pa.Array) -> Iterator[tuple[str, np.ndarray[Any, np.dtype[np.bool_]]]]:
    """Codes, and the rows whose value is no valid text, holds a NUL or is too long."""
    is_lost = text.is_null().to_numpy() & array.is_valid().to_numpy(zero_copy_only=False)
    for code, is_bad in (
        ("ROW-02", is_lost),
        ("ROW-03", text.str.contains("\0", literal=True).fill_null(value=False).to_numpy()),
        ("ROW-05", (text.str.len_bytes() > FIELD_MAX).fill_null(value=False).to_numpy()),
    ):
        if is_bad.any():
            yield code, is_bad


def _shown(value: pa.Scalar) -> str | None:
    told = value.as_py()
    if isinstance(told, bytes):
        return told.decode(errors="replace")
    return None if told is None else str(told)

"""Files for readers: written to a folder, read back whole, and everything that came of it in one place."""

import gzip
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa

from tidewaiter.kit.format import SenderSheet, read_sender_sheet
from tidewaiter.runners.reading import BLOCK_BYTES, REJECTS, Reading, Source, open_source

HEADER = "consignment_id,item_no,item_description\n"


@dataclass(frozen=True)
class Told:
    """All batches of a file together."""

    reading: Reading
    rows: pl.DataFrame
    rejects: pl.DataFrame
    batches: int

    def column(self, name: str) -> list[str | None]:
        return self.rows[name].to_list()

    @property
    def codes(self) -> list[tuple[int, str]]:
        return list(self.rejects.select("source_position", "code").iter_rows())


def written(folder: Path, content: bytes | str, name: str = "list.csv") -> Source:
    """A file with this content, text as UTF-8."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Source(path, name)


def read_all(
    source: Source, *sheets: SenderSheet, format_name: str | None = None, block_bytes: int = BLOCK_BYTES
) -> Told:
    """Read a source to its end; its rows and rejects must add up to its records."""
    reading = open_source(source, sheets, format_name, block_bytes)
    batches = list(reading.batches())
    rows = pl.concat([batch.rows for batch in batches], how="diagonal") if batches else pl.DataFrame()
    rejects = pl.concat([batch.rejects for batch in batches]) if batches else pl.DataFrame(schema=REJECTS)
    told = rows["source_position"].n_unique() if rows.height else 0
    assert told + rejects["source_position"].n_unique() == reading.source_rows, "a record is lost or told twice"
    own = rejects.select("source_position", "code", "pointer")
    assert own.n_unique() == own.height, "a fault is told twice"
    return Told(reading, rows, rejects, len(batches))


def a_sheet(columns: str = "", **parts: str) -> SenderSheet:
    """A sender sheet whose filings are named by ``ref``; parts are TOML without their heading."""
    tables = "".join(f"\n[{name.replace('__', '.')}]\n{body}\n" for name, body in parts.items() if name != "top")
    heading = f'name = "harbour"\ntitle = "Harbour list"\n{parts.get("top", "")}'
    return read_sender_sheet(f'{heading}\n[columns]\nref = "consignment_id"\n{columns}\n{tables}')


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content)


def zstd(content: bytes) -> bytes:
    return pa.compress(content, codec="zstd", asbytes=True)


def zipped(**members: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return sink.getvalue()

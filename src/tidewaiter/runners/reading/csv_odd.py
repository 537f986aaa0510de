"""Odd records: those the fast way cannot vouch for, read one by one; rows after all, or rejects."""

from dataclasses import dataclass

from tidewaiter.kit.format import SenderSheet
from tidewaiter.runners.reading.csv_records import FIELD_MAX, fields_of
from tidewaiter.runners.reading.encodings import is_utf8
from tidewaiter.runners.reading.rejects import UNCLOSED, Rejects, not_in, wrong_count


@dataclass(frozen=True)
class OddReader:
    """Reads single records of one file."""

    columns: list[str]
    delimiter: str
    sheet: SenderSheet

    def fields(
        self, position: int, record: bytes, rejects: Rejects, *, encoding: str, is_broken: bool
    ) -> list[str] | None:
        """The fields of a record; None, and one more reject, where it is no row."""
        fields = fields_of(record.decode(errors="replace"), self.delimiter)
        named = self._consignment(fields)
        if b"\0" in record:
            rejects.add(position, "ROW-03", record, consignment_id=named)
        elif not is_utf8(record):
            rejects.add(position, "ROW-02", record, consignment_id=named, message=not_in(encoding))
        elif is_broken:
            rejects.add(position, "ROW-01", record, consignment_id=named, message=UNCLOSED)
        elif len(fields) != len(self.columns):
            message = wrong_count(len(fields), len(self.columns))
            rejects.add(position, "ROW-01", record, consignment_id=named, message=message)
        elif (long := _too_long(fields)) is not None:
            pointer = next(iter(self.sheet.fills(self.columns[long])), "")
            rejects.add(position, "ROW-05", record, consignment_id=named, pointer=pointer, value=fields[long])
        else:
            return fields
        return None

    def _consignment(self, fields: list[str]) -> str | None:
        """What the record says where the filing's reference should stand."""
        places = [at for at, name in enumerate(self.columns) if self.sheet.key in self.sheet.fills(name)]
        return next((fields[at].strip() or None for at in places if at < len(fields)), None)


def _too_long(fields: list[str]) -> int | None:
    return next((at for at, field in enumerate(fields) if len(field.encode()) > FIELD_MAX), None)

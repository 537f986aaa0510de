"""JSON alike: objects that all give the same keys are decoded into records of just these, several times as fast.

Most files are written by a program and every object of theirs has the same keys. A block in which one has not, or in
which anything else is unusual, is left to the careful way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import msgspec
import numpy as np
from msgspec.structs import astuple

from tidewaiter.runners.reading.csv_records import FIELD_MAX

NESTED: Final = frozenset({dict, list})
Values = dict[str, list[object]]


@dataclass(frozen=True)
class Alike:
    """What objects alike say: columns of filings and of their goods lines, and how many lines each filing has."""

    filings: Values
    lines: Values
    counts: np.ndarray


class AlikeObjects:
    """Decodes objects that have these keys, each once, and goods lines under ``items`` that have those."""

    def __init__(self, keys: Sequence[str], items: str, of_lines: Sequence[str], hook: Any) -> None:  # noqa: ANN401 - as msgspec has it
        """Make the records."""
        line = _record("Line", of_lines, {})
        self._filing_keys, self._line_keys = [key for key in keys if key != items], list(of_lines)
        self._record = _record("Filing", [*self._filing_keys, items], {items: list[line]})  # type: ignore[valid-type]
        self._decode = msgspec.json.Decoder(self._record, float_hook=hook).decode

    def told(self, texts: list[bytes]) -> Alike | None:
        """What the objects of some lines say; None where one is not alike or anything in them needs care."""
        whole = b"\n".join(texts)
        if max(map(len, texts), default=0) > FIELD_MAX or b"\\u0000" in whole:
            return None
        try:
            told = list(map(astuple, map(self._decode, texts)))
        except (ValueError, RecursionError):
            return None
        goods = [filing[-1] for filing in told]
        counts = np.fromiter(map(len, goods), dtype=np.int64, count=len(goods))
        lines = list(chain.from_iterable(map(astuple, chain.from_iterable(goods))))
        keys = len(told) * (len(self._filing_keys) + 1) + len(lines)
        is_once = whole.count(b'":') + whole.count(b'" :') <= keys
        if not is_once or not counts.all() or NESTED & set(map(type, lines)):
            return None
        filings = self._filings(told)
        return None if filings is None else Alike(filings, _columns(self._line_keys, lines), counts)

    def _filings(self, told: list[tuple[object, ...]]) -> Values | None:
        width = len(self._filing_keys) + 1
        values = list(chain.from_iterable(told))
        columns = {key: values[place::width] for place, key in enumerate(self._filing_keys)}
        return None if any(NESTED & set(map(type, column)) for column in columns.values()) else columns


def alike(objects: list[dict[str, object]], items: str, hook: Any) -> AlikeObjects | None:  # noqa: ANN401 - as msgspec has it
    """What decodes objects such as these, if they are alike."""
    keys = {frozenset(told) for told in objects}
    lines = [line for told in objects for line in told.get(items) or ()] if items else []  # type: ignore[attr-defined]
    if len(keys) != 1 or items not in objects[0] or not lines or not all(isinstance(line, dict) for line in lines):
        return None
    if len({frozenset(line) for line in lines}) != 1 or not lines[0]:
        return None
    return AlikeObjects(list(objects[0]), items, list(lines[0]), hook)


def _columns(keys: list[str], values: list[object]) -> Values:
    return {key: values[place :: len(keys)] for place, key in enumerate(keys)}


def _record(name: str, keys: Sequence[str], kinds: dict[str, Any]) -> type[msgspec.Struct]:
    """A record of required fields; keys need not be names that Python knows."""
    fields = [(f"field{place}", kinds.get(key, Any)) for place, key in enumerate(keys)]
    names = {field: key for (field, _), key in zip(fields, keys, strict=True)}
    return msgspec.defstruct(name, fields, rename=names, forbid_unknown_fields=True, gc=False)

"""Write the reference pages that are lists of what stands in the code, or check that they are up to date."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from tidewaiter.model.columns import FILING_FIELDS, ITEM_FIELDS, VOCABULARY, Field
from tidewaiter.model.errors import TidewaiterError
from tools.api_page import api_page
from tools.assertions_page import assertions_page
from tools.events_page import events_page
from tools.findings import listed
from tools.jurisdiction_page import jurisdictions_page
from tools.rights_page import rights_page
from tools.source import DOCS

REFERENCE = DOCS / "reference"
GENERATED = "<!-- Made by tools/reference_pages: change the code, then run `make docs`. -->"


def main() -> int:
    """Write the pages; with ``--check`` only compare, and say which one is behind the code."""
    behind = [name for name, page in pages() if not _is_current(name, page)]
    if "--check" in sys.argv:
        for name in behind:
            print(f"docs/reference/{name} is behind the code: run `make docs`.")
        return 1 if behind else 0
    for name, page in pages():
        (REFERENCE / name).write_text(page, encoding="utf-8")
    print(f"Reference pages: {len(behind)} renewed.")
    return 0


def pages() -> Iterator[tuple[str, str]]:
    """Name and text of every page made here."""
    makers: dict[str, Callable[[], Iterable[str]]] = {
        "columns.md": columns_page,
        "findings.md": findings_page,
        "errors.md": errors_page,
        "jurisdictions.md": partial(jurisdictions_page, GENERATED),
        "events.md": partial(events_page, GENERATED),
        "assertions.md": partial(assertions_page, GENERATED),
        "rights.md": partial(rights_page, GENERATED),
        "api.md": partial(api_page, GENERATED),
    }
    for name, make in makers.items():
        yield name, "\n".join(make()) + "\n"


def _is_current(name: str, page: str) -> bool:
    path = REFERENCE / name
    return path.exists() and path.read_text(encoding="utf-8") == page


def columns_page() -> Iterator[str]:
    """Every canonical field: its names, how it is read, who may see it, where the WCO data model has it."""
    yield from ("# Canonical fields", "", GENERATED, "")
    yield "The names a message may use (format `tidewaiter`) and the columns they become. Amounts are decimal text with"
    yield "a currency beside them and become whole millionths (`_micro`); masses are kilograms and become milligrams"
    yield "(`_mg`); instants are ISO 8601 and become UTC. An empty value means *not declared*, never zero."
    yield from ("", "Privacy: `open` anybody at work, `business` with a need, `personal` masked without one, `contact`")
    yield "never shown without one. WCO: place in the WCO data model, where it is certain."
    yield from ("", "## Filing", "", *_table(FIELD_HEAD, map(_field_row, FILING_FIELDS)))
    yield from ("", "## Item", "", "In flat files these names carry the prefix `item_`; in NDJSON they stand plain.")
    yield from ("", *_table(FIELD_HEAD, map(_field_row, ITEM_FIELDS)))
    yield from ("", "## Closed lists", "", "Another word in these fields is kept and becomes a finding.", "")
    yield from _table(("field", "words"), ((f"`{name}`", ", ".join(words)) for name, words in VOCABULARY.items()))


FIELD_HEAD = ("in a message", "read as", "column inside", "type inside", "privacy", "WCO")


def _field_row(field: Field) -> tuple[str, ...]:
    dtype = str(field.dtype).replace("time_unit='us', time_zone='UTC'", "us, UTC")
    return (f"`{field.door}`", field.kind.value, f"`{field.column}`", dtype, field.privacy.value, field.wco)


def findings_page() -> Iterator[str]:
    """Every kind of finding, by code."""
    yield from ("# Findings", "", GENERATED, "")
    yield "A finding is something a check noticed. The strictest severity wins: `note` changes nothing, `ask` wants an"
    yield "answer from who filed, `hold` keeps the parcel, `refuse` says that the filing cannot be accepted as it is."
    yield "Words in braces are the finding's evidence."
    yield from ("", "Rows that could not be accepted at all stand in [quarantine](quarantine.md).")
    families: dict[str, list[tuple[str, ...]]] = {}
    for entry in listed():
        kind = entry.kind
        row = (kind.code, kind.title, kind.severity, kind.to_route, kind.waits_for, str(kind.points),
               f"`{kind.pointer}`" if kind.pointer else "", _cell(kind.sentence))  # fmt: skip
        families.setdefault(entry.place, []).append(row)
    head = ("code", "title", "severity", "route", "waits for", "weight", "points at", "says")
    for place, rows in sorted(families.items(), key=lambda family: (family[1][0][0], family[0])):
        yield from ("", f"## {_heading(place)}", "", f"Defined in `{place}`.", "", *_table(head, rows))


def _heading(place: str) -> str:
    """``src/tidewaiter/stages/duty.py`` is "Stages: duty"; ``.../packs/jurisdictions/eu/sheet.toml`` names the pack."""
    parts = Path(place).with_suffix("").parts[2:]
    named = [part for part in parts if part not in {"packs", "sheet", "rule"}]
    return f"{named[0].replace('_', ' ').capitalize()}: {' '.join(named[1:]).replace('_', ' ')}"


def errors_page() -> Iterator[str]:
    """The tree of errors with codes and exit codes."""
    yield from ("# Errors and exit codes", "", GENERATED, "")
    yield "Bad *data* is never an error: it is a finding or a quarantined row. An error means that the command cannot"
    yield "mean anything, that a file as a whole cannot be read, or that the house or the machine is broken. Nothing is"
    yield "left half-written."
    yield from ("", *_table(("exit code", "meaning"), EXIT_CODES), "")
    rows = [(error.code, error.__name__, str(error.exit_code), _first_line(error)) for error in _tree(TidewaiterError)]
    yield from _table(("code", "name", "exit code", "means"), sorted(rows))


EXIT_CODES = (
    ("0", "done, quarantined rows included"),
    ("1", "done, but rows were quarantined and `--strict` was given, or `compare` found a difference"),
    ("2", "wrong use: nothing was touched"),
    ("3", "an input file cannot be used"),
    ("4", "the machine or the installation refuses"),
)


def _tree(error: type[TidewaiterError]) -> Iterator[type[TidewaiterError]]:
    yield error
    for child in error.__subclasses__():
        yield from _tree(child)


def _first_line(error: type[TidewaiterError]) -> str:
    return _cell((error.__doc__ or "").strip().splitlines()[0])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())

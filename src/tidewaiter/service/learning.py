"""Use case: a sender sheet proposed from a file that no sheet knows, for a person to confirm."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tidewaiter.kit.format import read_sender_sheet
from tidewaiter.model.columns import BY_DOOR
from tidewaiter.model.errors import OutputInUse, SheetRefused, WrongUse
from tidewaiter.runners.learning.drafting import Draft, drafted, sheet_text
from tidewaiter.runners.learning.proposing import Layout, Proposed, laid_out, proposed
from tidewaiter.runners.learning.sampling import sample_of
from tidewaiter.runners.reading import find_sources
from tidewaiter.runners.workspace import told_plainly


@dataclass(frozen=True)
class Learned:
    """What was learned of a file: a proposal for each column, the sheet they make, and its text.

    ``missing`` says why the text is no sheet yet; empty where it is one.
    """

    file: str
    carrier: str
    delimiter: str
    rows: int
    proposals: tuple[Proposed, ...]
    draft: Draft
    layout: Layout
    items: str
    name: str
    text: str
    missing: str

    def decided(self, fields: Mapping[str, str]) -> "Learned":
        """The same with what a person decided: field by column, empty for none; ``WrongUse`` for no field of ours."""
        for name in fields.values():
            if name and name not in BY_DOOR:
                raise WrongUse(f"'{name}' is no canonical field. They stand in docs/reference/columns.md.")
        taken = set(filter(None, fields.values()))
        told = [_decided(one, fields.get(one.column), taken) for one in self.proposals]
        return _learned(replace(self, proposals=tuple(told)))


def learn_format(file: Path, name: str = "") -> Learned:
    """Look at the first rows of a file and propose what each column means.

    Raises ``UnusableInput`` where no row can be read. ``name`` is what the sheet is called; else after the file.
    """
    source = find_sources([file])[0]
    sample = sample_of(source)
    layout = laid_out(sample.rows)
    proposals = tuple(proposed(sample.rows, layout))
    draft = drafted(proposals, layout, sample.items)
    words = "".join(letter if letter.isalnum() else " " for letter in file.stem.casefold()).split()
    called = name or "_".join(words) or "sheet"
    about = (source.name, sample.carrier, sample.delimiter, sample.rows.height)
    return _learned(Learned(*about, proposals, draft, layout, sample.items, called, text="", missing=""))


def write_sheet(learned: Learned, to: Path) -> None:
    """Write the sheet; ``WrongUse`` where it is none yet, ``OutputInUse`` where a file is there already."""
    if learned.missing:
        raise WrongUse(f"There is no sheet to write yet: {learned.missing}")
    if to.exists():
        raise OutputInUse(f"{to} is there already. Name another file with --to, or move it away.")
    with told_plainly(to):
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(learned.text, encoding="utf-8")


def _learned(learned: Learned) -> Learned:
    """With the draft and text of its proposals."""
    draft = drafted(learned.proposals, learned.layout, learned.items)
    text = sheet_text(draft, learned.name, f"Layout of {learned.file}")
    try:
        read_sender_sheet(text)
    except SheetRefused as refused:
        return replace(learned, draft=draft, text=text, missing=str(refused))
    return replace(learned, draft=draft, text=text, missing="")


def _decided(one: Proposed, field: str | None, taken: set[str]) -> Proposed:
    if field is None:
        return replace(one, fields=tuple(name for name in one.fields if name not in taken))
    kept = tuple(name for name in one.fields[1:] if name not in taken) if (field,) == one.fields[:1] else ()
    return replace(one, fields=(field, *kept) if field else (), sure=1.0)

"""The chain of entries: numbers, hashes, roots at checkpoints, keys."""

import base64
import json
from collections.abc import Iterable
from typing import Any

from tidewaiter.store.verify.hashes import Entry, Growing, entry_hash
from tidewaiter.store.verify.notes import Checkpoint, checkpoint_of, is_note_of, is_signed
from tidewaiter.store.verify.report import DAMAGED, Report
from tidewaiter.store.verify.tiles import Tiles


class Chain:
    """Walks the entries in order; ``batches`` are the entries of batches it met, each with its number."""

    def __init__(self, report: Report, notes: Iterable[tuple[str, str]], tiles: Tiles | None = None) -> None:
        self.report, self.origin = report, ""
        self.batches: list[tuple[int, dict[str, Any]]] = []
        self._tiles, self._tree = tiles, Growing()
        self._next, self._followed = 1, {bytes(32)}
        self._notes: dict[int, list[tuple[str, Checkpoint]]] = {}
        for place, note in notes:
            self._announce(place, note)

    def _announce(self, place: str, note: str) -> None:
        try:
            told = checkpoint_of(note)
        except DAMAGED:
            self.report.add(place, "is no checkpoint")
        else:
            self._notes.setdefault(told.size, []).append((place, told))

    def walk(self, entries: Iterable[Entry], trusted: str | None = None) -> None:
        """Check entries one after another, then what must have been there by the end."""
        for entry in entries:
            self.follow(entry)
        self.close(trusted)

    def close(self, trusted: str | None = None) -> None:
        """After the last entry: checkpoints of entries that are not there, tiles that are not full, the trusted key."""
        for size in sorted(self._notes):
            for place, _ in self._notes[size]:
                self.report.add(place, f"tells of {size:,} entries, and the log has {self._next - 1:,}: it was cut")
        for name in self._tiles.rest() if self._tiles else ():
            self._differs(name)
        if trusted and trusted.strip() not in self.report.keys:
            self.report.add("key", f"the log was never signed by the key that is trusted, {trusted.strip()}")
        self.report.size, self.report.root = self._next - 1, self._tree.root().hex()

    def follow(self, entry: Entry) -> None:
        """Check the next entry, and the checkpoints that end with it."""
        self._check_entry(entry)
        self._grow(entry.leaf)

    def _check_entry(self, entry: Entry) -> None:
        place, hashed = f"entry {entry.seq}", entry_hash(entry)
        self.report.entries += 1
        if entry.seq != self._next:
            self.report.add(f"entry {self._next}", f"is missing: entry {entry.seq} comes in its place")
            self._followed = {entry.prev}
        if hashed != entry.leaf:
            self.report.add(place, "was changed: it has another hash than when it was written")
        elif entry.prev not in self._followed:
            self.report.add(place, "follows another entry than the one before it: one of the two was rewritten")
        self._followed = {entry.leaf, hashed}
        self._next = entry.seq + 1
        try:
            self._read(entry, place)
        except DAMAGED:
            self.report.add(place, "holds nothing that an entry of a log may hold")

    def _read(self, entry: Entry, place: str) -> None:
        told = json.loads(entry.payload)
        if told["kind"] == "batch":
            self.batches.append((entry.seq, told))
        elif told["kind"] == "log_opened":
            self.origin = told["origin"]
            self._take_key(told, place, {"new": told["key"]})
        elif told["kind"] == "key_changed":
            self._take_key(told, place, {"old": told["old"], "new": told["new"]})

    def _take_key(self, told: dict[str, Any], place: str, words: dict[str, str]) -> None:
        """The first key signs the first entry; each later one is brought by an entry that both keys signed."""
        unsigned = {name: value for name, value in told.items() if name != "signatures"}
        text = json.dumps(unsigned, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        signed = [is_signed(word, text, base64.b64decode(told["signatures"][name])) for name, word in words.items()]
        before = self.report.keys[-1] if self.report.keys else None
        if all(signed) and words.get("old") == before:
            self.report.keys.append(words["new"])
        else:
            self.report.add(place, "brings a key that the key before it did not sign")

    def _grow(self, leaf: bytes) -> None:
        self._tree.extend([leaf])
        for name in self._tiles.add(leaf) if self._tiles else ():
            self._differs(name)
        for place, note in self._notes.pop(self._next - 1, ()):
            self._check(place, note)

    def _differs(self, name: str) -> None:
        """A tile differs; where an entry was found bad before, that is why."""
        if not self.report.faults:
            self.report.add(f"file {name}", "is missing, or holds other hashes than those of the entries")

    def _check(self, place: str, note: Checkpoint) -> None:
        self.report.checkpoints += 1
        if not self.report.keys or not is_note_of(self.report.keys[-1], note):
            self.report.add(place, "is not signed by the key that the log had then")
        elif note.root != self._tree.root() and not self.report.faults:
            self.report.add(place, "signs other entries than these: the log was rewritten, or two logs were shown")
        elif note.origin != self.origin:
            self.report.add(place, f"is of another log: {note.origin}")

"""Signed notes and checkpoints, as C2SP writes them: what a log says of itself, in text that anybody can check."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from tidewaiter.model.errors import NoteRefused

ED25519: Final = 0x01
COSIGNED: Final = 0x04
KEY_HASH_BYTES: Final = 4
KEY_BYTES: Final = 32
DASH: Final = "\N{EM DASH} "
CHECKPOINT_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Who signs: a name without blanks or plus signs, and an Ed25519 public key of 32 bytes."""

    name: str
    key: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(letter.isspace() for letter in self.name):
            raise NoteRefused(f"{self.name!r} cannot name a key: blanks and plus signs are not allowed.")
        if len(self.key) != KEY_BYTES:
            raise NoteRefused(f"The key of {self.name} has {len(self.key)} bytes instead of {KEY_BYTES}.")

    @property
    def key_hash(self) -> bytes:
        """Four bytes that find the key of a signature."""
        told = self.name.encode() + b"\n" + bytes([self.kind]) + self.key
        return sha256(told).digest()[:KEY_HASH_BYTES]

    def __str__(self) -> str:
        """The key as one word: name, key hash and key, joined by plus signs."""
        return f"{self.name}+{self.key_hash.hex()}+{to_base64(bytes([self.kind]) + self.key)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note; ``data`` is what follows the four bytes of the key hash."""

    name: str
    key_hash: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How long a log is and the root over all its entries; ``extensions`` are further lines, signed as well."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The text that is signed; it ends with a new line."""
        return "\n".join((self.origin, str(self.size), to_base64(self.root), *self.extensions, ""))


def read_key(word: str) -> PublicKey:
    """The public key of a word ``name+hash+key``; refused where the hash is not its own."""
    name, *parts = word.strip().split("+", 2)
    if len(parts) != 2:  # noqa: PLR2004 - hash and key
        raise NoteRefused(f"{word!r} is no key: it has the form name+hash+key.")
    data = from_base64(parts[1])
    key = PublicKey(name, data[1:], data[0] if data else 0)
    if key.key_hash.hex() != parts[0]:
        raise NoteRefused(f"The key of {name} was damaged: its hash is another one.")
    return key


def signature_line(key: PublicKey, data: bytes) -> str:
    """The line that stands below a note."""
    return f"{DASH}{key.name} {to_base64(key.key_hash + data)}\n"


def cosigned_text(text: str, at_s: int) -> bytes:
    """What a witness signs: that it saw this text at this second (Unix time) and knows of no other of the same size."""
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def cosignature_line(key: PublicKey, at_s: int, signature: bytes) -> str:
    """A witness's line: eight bytes of time before the signature."""
    return signature_line(key, at_s.to_bytes(8) + signature)


def signed_note(text: str, lines: Sequence[str]) -> str:
    """A note: the text, a blank line, the lines of those who signed."""
    return f"{text}\n{''.join(lines)}"


def read_note(note: str) -> tuple[str, tuple[Signature, ...]]:
    """Text (with its closing new line) and signatures of a note."""
    text, mark, lines = note.rpartition("\n\n")
    if not mark or not lines.endswith("\n"):
        raise NoteRefused("This is no signed note: a text, a blank line and signature lines are expected.")
    return text + "\n", tuple(_signature(line) for line in lines.splitlines())


def _signature(line: str) -> Signature:
    name, _, data = line.removeprefix(DASH).partition(" ")
    raw = from_base64(data)
    if not line.startswith(DASH) or not name or len(raw) <= KEY_HASH_BYTES:
        raise NoteRefused(f"This is no line of a signature: {line!r}.")
    return Signature(name, raw[:KEY_HASH_BYTES], raw[KEY_HASH_BYTES:])


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note's text tells."""
    lines = text.splitlines()
    if len(lines) < CHECKPOINT_LINES or not text.endswith("\n"):
        raise NoteRefused("This is no checkpoint: origin, size and root are expected.")
    origin, size, root, *extensions = lines
    if not size.isascii() or not size.isdigit() or str(int(size)) != size or not origin:
        raise NoteRefused(f"This is no size of a log: {size!r}.")
    return Checkpoint(origin, int(size), from_base64(root), tuple(extensions))


def to_base64(data: bytes) -> str:
    """Bytes as text."""
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes:
    """Bytes of a text; refused where it is not the one text of its bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise NoteRefused(f"{text!r} is not base64.") from fault
    if to_base64(data) != text:
        raise NoteRefused(f"{text!r} is not the one text of its bytes.")
    return data

"""Keys, signatures and checkpoints (C2SP)."""

import base64
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tidewaiter.store.verify.hashes import sha256

LOG, WITNESS = 1, 4
TIME_BYTES: Final = 8


class Checkpoint(NamedTuple):
    """A checkpoint: ``text`` is what was signed, ``signatures`` are pairs of key hash and signature."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: tuple[tuple[bytes, bytes], ...]


def key_of(word: str) -> tuple[int, bytes, Ed25519PublicKey]:
    """Kind, key hash and key of a word ``name+hash+key``; raises ValueError."""
    name, hashed, encoded = word.strip().split("+", 2)
    data = base64.b64decode(encoded, validate=True)
    if sha256(name.encode(), b"\n", data)[:4].hex() != hashed or data[0] not in {LOG, WITNESS}:
        raise ValueError(f"{word!r} is no key")
    return data[0], bytes.fromhex(hashed), Ed25519PublicKey.from_public_bytes(data[1:])


def is_signed(word: str, text: bytes, signature: bytes) -> bool:
    """True where the key of ``word`` signed the text."""
    try:
        key_of(word)[2].verify(signature, text)
    except InvalidSignature:
        return False
    return True


def is_note_of(word: str, note: Checkpoint) -> bool:
    """True where a checkpoint bears the signature of a log's key, or the cosignature of a witness's."""
    kind, hashed, _ = key_of(word)
    told = [signature for by, signature in note.signatures if by == hashed]
    if kind == LOG:
        return any(is_signed(word, note.text.encode(), signature) for signature in told)
    return any(is_signed(word, _seen(note, signature), signature[TIME_BYTES:]) for signature in told)


def _seen(note: Checkpoint, signature: bytes) -> bytes:
    return f"cosignature/v1\ntime {int.from_bytes(signature[:TIME_BYTES])}\n{note.text}".encode()


def checkpoint_of(note: str) -> Checkpoint:
    """The checkpoint of a signed note; raises ValueError or LookupError."""
    text, _, lines = note.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    raw = [base64.b64decode(line.rsplit(" ", 1)[1], validate=True) for line in lines.splitlines()]
    signatures = tuple((one[:4], one[4:]) for one in raw)
    return Checkpoint(origin, int(size), base64.b64decode(root, validate=True), text + "\n", signatures)

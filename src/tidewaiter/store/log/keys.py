"""Keys that sign: Ed25519, in files that only their owner can read."""

import stat
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from tidewaiter.model.errors import KeyRefused
from tidewaiter.model.note import COSIGNED, ED25519, PublicKey
from tidewaiter.store.new_file import put_new

KEY: Final = "log.pem"
NEXT: Final = "log.pem.next"
OPEN_TO_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Signer:
    """A private key with the name that it signs under; its public half is ``key``."""

    def __init__(self, name: str, private: Ed25519PrivateKey, kind: int = ED25519) -> None:
        self._private = private
        self.key = PublicKey(name, private.public_key().public_bytes_raw(), kind)

    def sign(self, data: bytes) -> bytes:
        """64 bytes of signature."""
        return self._private.sign(data)

    def as_witness(self) -> "Signer":
        """The same key as one that cosigns what others signed."""
        return Signer(self.key.name, self._private, COSIGNED)


def make_signer(path: Path, name: str) -> Signer:
    """Make a key in a new file, 0600, on the disk when this returns; refused where the file exists."""
    private = Ed25519PrivateKey.generate()
    signer = Signer(name, private)
    data = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        put_new(path, data)
    except FileExistsError as fault:
        raise KeyRefused(f"{path} exists already. Move it away where it is to be replaced.") from fault
    return signer


def read_signer(path: Path, name: str) -> Signer:
    """The key of a file; refused where others could read it or it is no Ed25519 key."""
    if not path.is_file():
        raise KeyRefused(f"There is no key in {path}. Restore it from its backup.")
    if path.stat().st_mode & OPEN_TO_OTHERS:
        raise KeyRefused(f"{path} can be read by others. Change the key, then: chmod 600 {path}")
    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as fault:
        raise KeyRefused(f"{path} holds no key that can be read: {fault}.") from fault
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyRefused(f"{path} holds another kind of key than Ed25519.")
    return Signer(name, private)

"""Data sealed under the key of this installation: AES-256-GCM, bound to what they are about."""

import hmac
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from tidewaiter.model.errors import KeyRefused
from tidewaiter.store.new_file import put_new

NAME: Final = "vault.key"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
EDITION: Final = b"\x01"
"""First byte of what was sealed: how it was sealed, so that it can be done otherwise one day."""


class Seal:
    """The key of an installation, or of a person; ``seal`` and ``open`` are each other's way back."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeyRefused(f"A key of the vault has {KEY_BYTES} bytes, not {len(key)}.")
        self._key = key
        self._index_keys: dict[str, bytes] = {}

    @classmethod
    def of_home(cls, secrets_folder: Path) -> "Seal":
        """The key in the folder of secrets, made there if need be; back it up apart from the database."""
        path = secrets_folder / NAME
        if not path.exists():
            with suppress(FileExistsError):  # another process was first: its key counts
                put_new(path, secrets.token_bytes(KEY_BYTES))
        return cls(path.read_bytes())

    @classmethod
    def new(cls) -> tuple["Seal", bytes]:
        """A key of 256 random bits, with its bytes for sealing under another."""
        key = secrets.token_bytes(KEY_BYTES)
        return cls(key), key

    def seal(self, data: bytes, about: str) -> bytes:
        """``data`` sealed; it opens only with the same ``about``: a row's sealed data cannot be put into another's."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return EDITION + nonce + AESGCM(self._key).encrypt(nonce, data, EDITION + about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """What was sealed.

        Raises:
            KeyRefused: another key sealed it, it is about something else, or it was changed.
        """
        edition, nonce, rest = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return AESGCM(self._key).decrypt(nonce, rest, edition + about.encode())
        except (InvalidTag, ValueError) as fault:
            raise KeyRefused(
                f"What is sealed of {about.partition('/')[0]} does not open by the key of this installation. "
                f"Restore {NAME} from the backup that belongs to the database."
            ) from fault

    def index(self, text: str, purpose: str) -> bytes:
        """32 bytes to look ``text`` up by, under a key for this purpose; without it nobody can guess or compare."""
        return hmac.digest(self._index_key(purpose), text.encode(), "sha256")

    def _index_key(self, purpose: str) -> bytes:
        if purpose not in self._index_keys:
            told = HKDFExpand(hashes.SHA256(), KEY_BYTES, f"index/{purpose}".encode())
            self._index_keys[purpose] = told.derive(self._key)
        return self._index_keys[purpose]

"""The key that signs what the service hands out and takes back: made once for a home folder."""

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from tidewaiter.service.settings import home_folder
from tidewaiter.store.new_file import put_new
from tidewaiter.store.postgres.place import SECRETS, make_secrets
from tidewaiter.store.sealing import Seal

BYTES: Final = 64
NAME: Final = "service.key"


def secret_key(home: Path | None = None) -> str:
    """The key of an installation, made at the first call; its file is open to its owner alone."""
    folder = (home or home_folder()) / SECRETS
    path = folder / NAME
    if not path.exists():
        make_secrets(folder)
        with suppress(FileExistsError):  # another process was first: its key counts
            put_new(path, secrets.token_urlsafe(BYTES).encode())
    return path.read_text(encoding="ascii")


def seal_of_home(home: Path | None = None) -> Seal:
    """The key that an installation seals by: bodies of messages, secrets of webhooks and of one-time codes."""
    folder = (home or home_folder()) / SECRETS
    make_secrets(folder)
    return Seal.of_home(folder)

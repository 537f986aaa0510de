"""Keys of the service (what it hands out and takes back, what it seals): each made once for a home folder."""

import os
import secrets
from pathlib import Path
from typing import Final

from tidewaiter.service.settings import home_folder
from tidewaiter.store.postgres.place import SECRETS, make_secrets

BYTES: Final = 64
NAME: Final = "service.key"


def secret_key(home: Path | None = None, name: str = NAME) -> str:
    """A key of an installation, made at the first call; its file is open to its owner alone."""
    folder = (home or home_folder()) / SECRETS
    path = folder / name
    if not path.exists():
        make_secrets(folder)
        part = folder / f"{name}.{os.getpid()}"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return path.read_text(encoding="ascii")

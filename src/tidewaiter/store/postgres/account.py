"""The account of the machine under which the server runs: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tidewaiter.model.errors import DatabaseFault

SYSTEM_USER: Final = "tidewaiter"
ANYBODY, GROUP, OWNER = 0o001, 0o010, 0o100
CLEAN: Final = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}


@dataclass(frozen=True)
class Account:
    """Name and numbers of an account; ``is_ours`` where this process runs under it."""

    name: str
    uid: int
    gid: int
    is_ours: bool

    def may_reach(self, path: Path) -> bool:
        """True where the account may walk to ``path``; what does not exist yet is judged by what lies above it."""
        if self.is_ours:
            return True
        folders = [above for above in (path, *path.parents) if above.is_dir()]
        return all(self._may_enter(folder.stat()) for folder in folders)

    def _may_enter(self, folder: os.stat_result) -> bool:
        if folder.st_uid == self.uid:
            return bool(folder.st_mode & OWNER)
        return bool(folder.st_mode & (GROUP if folder.st_gid == self.gid else ANYBODY))

    def gives(self) -> dict[str, Any]:
        """Arguments for ``subprocess`` that start a program under this account, without our environment."""
        change = {} if self.is_ours else {"user": self.uid, "group": self.gid, "extra_groups": ()}
        return {**change, "env": CLEAN, "cwd": "/", "stdin": subprocess.DEVNULL}

    def owns(self, path: Path) -> None:
        """Make ``path`` the account's."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)


def own_name() -> str:
    """Name of the account of this process."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as unknown:
        raise DatabaseFault(
            f"The account number {os.geteuid()} has no name on this machine, and PostgreSQL needs one. Give it a line "
            "in /etc/passwd, or name a server by TIDEWAITER_DATABASE_URL."
        ) from unknown


def server_account() -> Account:
    """Our own account; for root a system user that owns nothing else, made at the first call."""
    if os.geteuid() != 0:
        return Account(own_name(), os.geteuid(), os.getegid(), is_ours=True)
    try:
        found = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _make_system_user()
        found = pwd.getpwnam(SYSTEM_USER)
    return Account(found.pw_name, found.pw_uid, found.pw_gid, is_ours=False)


def _make_system_user() -> None:
    nologin = shutil.which("nologin", path="/usr/sbin:/sbin:/usr/bin:/bin") or "/bin/false"
    ways = (
        ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/", "--shell", nologin, SYSTEM_USER),
        ("adduser", "-S", "-D", "-H", "-h", "/", "-s", nologin, SYSTEM_USER),
    )
    for program, *words in ways:
        path = shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin")
        if path is None:
            continue
        made = subprocess.run([path, *words], check=False, capture_output=True, text=True)  # noqa: S603 - fixed words
        if made.returncode == 0 or _exists():
            return
    raise DatabaseFault(
        f"PostgreSQL does not run as root, and the system user '{SYSTEM_USER}' cannot be made. Make it by hand "
        f"(useradd --system {SYSTEM_USER}), or run as another user."
    )


def _exists() -> bool:
    """True where another process made the user meanwhile."""
    return any(known.pw_name == SYSTEM_USER for known in pwd.getpwall())

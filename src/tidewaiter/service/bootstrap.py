"""The framework of the people rooms, woken for this process: it connects as one role and no other."""

import os
from typing import Final

from tidewaiter.model.errors import DatabaseFault

MODULE: Final = "tidewaiter.site.settings"
_chosen: dict[str, str] = {}


def begin(address: str, *, pool: int = 0) -> None:
    """Wake Django in this process with the database at ``address``; the same again changes nothing.

    ``pool``: so many connections are shared by all threads, each for as long as it asks; none: each thread has its own.
    """
    if _chosen.setdefault("address", address) != address:
        raise DatabaseFault("This process works with another database already. Start a process of its own.")
    _chosen.setdefault("pool", str(pool))
    os.environ["DJANGO_SETTINGS_MODULE"] = MODULE
    import django  # noqa: PLC0415 - the framework is optional and wakes here alone
    from django.apps import apps  # noqa: PLC0415 - the same

    if not apps.ready:
        django.setup()


def address() -> str:
    """The address that was chosen for this process."""
    if "address" not in _chosen:
        raise DatabaseFault("No database was chosen for this process. Start the service: tidewaiter serve")
    return _chosen["address"]


def pool() -> int:
    """How many connections the threads of this process share; 0 where each has its own."""
    return int(_chosen.get("pool", "0"))

"""Use case: jobs of the worker, listed and begun anew by whoever keeps the machine."""

from collections.abc import Sequence

from tidewaiter.model.errors import WrongUse
from tidewaiter.service.bootstrap import begin
from tidewaiter.service.database import app_address
from tidewaiter.service.work import SERVICE


def waiting(*, set_aside: bool = False) -> list[dict[str, object]]:
    """Jobs that are not done, those set aside first; with ``set_aside`` those alone."""
    begin(app_address())
    from django.db import connection  # noqa: PLC0415 - Django is awake from here on

    from tidewaiter.exchange import work  # noqa: PLC0415 - the same
    from tidewaiter.store.access import acting  # noqa: PLC0415 - the same

    with acting(SERVICE, [SERVICE]):
        return [one._asdict() for one in work.waiting(connection, "failed" if set_aside else None)]


def again(jobs: Sequence[int]) -> list[int]:
    """Begin anew with jobs that were set aside.

    Raises:
        WrongUse: a job is not set aside, or there is none of that number; nothing was begun.
    """
    begin(app_address())
    from django.db import connection  # noqa: PLC0415 - Django is awake from here on

    from tidewaiter.exchange import work  # noqa: PLC0415 - the same
    from tidewaiter.store.access import acting  # noqa: PLC0415 - the same

    with acting(SERVICE, [SERVICE]):
        begun = work.again(connection, jobs)
        strange = sorted(set(jobs) - set(begun))
        if strange:
            named = ", ".join(map(str, strange))
            raise WrongUse(f"Not set aside: {named}. See those that are: tidewaiter jobs list --set-aside")
    return begun

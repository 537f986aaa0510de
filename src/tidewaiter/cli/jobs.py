"""``tidewaiter jobs``."""

from typing import Annotated

from cyclopts import Parameter

from tidewaiter.cli.words import columns, plain, show, show_json

STATES = {"todo": "waits", "doing": "runs", "failed": "set aside"}


def list_jobs(
    *,
    set_aside: Annotated[bool, Parameter(negative=())] = False,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Tell jobs that are not done; exit code 1 where some were set aside.

    Args:
        set_aside: Those alone that failed too often and wait for a person.
        json: The same as JSON.
    """
    from tidewaiter.service.jobs import waiting

    found = waiting(set_aside=set_aside)
    if json:
        show_json(found)
    else:
        rows = [
            (str(one["id"]), plain(one["task"]), STATES[str(one["state"])], f"{one['tries']} tries",
             plain(one["reason"] or ""))
            for one in found
        ]  # fmt: skip
        show(["", *(columns(rows) or ["  No job waits."]), ""])
    return 1 if any(one["state"] == "failed" for one in found) else 0


def retry(jobs: Annotated[list[int], Parameter(name="JOB")], /) -> int:
    """Begin anew with jobs that were set aside, once what stopped them is mended.

    Args:
        jobs: Numbers of jobs, as ``tidewaiter jobs list`` tells them.
    """
    from tidewaiter.service.jobs import again

    show(["", f"  Begun anew: {', '.join(map(str, again(jobs)))}.", ""])
    return 0

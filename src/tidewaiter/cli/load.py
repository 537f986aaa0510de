"""``tidewaiter load``."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tidewaiter.cli.words import plain, show, show_json
from tidewaiter.model.words import counted

SHOWN = 20


def load(
    folder: Annotated[Path, Parameter(name="RUN")],
    /,
    *,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Take a finished run into the service: its filings, and a case for each that needs people.

    Args:
        folder: Folder that a run wrote.
        json: The same as JSON.
    """
    from tidewaiter.service.clock import now
    from tidewaiter.service.loading import load_here

    told = load_here(folder, now=now())
    if json:
        show_json({**told._asdict(), "aside": [one._asdict() for one in told.aside]})
    elif told.was_there:
        show(["", f"  {plain(folder)} was taken in before; nothing was done.", ""])
    else:
        cases = counted(told.cases, "case")
        more = [f"  {counted(told.known, 'filing')} known already."] if told.known else []
        aside = [f"  not taken: {plain(one.consignment_id)} version {one.version}: {one.sentence} [{one.code}]"
                 for one in told.aside[:SHOWN]]  # fmt: skip
        rest = [f"  and {len(told.aside) - SHOWN:,} more"] if len(told.aside) > SHOWN else []
        show(["", f"  {counted(told.filings, 'filing')} taken in, {cases} opened.", *more, *aside, *rest, ""])
    return 0

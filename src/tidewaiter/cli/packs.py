"""``tidewaiter packs``."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tidewaiter.cli.words import plain, show, show_json


def check(
    folder: Annotated[Path, Parameter(name="DIR")],
    /,
    *,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Prove the packs of a folder by the cases they bring; exit code 2 where one is not proven.

    Args:
        folder: The folder that ``--packs`` would name.
        json: Each pack with what is wrong with it, as JSON.
    """
    from tidewaiter.model.errors import SheetRefused
    from tidewaiter.service.pack_check import faults_of, packs_of

    told = {f"{pack.parent.name}/{pack.name}": faults_of(pack) for pack in packs_of(folder)}
    if json:
        show_json(told)
    else:
        show(_lines(told))
    return SheetRefused.exit_code if any(told.values()) else 0


def _lines(told: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for pack, faults in told.items():
        if not faults:
            yield f"  [bold]{plain(pack)}[/] is [green]proven[/] by its cases."
        else:
            yield f"  [bold]{plain(pack)}[/] is [red]not proven[/]:"
            yield from (f"    {plain(fault)}" for fault in faults)

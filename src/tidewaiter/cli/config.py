"""``tidewaiter config`` and ``tidewaiter doctor``."""

from typing import Annotated

from cyclopts import Parameter

from tidewaiter.cli.words import columns, plain, show, show_json


def check(*, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Tell each setting with its value and source; exit code 2 where one is unknown or cannot mean anything.

    Args:
        json: The same as JSON.
    """
    from tidewaiter.model.errors import SettingRefused
    from tidewaiter.service.settings import read_settings

    found, faults = read_settings()
    if json:
        told = [{"name": name, "value": one.shown, "source": one.source} for name, one in found.items()]
        show_json({"settings": told, "faults": faults})
    else:
        rows = [(name, one.shown or "-", one.source, one.setting.meaning) for name, one in found.items()]
        show(["", *columns(rows, indent=2), "", *(f"  [red]{plain(fault)}[/]" for fault in faults), ""])
    return SettingRefused.exit_code if faults else 0


def doctor(*, json: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Look at what the service stands on, and say of each fault how to mend it; exit code 1 where there is one.

    Args:
        json: The same as JSON.
    """
    from tidewaiter.service.doctor import findings

    found = list(findings())
    if json:
        show_json([{"name": one.name, "is_sound": one.is_sound, "told": one.told, "mend": one.mend} for one in found])
    else:
        lines = []
        for one in found:
            mark = "[green]sound[/]" if one.is_sound else "[red]fault[/]"
            lines += [f"  {mark}  [bold]{plain(one.name)}[/]: {plain(one.told)}"]
            lines += [f"         {plain(one.mend)}"] if one.mend else []
        show(["", *lines, ""])
    return 0 if all(one.is_sound for one in found) else 1

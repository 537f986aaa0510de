"""``tidewaiter receipt``."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tidewaiter.cli.words import plain, show, show_json

BROKEN = 1


def verify(
    file: Annotated[Path, Parameter(name="FILE")],
    /,
    *,
    key: Path | None = None,
    original: Annotated[tuple[Path, ...], Parameter(negative=())] = (),
    parcel: str | None = None,
    proof: Path | None = None,
    previous: Path | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Prove a signed receipt without the service; exit code 1 where it does not hold.

    Args:
        file: The receipt: receipt.jws, or the answer of the API as JSON.
        key: The public keys as published at /v1/receipt-keys; those of this installation when not given.
        original: A file that was handed over; give it once for each.
        parcel: The filing or parcel that the proof is of.
        proof: The proof that a filing was accepted, as given with the receipt.
        previous: The receipt before this one.
        json: The verdict as JSON.
    """
    from tidewaiter.service.lodging.receipts import PUBLIC
    from tidewaiter.service.receipts.verifying import verify as look
    from tidewaiter.service.settings import home_folder

    keys = key or home_folder() / "keys" / PUBLIC
    found = look(file, keys, originals=original, parcel=parcel, proof=proof, previous=previous)
    if json:
        show_json({"holds": not found.faults, **found._asdict()})
    else:
        lines = [*(f"  holds: {plain(one)}" for one in found.held), *(f"  fault: {plain(one)}" for one in found.faults)]
        show(["", *lines, ""])
    return BROKEN if found.faults else 0


def prove(
    folder: Annotated[Path, Parameter(name="RUN")],
    consignment: Annotated[str, Parameter(name="CONSIGNMENT_ID")],
    /,
    *,
    to: Path,
    version: int | None = None,
) -> int:
    """Write the proof that a run accepted a filing, to be verified with the run's receipt.

    Args:
        folder: Folder that a run wrote.
        consignment: The filing.
        to: File to write.
        version: Which version; the newest when not given.
    """
    from json import dumps

    from tidewaiter.service.receipts.contents import proof
    from tidewaiter.service.results import open_results

    to.write_text(dumps(proof(open_results(folder), consignment, version)) + "\n", encoding="utf-8")
    show(["", f"  {plain(to)} is written.", ""])
    return 0

"""Giving: a run that is taken in gets its signed receipt, once, the next of its sender's chain."""

import hashlib
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from tidewaiter.exchange import receipts, uploads
from tidewaiter.exchange.receipts import Receipt
from tidewaiter.model.errors import WrongUse
from tidewaiter.service.audit import keys_folder
from tidewaiter.service.lodging.receipts import receipt_signer, signed
from tidewaiter.service.receipts.contents import contents, proof
from tidewaiter.service.results import Results, open_results
from tidewaiter.store.access import acting_as
from tidewaiter.store.asking import row
from tidewaiter.store.new_file import sync
from tidewaiter.store.rights import Actor

FILE: Final = "receipt.jws"


def sign_run(results: Results, run: str, now: datetime) -> Receipt:
    """The receipt of a run, made and kept in the caller's transaction; one that it has already is given again."""
    known = receipts.of_run(run)
    if known is not None:
        return known
    told = contents(results, run)
    last = receipts.last_of(told["sender"])
    number = last.number + 1 if last else 1
    previous = last.hash if last else None
    said = {**told, "number": number, "previous": previous.hex() if previous else None,
            "at": now.astimezone(UTC).isoformat()}  # fmt: skip
    text = signed(receipt_signer(keys_folder()), said)
    made = Receipt(told["sender"], number, run, hashlib.sha256(text.encode()).digest(), previous, text, now)
    receipts.keep(made)
    return made


def lay_beside(folder: Path, receipt: Receipt) -> None:
    """Put the signed receipt beside the one without a clock; whole or not at all, and the same each time."""
    beside = folder / f".{FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    with beside.open("xb") as file:
        file.write(receipt.jws.encode())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / FILE)
    sync(folder)


def given(
    actor: Actor, name: UUID, run: Path, consignment_id: str | None, version: int | None
) -> dict[str, Any] | None:
    """The receipt of a message or of a file that the actor handed over; None where there is none for it.

    ``run`` is where the runs of files lie. With ``consignment_id`` also the proof that this filing was accepted.
    """
    with acting_as(actor):
        found = uploads.by_id(name)
        if found is None:
            told = row("select answer -> 'receipt' ->> 'signed' from message where name = %s", name)
            return {"receipt": told[0]} if told and told[0] else None
        origin = UUID(found.told["repeats"]) if found.told.get("repeats") else name
        results = open_results(run / str(origin)) if (run / str(origin) / FILE).is_file() else None
    if results is None:
        return None
    answer: dict[str, Any] = {"receipt": (results.folder / FILE).read_text(encoding="ascii")}
    if consignment_id is not None:
        try:
            answer["proof"] = proof(results, consignment_id, version)
        except WrongUse:
            return None
    return answer

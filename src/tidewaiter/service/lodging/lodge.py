"""Use case: one filing lodged by a machine, and its answer after the commit."""

import hashlib
from pathlib import Path
from typing import Final, NamedTuple

from tidewaiter.model.errors import Unavailable, WrongUse
from tidewaiter.service.filing_rights import refuse_other_declarants
from tidewaiter.service.lodging.handing import WAIT_S, hand_over
from tidewaiter.service.lodging.receipts import PUBLIC
from tidewaiter.service.settings import home_folder
from tidewaiter.store.rights import Actor, Facts, NotAllowed, require

KEY_MAX: Final = 255
DERIVED: Final = "sha256:"


class Answer(NamedTuple):
    """What became of a message: its fate, and the document for its sender as JSON, word for word."""

    fate: str
    document: str


def lodge(body: bytes, client: Actor, key: str = "", *, home: Path | None = None, wait_s: float = WAIT_S) -> Answer:
    """Lodge one filing; the answer comes after the commit, and again for the same key within thirty days.

    A call without a key takes the hash of its body for one: the same words sent twice count once.

    Raises:
        NotAllowed: the client files for nobody.
        DeclarantRefused: the message names a declarant for whom the client may not file.
        WrongUse: an empty message, or a key that is none; ``KeyUsedOtherwise`` for one of another message.
        UnusableInput: too long for one filing.
        Unavailable: not now (``Busy``: and when); nothing was answered, and the same call is safe to send again.
    """
    if client.filer is None:
        raise NotAllowed("write", "filing")
    require(client, "write", "filing", Facts(filer=client.filer))
    if not body.strip():
        raise WrongUse("The message is empty. Send one filing as a JSON object.")
    if len(key) > KEY_MAX or not key.isprintable():
        raise WrongUse(f"A key has up to {KEY_MAX} characters that can be printed. Shorten it.")
    if key.startswith(DERIVED):
        raise WrongUse(f"A key does not begin with '{DERIVED}': the service makes such keys itself. Choose another.")
    refuse_other_declarants(client, body)
    replied = hand_over(body, client.filer, key or DERIVED + hashlib.sha256(body).hexdigest(), home=home, wait_s=wait_s)
    return Answer(replied.fate, replied.answer)


def public_keys(home: Path | None = None) -> bytes:
    """The public keys of receipts as a JSON Web Key Set; ``Unavailable`` until a batcher has made one."""
    path = (home or home_folder()) / "keys" / PUBLIC
    try:
        return path.read_bytes()
    except FileNotFoundError as fault:
        raise Unavailable("No receipt was signed yet. Ask again in a moment.") from fault

"""For whom a party files: itself, and others only where the registry says so."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any, Final

import msgspec

from tidewaiter.model.errors import DeclarantRefused
from tidewaiter.store.rights import Actor

EVERYBODY: Final = "*"
FIELD: Final = "declarant_id"
MARK_OF_ORDER: Final = b"\xef\xbb\xbf"


class _Named(msgspec.Struct):
    """All that is read of a message here; the rest of it is looked over and not kept."""

    declarant_id: Any = None


_decode: Final = msgspec.json.Decoder(_Named).decode


def refuse_other_declarants(client: Actor, body: bytes) -> None:
    """Refuse a message that names a declarant for whom its sender may not file; what cannot be read names nobody.

    Raises:
        DeclarantRefused: the message names another.
    """
    try:
        named = _decode(body.removeprefix(MARK_OF_ORDER)).declarant_id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return  # the batcher says what is wrong with it
    if named is not None:
        refuse_others(client.filer or "", client.files_for, [str(named)])


def refuse_others(party: str, files_for: AbstractSet[str], declarants: Iterable[str | None]) -> None:
    """Refuse the first of these for whom the party may not file; nobody named is the party itself.

    Raises:
        DeclarantRefused: the party may not file for one of them.
    """
    if EVERYBODY in files_for:
        return
    for one in declarants:
        if (named := (one or "").strip()) and named != party and named not in files_for:
            raise DeclarantRefused(named)

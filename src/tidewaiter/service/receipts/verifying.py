"""Verifying: a receipt proven by its public key alone, with the originals and filings that it speaks of."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tidewaiter.model.canonical import canonical, read_canonical
from tidewaiter.model.errors import NotCanonical, UnusableInput
from tidewaiter.model.tree import includes, leaf_hash

PARTS: Final = 3
NOT_READ: Final = "no receipt: three parts of base64, parted by dots"
Told = Mapping[str, Any]


class Verdict(NamedTuple):
    """What a receipt says, and every reason not to believe it; no reason: it holds."""

    told: Told
    held: Sequence[str]
    faults: Sequence[str]


def verify(
    file: Path,
    keys: Path,
    *,
    originals: Sequence[Path] = (),
    parcel: str | None = None,
    proof: Path | None = None,
    previous: Path | None = None,
) -> Verdict:
    """Prove a receipt: who signed it, and that originals, the filing of ``proof`` and the receipt before are its own.

    ``file`` holds the signed text, or JSON with it in ``receipt`` or ``signed`` as the API answers. Where a
    ``receipt.json`` or ``quarantine.csv`` lies beside ``receipt.jws`` it has to be the one that was signed too.

    Raises:
        UnusableInput: a file that cannot be read, or keys that are none.
    """
    text = _text_of(file)
    told, fault = _signed(text, _keys(keys))
    if told is None:
        return Verdict({}, (), (fault,))
    held, faults = [f"signed by {told_by(text)}"], list[str]()
    for original in originals:
        _weigh(_is_original(told, original), f"{original.name} is what was received", held, faults)
    for name, key in (("receipt.json", "receipt"), ("quarantine.csv", "quarantine")):
        beside = file.with_name(name)
        if file.suffix == ".jws" and key in told and beside.is_file():
            _weigh(_digest(beside) == told[key], f"{name} beside it is as it was signed", held, faults)
    if parcel is not None or proof is not None:
        _weigh(_is_in(told, parcel, proof), f"{parcel or 'the filing'} was accepted", held, faults)
    if previous is not None:
        before = hashlib.sha256(_text_of(previous).encode()).hexdigest()
        _weigh(told.get("previous") == before, f"it follows on {previous.name}", held, faults)
    return Verdict(told, held, faults)


def told_by(text: str) -> str:
    """The name of the key that signed."""
    return str(json.loads(_data(text.split(".", maxsplit=1)[0])).get("kid", ""))


def _weigh(is_so: bool, sentence: str, held: list[str], faults: list[str]) -> None:  # noqa: FBT001 - a verdict in words
    (held if is_so else faults).append(sentence if is_so else f"not so: {sentence}")


def _signed(text: str, keys: Mapping[str, Ed25519PublicKey]) -> tuple[Told | None, str]:
    parts = text.split(".")
    try:
        if len(parts) != PARTS or not text.isascii():
            return None, NOT_READ
        head, told = read_canonical(_data(parts[0])), read_canonical(_data(parts[1]))
        signature = _data(parts[2])
    except (NotBase64, ValueError, NotCanonical):
        return None, NOT_READ
    if not isinstance(head, dict) or head.get("alg") != "EdDSA" or not isinstance(told, dict):
        return None, "signed by another method than EdDSA"
    key = keys.get(str(head.get("kid")))
    if key is None:
        return None, f"signed by key {str(head.get('kid'))[:32]}, which is not among the keys given"
    try:
        key.verify(signature, f"{parts[0]}.{parts[1]}".encode())
    except InvalidSignature:
        return None, "the signature is not of these words: something was changed"
    return told, ""


def _is_original(told: Told, original: Path) -> bool:
    """A file by its hash among those received; a message by the hash of its body."""
    known = {one["sha256"] for one in told.get("files", ())} | {told.get("content_hash")}
    return _digest(original) in known


def _is_in(told: Told, parcel: str | None, proof: Path | None) -> bool:
    if proof is None:
        return False
    try:
        given = json.loads(proof.read_text(encoding="utf-8"))
        given = given.get("proof", given)
        leaf, tree = given["leaf"], told["accepted"]
        if parcel is not None and parcel not in {leaf["consignment_id"], leaf["parcel_id"]}:
            return False
        path = [bytes.fromhex(one) for one in given["path"]]
        data, root = leaf_hash(canonical(leaf)), bytes.fromhex(tree["root"])
        return given["size"] == tree["size"] and includes(data, given["index"], given["size"], path, root)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, NotCanonical):
        return False


def _keys(path: Path) -> dict[str, Ed25519PublicKey]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["keys"]
        return {one["kid"]: Ed25519PublicKey.from_public_bytes(_data(one["x"])) for one in told}
    except (OSError, ValueError, LookupError, TypeError) as fault:
        raise UnusableInput(f"{path} holds no public keys of receipts. Ask for /v1/receipt-keys.") from fault


def _text_of(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise UnusableInput(f"{path} cannot be read as a receipt. Name the file that was given.") from fault
    if text.startswith("{"):
        try:
            told = json.loads(text)
            inner = told.get("receipt", told)
            text = inner if isinstance(inner, str) else inner["signed"]
        except (ValueError, LookupError, TypeError) as fault:
            raise UnusableInput(f"{path} holds no signed receipt. Name the file that was given.") from fault
    return str(text)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        raise UnusableInput(f"{path} cannot be read.") from fault


def _data(text: str) -> bytes:
    """Base64 of addresses without padding; a text that is not the shortest one for its bytes is refused."""
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _plain(data) != text:
        raise ValueError("not canonical")
    return data


def _plain(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()

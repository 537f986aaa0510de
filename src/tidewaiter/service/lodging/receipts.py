"""Receipts: what a sender can show for a message, signed, so that it stands without the database."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from tidewaiter.model.canonical import canonical
from tidewaiter.store.log.keys import Signer, make_signer, read_signer

NAME: Final = "receipts.pem"
PUBLIC: Final = "receipts.jwk.json"
OWN: Final = "tidewaiter/receipts"


def receipt_signer(keys: Path) -> Signer:
    """The key of receipts, made at the first call; its public half lies beside it for everybody."""
    path = keys / NAME
    signer = read_signer(path, OWN) if path.exists() else make_signer(path, OWN)
    (keys / PUBLIC).write_bytes(msgspec.json.encode({"keys": [public_key(signer)]}))
    return signer


def public_key(signer: Signer) -> dict[str, str]:
    """The public key as a JSON Web Key (RFC 8037)."""
    return {
        "kty": "OKP", "crv": "Ed25519", "x": _text(signer.key.key), "kid": key_id(signer), "use": "sig", "alg": "EdDSA",
    }  # fmt: skip


def key_id(signer: Signer) -> str:
    """What a key is known by: the beginning of its hash."""
    return hashlib.sha256(signer.key.key).hexdigest()[:16]


def signed(signer: Signer, told: Mapping[str, Any]) -> str:
    """What is told as a compact JSON Web Signature over its canonical bytes (RFC 7515, EdDSA)."""
    head = canonical({"alg": "EdDSA", "kid": key_id(signer), "typ": "receipt+jws"})
    text = f"{_text(head)}.{_text(canonical(told))}"
    return f"{text}.{_text(signer.sign(text.encode()))}"


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()

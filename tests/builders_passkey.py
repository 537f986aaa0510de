"""A device that holds passkeys, in software: it answers what a browser asks of it, as WebAuthn says."""

import json
import os
import struct
from base64 import urlsafe_b64encode
from hashlib import sha256

from cbor2 import dumps
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(data):
    """Base64 as WebAuthn writes it."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    """One key at a time; ``count`` is how often it signed, 0 where it does not count."""

    def __init__(self, *, counts=True):
        self.key, self.id = ec.generate_private_key(ec.SECP256R1()), os.urandom(32)
        self.count, self.counts = 0, counts

    def makes(self, options, origin, **wrong):
        """The answer to the wish for a new key."""
        told = json.loads(options)
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        data = self._data(wrong.get("host", told["rp"]["id"]), wrong.get("flags", PRESENT | VERIFIED) | ATTESTED)
        data += bytes(16) + struct.pack(">H", len(self.id)) + self.id + dumps(public)
        client = self._client("webauthn.create", wrong.get("challenge", told["challenge"]), origin)
        return self._answer({
            "clientDataJSON": text(client),
            "attestationObject": text(dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        })  # fmt: skip

    def answers(self, options, origin, **wrong):
        """The answer to a challenge."""
        told = json.loads(options)
        self.count += self.counts
        data = self._data(wrong.get("host", told["rpId"]), wrong.get("flags", PRESENT | VERIFIED))
        client = self._client("webauthn.get", wrong.get("challenge", told["challenge"]), origin)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({
            "clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature),
        })  # fmt: skip

    def _data(self, host, flags):
        return sha256(host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    @staticmethod
    def _client(kind, challenge, origin):
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _answer(self, response):
        return json.dumps({
            "id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response,
            "clientExtensionResults": {},
        })  # fmt: skip

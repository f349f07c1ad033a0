"""A passkey in software: makes credentials and signs logins as WebAuthn Level 2 says, ES256 without attestation."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _client_data(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()


@dataclass
class SoftKey:
    """One key pair that remembers which user it was made for."""

    origin: str = "http://localhost:8000"
    secret: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    key_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user: str = ""
    uses: int = 0

    def create(self, options: dict[str, Any]) -> str:
        """Answer ``navigator.credentials.create``: the credential as JSON."""
        public = options["publicKey"]
        self.user = public["user"]["id"]
        numbers = self.secret.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        data = self._data(public["rp"]["id"], _ATTESTED)
        data += bytes(16) + struct.pack(">H", len(self.key_id)) + self.key_id + cbor.encode(cose)
        return self._credential(
            clientDataJSON=_client_data("webauthn.create", public["challenge"], self.origin),
            attestationObject=cbor.encode({"fmt": "none", "attStmt": {}, "authData": data}),
        )

    def get(self, options: dict[str, Any]) -> str:
        """Answer ``navigator.credentials.get``: the signed assertion as JSON."""
        public = options["publicKey"]
        data = self._data(public["rpId"], 0)
        client = _client_data("webauthn.get", public["challenge"], self.origin)
        signed = self.secret.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(clientDataJSON=client, authenticatorData=data, signature=signed)

    def _data(self, rp_id: str, flags: int) -> bytes:
        self.uses += 1
        head = hashlib.sha256(rp_id.encode()).digest()
        return head + struct.pack(">BI", flags | _PRESENT | _VERIFIED, self.uses)

    def _credential(self, **response: bytes) -> str:
        answer = {name: _b64(raw) for name, raw in response.items()}
        if "signature" in answer:
            answer["userHandle"] = self.user
        body = {
            "id": _b64(self.key_id),
            "rawId": _b64(self.key_id),
            "type": "public-key",
            "response": answer,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
        return json.dumps(body)

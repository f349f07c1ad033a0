"""An authenticator app: TOTP after RFC 6238 (SHA-1, 30 s, 6 digits), written from the RFC."""

from __future__ import annotations

import base64
import hmac
import struct
import time


def code(secret: str, *, at: float | None = None) -> str:
    """Return the code of a base-32 secret at a moment (seconds of the epoch; now when None)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = int((time.time() if at is None else at) // 30)
    digest = hmac.digest(key, struct.pack(">Q", counter), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"

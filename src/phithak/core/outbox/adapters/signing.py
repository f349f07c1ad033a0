"""HMAC signatures of webhooks, in both directions: ``t=<unix seconds>,v1=<hex HMAC-SHA-256 of "t.body">``."""

from __future__ import annotations

import hashlib
import hmac

HEADER = "X-Phithak-Signature"
WINDOW_SECONDS = 300


def sign(secret: str, body: bytes, *, now: float) -> str:
    """Return the header's value for a body sent at ``now`` (seconds since 1970)."""
    moment = str(int(now))
    return f"t={moment},v1={_mac(secret, moment, body)}"


def holds(secret: str, body: bytes, header: str, *, now: float) -> bool:
    """Tell whether a header's value is that of this body, made at most five minutes from ``now``.

    Nothing holds without a secret.
    """
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    moment, mac = parts.get("t", ""), parts.get("v1", "")
    if not secret or not (moment.isascii() and moment.isdigit() and len(moment) <= 11):  # noqa: PLR2004 - seconds until the year 5138
        return False
    fits = hmac.compare_digest(mac.encode(), _mac(secret, moment, body).encode())
    return fits and abs(now - int(moment)) <= WINDOW_SECONDS


def _mac(secret: str, moment: str, body: bytes) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()

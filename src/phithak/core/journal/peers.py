"""Our witnesses and the journals that we witness, as the settings name them."""

from __future__ import annotations

from django.conf import settings

from phithak.engines.tlog import VerifierKey


def witnesses() -> list[tuple[str, VerifierKey]]:
    """Return the addresses of ``witness_urls`` with their keys of ``witness_keys``, in pairs.

    Raises:
        TlogError: a key is malformed.
    """
    urls, lines = settings.CONFIG.witness_urls, settings.CONFIG.witness_keys
    return [(url, VerifierKey.parse(line)) for url, line in zip(urls, lines, strict=False)]


def witness_keys() -> list[VerifierKey]:
    """Return the keys of all witnesses that count.

    Raises:
        TlogError: a key is malformed.
    """
    return [VerifierKey.parse(line) for line in settings.CONFIG.witness_keys]


def log_public_key(base: str) -> bytes | None:
    """Return the public key of a journal that we witness, by the name that its epochs share.

    Raises:
        TlogError: a key of ``witness_logs`` is malformed.
    """
    known = [VerifierKey.parse(line) for line in settings.CONFIG.witness_logs]
    return next((key.public for key in known if key.name == base), None)

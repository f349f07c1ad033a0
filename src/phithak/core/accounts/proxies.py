"""Forwarded headers: believed only when the connection comes from a proxy that the settings name."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings

_FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)


def believe_trusted_proxy(meta: dict[str, Any]) -> None:
    """Correct a request's WSGI environment in place.

    From a trusted proxy: ``REMOTE_ADDR`` becomes the last address of ``X-Forwarded-For`` that is no trusted
    proxy itself, and ``wsgi.url_scheme`` what ``X-Forwarded-Proto`` says. From anybody else, and afterwards,
    no forwarded header is left for later code to believe.
    """
    trusted = _networks(settings.CONFIG.trusted_proxies)
    if trusted and _is_in(str(meta.get("REMOTE_ADDR", "")), trusted):
        chain = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
        for address in reversed(chain):
            if not _is_address(address):
                break
            meta["REMOTE_ADDR"] = address
            if not _is_in(address, trusted):
                break
        scheme = str(meta.get("HTTP_X_FORWARDED_PROTO", "")).strip().lower()
        if scheme in {"http", "https"}:
            meta["wsgi.url_scheme"] = scheme
    for name in _FORWARDED:
        meta.pop(name, None)


def _networks(names: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(name, strict=False) for name in names]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_in(text: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    return _is_address(text) and any(ipaddress.ip_address(text) in network for network in networks)

"""Forwarded headers: believed from named proxies, forgotten from everybody else."""

from __future__ import annotations

from typing import Any

import pytest

from phithak.base.config import Config
from phithak.core.accounts.proxies import believe_trusted_proxy


def seen(settings: Any, trusted: tuple[str, ...], remote: str, **headers: str) -> tuple[str, str]:
    settings.CONFIG = Config(trusted_proxies=trusted)
    meta = {"REMOTE_ADDR": remote, "wsgi.url_scheme": "http", **headers}
    believe_trusted_proxy(meta)
    assert not [name for name in meta if "FORWARDED" in name]
    return meta["REMOTE_ADDR"], meta["wsgi.url_scheme"]


@pytest.mark.parametrize(
    ("trusted", "remote", "chain", "expected"),
    [
        ((), "10.0.0.1", "192.0.2.9", "10.0.0.1"),
        (("10.0.0.1",), "10.0.0.1", "192.0.2.9", "192.0.2.9"),
        (("10.0.0.0/8",), "10.3.2.1", "203.0.113.5, 192.0.2.9, 10.9.9.9", "192.0.2.9"),
        (("10.0.0.1",), "192.0.2.1", "203.0.113.5", "192.0.2.1"),
        (("10.0.0.1",), "10.0.0.1", "203.0.113.5, <script>", "10.0.0.1"),
        (("10.0.0.1",), "10.0.0.1", "", "10.0.0.1"),
        (("::1",), "::1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_the_clients_address(
    settings: Any, trusted: tuple[str, ...], remote: str, chain: str, expected: str
) -> None:
    assert seen(settings, trusted, remote, HTTP_X_FORWARDED_FOR=chain)[0] == expected


def test_the_scheme(settings: Any) -> None:
    assert seen(settings, ("10.0.0.1",), "10.0.0.1", HTTP_X_FORWARDED_PROTO="https")[1] == "https"
    assert seen(settings, ("10.0.0.1",), "10.0.0.2", HTTP_X_FORWARDED_PROTO="https")[1] == "http"
    assert seen(settings, ("10.0.0.1",), "10.0.0.1", HTTP_X_FORWARDED_PROTO="gopher")[1] == "http"

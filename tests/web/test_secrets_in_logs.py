"""No secret in anything that the processes put out or keep: settings, passwords, tokens, links, keys, codes."""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from phithak.base import clock
from tests.core.accounts import totp
from tests.instance import instance
from tests.web.visitor import Visitor

pytestmark = pytest.mark.faults

SETTINGS = {
    "PHITHAK_SMS_URL": "http://127.0.0.1:9/send?token=sms-token-7f3a91c2",
    "PHITHAK_SMS_SECRET": "sms-receipts-secret-51d0",
    "PHITHAK_MAIL_URL": "smtp://post:mail-password-9c44@127.0.0.1:9",
    "PHITHAK_WEBHOOK_URL": "http://127.0.0.1:9/hook/hook-path-secret-2b7e",
    "PHITHAK_WEBHOOK_SECRET": "webhook-signing-secret-63aa",
    "PHITHAK_CHAT_URL": "http://127.0.0.1:9/chat/chat-path-secret-0e1f",
    "PHITHAK_OIDC_URL": "http://127.0.0.1:9/issuer",
    "PHITHAK_OIDC_CLIENT_ID": "phithak",
    "PHITHAK_OIDC_CLIENT_SECRET": "oidc-client-secret-d8b5",
}
IN_SETTINGS = [
    "sms-token-7f3a91c2", "sms-receipts-secret-51d0", "mail-password-9c44", "hook-path-secret-2b7e",
    "webhook-signing-secret-63aa", "chat-path-secret-0e1f", "oidc-client-secret-d8b5",
]  # fmt: skip
EMAIL = "first@example.th"
PASSWORD = "ม้าเขียว-กินส้ม-77"
WRONG = "ลิงน้อย-ปีนรั้ว-88"
IN_ADDRESS_FIELD = "typed-into-the-wrong-field-19"


def forms(secret: str | bytes) -> set[bytes]:
    """Return a secret as it is, in hex, base64, URL-coded and as JSON or ``repr`` would write it."""
    raw = secret.encode() if isinstance(secret, str) else secret
    found = {
        raw, raw.hex().encode(), raw.hex().upper().encode(), urllib.parse.quote(raw).encode(),
        urllib.parse.quote_plus(raw).encode(), repr(raw)[2:-1].encode(),
    }  # fmt: skip
    for coded in (base64.b64encode(raw), base64.urlsafe_b64encode(raw)):
        found.add(coded.rstrip(b"=")[:-1])  # the last letter depends on what follows
    if isinstance(secret, str):
        found |= {json.dumps(secret)[1:-1].encode(), ascii(secret)[1:-1].encode()}
    return found


def leaks(secrets: dict[str, str | bytes], texts: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Return which secret lies in which text."""
    patterns = {name: forms(secret) for name, secret in secrets.items()}
    return sorted(
        (name, where)
        for where, text in texts
        for name, made in patterns.items()
        if any(pattern in text for pattern in made)
    )


def kept(folder: Path) -> list[tuple[str, bytes]]:
    """Return every file of a folder."""
    return [
        (str(path.relative_to(folder)), path.read_bytes()) for path in folder.rglob("*") if path.is_file()
    ]


def enter(visitor: Visitor, link: str) -> str:
    """Become the first administrator with password and second factor; return the authenticator's secret."""
    assert visitor.post(link, email=EMAIL, name_th="สมมุติ ตัวอย่าง", go="1").status == 200
    assert visitor.post("/accounts/password/", password=PASSWORD, again=PASSWORD).status == 200
    page = visitor.get("/accounts/mfa/totp/activate/")
    secret = re.search(r'id="authenticator_secret" readonly value="([A-Z2-7]+)"', page.text)
    assert secret is not None, page.text[:2000]
    done = visitor.send(page, "/accounts/mfa/totp/activate/", code=totp.code(secret[1]))
    assert done.url.endswith("/accounts/mfa/codes/"), done.url
    return secret[1]


def test_no_secret_is_in_output_or_data(tmp_path: Path) -> None:
    with instance(tmp_path) as found:
        found.extra = dict(SETTINGS)
        found.start()
        printed = len(found.said)  # the first link is printed for the operator, once, on purpose
        visitor = Visitor(found.port)
        secrets: dict[str, str | bytes] = {name: name for name in IN_SETTINGS}
        secrets |= {"password": PASSWORD, "wrong password": WRONG, "wrong field": IN_ADDRESS_FIELD}
        secrets["link"] = found.link.rsplit("/", 1)[1]
        secrets["authenticator"] = enter(visitor, found.link)
        for path in sorted((tmp_path / "config").glob("*.key")):
            secrets[path.name] = path.read_bytes()
        assert {"root.key", "instance.key"} <= set(secrets)

        # an API token, made and used, rightly and wrongly
        until = (clock.today() + timedelta(days=5)).isoformat()
        made = visitor.post("/accounts/tokens/new/", name="trial", until=until, scopes="accounts.self")
        token = re.search(r'id="secret" readonly value="([^"]+)"', made.text)
        assert token is not None, made.text[-3000:]
        secrets["token"] = token[1]
        assert Visitor(found.port).api("/accounts/tokens", bearer=token[1]).status in {200, 403}
        assert Visitor(found.port).api("/accounts/tokens", bearer=f"{token[1]}x").status == 401
        secrets["session"] = visitor.cookies["sessionid"]
        # failed logins, a used link, a bad request
        stranger = Visitor(found.port)
        stranger.log_in(EMAIL, WRONG)
        stranger.log_in(IN_ADDRESS_FIELD, WRONG)
        stranger.log_in(f"{IN_ADDRESS_FIELD}@example.th", WRONG)
        assert stranger.get(found.link).status in {403, 404, 409, 410, 422}
        assert stranger.get(f"/accounts/oidc/oidc/login/?x={WRONG.encode().hex()}").status < 600
        spoken = [found.command(*words) for words in (["doctor"], ["config", "explain"], ["audit", "verify"])]
        assert found.stop() == 0

        texts = [(" ".join(done.args[3:]), (done.stdout + done.stderr).encode()) for done in spoken]
        texts += [("up", "".join(found.said[printed:]).encode())]
        assert leaks(secrets, texts) == []
        # the printed link is the one exception in the whole output
        assert leaks(secrets, [("up", "".join(found.said).encode())]) == [("link", "up")]

        # what lies in the data folder: none of them but the session's key, which is a row of the session table,
        # and what was typed as an address, which axes counts
        data = tmp_path / "data"
        stored = {name for name, _ in leaks(secrets, kept(data))}
        assert stored <= {"session", "wrong field"}, leaks(secrets, kept(data))

        # the control: each of them is found when it is there
        for name, secret in secrets.items():
            for form in forms(secret):
                (data / "spill.log").write_bytes(b"2026-01-01 INFO " + form + b" more")
                assert (name, "spill.log") in leaks(secrets, kept(data))

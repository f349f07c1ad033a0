"""The first minutes of a new instance, in a real browser: link, name, password, second factor, home."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.instance import instance

pytestmark = pytest.mark.e2e
PASSWORD = "ม้าเขียว-กินส้ม-77"


def totp(secret: str) -> str:
    """Return the present code of a secret (RFC 6238, SHA-1, 30 s, 6 digits)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    place = digest[-1] & 0xF
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_a_new_operator_comes_in_through_the_printed_link(tmp_path: Path, browser: Browser) -> None:
    with instance(tmp_path) as found:
        found.start()
        page = browser.new_page(locale="th-TH")
        page.goto(found.link)
        page.locator("main input[name=email]").fill("first@example.th")
        page.locator("main input[name=name_th]").fill("สมมุติ ตัวอย่าง")
        page.locator("main button[type=submit]").click()
        for field in page.locator("main input[type=password]").all():
            field.fill(PASSWORD)
        page.locator("main button[type=submit]").click()
        page.get_by_role("link", name="ตั้งค่าแอป").click()
        secret = re.search(r"\b[A-Z2-7]{32}\b", page.locator("main").inner_text() + page.content())
        assert secret, "the secret is not shown beside the QR"
        page.locator("main input[name=code]").fill(totp(secret.group()))
        page.locator("main button[type=submit]").click()
        page.goto(f"http://127.0.0.1:{found.port}/accounts/users/")
        expect(page.locator("main")).to_contain_text("สมมุติ ตัวอย่าง")
        # the link works once: a second look says so and lets nobody in
        page.context.clear_cookies()
        page.goto(found.link)
        assert page.locator("main input[name=email]").count() == 0
        page.close()
        assert found.stop() == 0

"""The local page: what leaves, and the switch with who and when; for this machine and the code's holder alone."""

from __future__ import annotations

import http.client
import re
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.sensor.house import House, free_port, wait_for
from tests.sensor.standin import Centre
from tests.sensor.test_flow import append


class Browser:
    """As much of a browser as the page needs."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    def ask(
        self, method: str, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {"Cookie": self.cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request(method, path, urlencode(form) if form else None, sent)
        answer = connection.getresponse()
        if answer.headers.get("Set-Cookie"):
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        body = answer.read().decode()
        connection.close()
        return answer.status, body


@pytest.fixture
def browser(house: House, tmp_path: Path) -> Browser:
    port = free_port()
    house.sections["page"] = {"port": str(port)}
    (tmp_path / "app.log").touch()
    house.source("app", kind="file", profile="application", path=tmp_path / "app.log")
    house.start()
    return Browser(port)


def test_the_page_shows_what_leaves_and_its_switch_is_seen_at_both_sides(
    house: House, centre: Centre, browser: Browser, tmp_path: Path
) -> None:
    status, body = browser.ask("GET", "/")
    assert status == 403
    assert "app" not in re.sub(r"<style>.*?</style>", "", body)
    address = urlsplit(house.command("page").stdout.strip())
    assert browser.ask("GET", f"/?{address.query}")[0] == 303
    append(tmp_path / "app.log", [b"HN 0012345 <script>alert(1)</script>"])
    wait_for(lambda: centre.events("app"))
    wait_for(lambda: "&lt;hn:" in browser.ask("GET", "/")[1])
    status, body = browser.ask("GET", "/")
    assert status == 200
    assert "<script" not in body
    assert "0012345" not in body
    assert "อะไรออกจากโรงพยาบาลบ้าง" in body
    assert "ตัดเลข 13 หลัก" in body
    turn = {"source": "app", "turn": "off", "person": "", "reason": "ซ่อม"}
    assert browser.ask("POST", "/switch", turn)[0] == 422, "nobody is named"
    assert browser.ask("POST", "/switch", turn | {"person": "สมหญิง"})[0] == 303
    wait_for(lambda: not centre.heartbeats[-1].sources[0].on)
    told = centre.heartbeats[-1].sources[0]
    assert told.changed_by == "hospital: สมหญิง"
    assert told.changed_at is not None
    assert "สมหญิง" in browser.ask("GET", "/")[1]
    append(tmp_path / "app.log", [b"while off"])
    assert browser.ask("POST", "/switch", turn | {"person": "สมหญิง", "turn": "on"})[0] == 303
    wait_for(lambda: centre.heartbeats[-1].sources[0].on)
    append(tmp_path / "app.log", [b"after"])
    wait_for(lambda: b"after" in centre.events("app"))
    assert b"while off" not in centre.events("app")


def test_the_page_refuses_strangers(house: House, browser: Browser) -> None:
    code = urlsplit(house.command("page").stdout.strip()).query
    assert browser.ask("GET", "/?code=wrong")[0] == 403
    assert browser.ask("GET", f"/?{code}", Host="evil.example")[0] == 404
    turn = {"source": "app", "turn": "off", "person": "x"}
    assert browser.ask("POST", "/switch", turn)[0] == 403
    browser.ask("GET", f"/?{code}")
    assert browser.ask("POST", "/switch", turn, Origin="http://evil.example")[0] == 403
    assert browser.ask("POST", "/switch", turn | {"source": "none"})[0] == 400
    assert browser.ask("POST", "/switch", turn, Content_Length="999999999")[0] == 400
    assert browser.ask("GET", "/state.db")[0] == 404

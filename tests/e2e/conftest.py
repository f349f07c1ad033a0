"""Browser and servers of the page tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

from tests.e2e import server
from tests.e2e.server import Server

CHROMIUM_FLAGS = [
    "--no-sandbox",  # the container has no user namespaces
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}

OpenAs = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server whose lists are full."""
    with server.running("full", tmp_path_factory.mktemp("full")) as found:
        yield found


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server whose lists are empty."""
    with server.running("empty", tmp_path_factory.mktemp("empty")) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give chromium as Debian packs it."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=CHROMIUM_FLAGS
        )
        yield found
        found.close()


@pytest.fixture(scope="session")
def open_as(browser: Browser) -> Iterator[OpenAs]:
    """Give a function that opens a browser window as a person ("" = nobody) of a server."""
    opened: list[BrowserContext] = []

    def open_window(
        where: Server,
        person: str = "",
        *,
        language: str = "th",
        viewport: ViewportSize = DESK,
        theme: str = "light",
        scripts: bool = True,
    ) -> BrowserContext:
        window = browser.new_context(
            base_url=where.url,
            viewport=viewport,
            java_script_enabled=scripts,
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        window.set_default_timeout(10_000)
        cookies = {"phithak_language": language, "phithak_theme": theme}
        if person:
            # a user's own setting goes before the cookie, so each person has an English twin
            cookies["sessionid"] = where.cookies[f"{person}:en" if language == "en" else person]
        window.add_cookies(
            [{"name": name, "value": value, "url": where.url} for name, value in cookies.items()]
        )
        opened.append(window)
        return window

    yield open_window
    for window in opened:
        window.close()

"""Every page of the URLconf: full, empty, with an error; accessible, no wider than a telephone, in both languages.

In the short run each page is seen once in each state, languages and widths take turns; the soak sees all.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.e2e import checks, sites
from tests.e2e.conftest import DESK, PHONE, OpenAs
from tests.e2e.server import Server
from tests.e2e.sites import Place

pytestmark = [pytest.mark.e2e, pytest.mark.needs("chromium")]

PageOf = Callable[[Server, Place, tuple[str, ViewportSize]], Page]

NAMES = sites.names()
LOOKS = list(itertools.product(("th", "en"), (PHONE, DESK)))
_INVALID = "main form[method=post]:has(input:not([type=hidden]), textarea)"


@pytest.fixture(scope="session")
def places(full: Server) -> dict[str, Place]:
    """Give where each page of the full server can be seen."""
    return sites.discover(full)


def _look(name: str, state: str) -> tuple[str, ViewportSize]:
    return LOOKS[zlib.crc32(f"{name}{state}".encode()) % len(LOOKS)]


def _see(page: Page, url: str) -> list[str]:
    with checks.heard(page) as complaints:
        answer = page.goto(url)
        assert answer is not None
        found = checks.faults(page)
        if answer.status >= 500:
            found.append(f"status {answer.status}")
        return found + complaints


def test_every_page_is_reached(places: dict[str, Place]) -> None:
    missing = set(NAMES) - places.keys() - sites.ELSEWHERE.keys()
    assert not missing, "no link leads here: " + ", ".join(sorted(missing))


@pytest.fixture(scope="session")
def page_of(open_as: OpenAs) -> PageOf:
    """Give a function that returns one tab for each person and look, and the same again, with nothing in it."""
    known: dict[Any, Page] = {}

    def tab(where: Server, place: Place, look: tuple[str, ViewportSize]) -> Page:
        language, viewport = look
        key = (where.url, place.person, language, viewport["width"])
        if key not in known:
            known[key] = open_as(where, place.person, language=language, viewport=viewport).new_page()
        known[key].goto("about:blank")
        return known[key]

    return tab


@pytest.mark.parametrize("name", NAMES)
def test_full(name: str, full: Server, places: dict[str, Place], page_of: PageOf) -> None:
    place = places.get(name)
    if place is None or place.fragment:
        return
    assert _see(page_of(full, place, _look(name, "full")), place.url) == []


@pytest.mark.parametrize("name", NAMES)
def test_empty(name: str, empty: Server, places: dict[str, Place], page_of: PageOf) -> None:
    place = places.get(name)
    # a page without a list looks the same on an empty server; the soak sees those too
    if place is None or not place.lists or sites.plain(name) == "":
        return
    assert _see(page_of(empty, place, _look(name, "empty")), place.url) == []


@pytest.mark.parametrize("name", NAMES)
def test_with_an_error(name: str, full: Server, places: dict[str, Place], page_of: PageOf) -> None:
    place = places.get(name)
    if place is None or place.fragment:
        return
    main = sites.fetch(full, place.url, place.person)[1].partition("<main")[2]
    page = page_of(full, place, _look(name, "error"))
    if 'method="post"' not in main:
        # a list shows its error for an address that nobody offers
        if 'class="ph-table"' in main:
            assert _see(page, f"{place.url}?page=0&sort=secret&format=exe") == []
        return
    page.goto(place.url)
    form = page.locator(_INVALID).first
    if form.count() == 0:
        return
    with checks.heard(page) as complaints:
        for box in form.locator("input:not([type=hidden], [type=checkbox], [type=radio]), textarea").all():
            if box.is_visible() and box.is_editable() and box.get_attribute("type") != "file":
                box.fill("")
        with page.expect_navigation():
            form.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
        assert checks.faults(page) + complaints == []


@pytest.mark.soak
@pytest.mark.parametrize(("language", "viewport"), LOOKS, ids=["th-360", "th-1280", "en-360", "en-1280"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_looks(  # noqa: PLR0917 - pytest fills them by name
    language: str,
    viewport: ViewportSize,
    theme: str,
    full: Server,
    places: dict[str, Place],
    open_as: OpenAs,
) -> None:
    found = {}
    for name, place in sorted(places.items()):
        if place.fragment:
            continue
        window = open_as(full, place.person, language=language, viewport=viewport, theme=theme)
        with window.new_page() as page:
            if faults := _see(page, place.url):
                found[name] = faults
        window.close()
    assert found == {}

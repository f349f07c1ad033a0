"""A long list in the browser: parts of the page change without a reload, and by plain links without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e import checks
from tests.e2e.conftest import OpenAs
from tests.e2e.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.needs("chromium")]

LIST = "/jobs/"
"""The list that the content of the tests fills with 60 rows."""


@pytest.mark.parametrize("scripts", [True, False], ids=["htmx", "plain"])
def test_page_sort_and_filter(scripts: bool, full: Server, open_as: OpenAs) -> None:  # noqa: FBT001 - a parameter of the test
    window = open_as(full, "cert_admin", scripts=scripts)
    with window.new_page() as page, checks.heard(page) as complaints:
        page.goto(LIST)
        if scripts:
            page.evaluate("window.stays = true")
        expect(page.locator(".ph-pages")).to_contain_text("หน้า 1 จาก 2")
        page.locator(".ph-pages a[rel=next]").click()
        expect(page.locator(".ph-pages")).to_contain_text("หน้า 2 จาก 2")
        assert "page=2" in page.url
        page.locator("thead a").first.click()
        expect(page.locator("th[aria-sort]")).to_have_count(1)
        expect(page.locator(".ph-pages")).to_contain_text("หน้า 1 จาก 2")
        choice = page.locator(".ph-filter select").first
        choice.select_option(index=1)
        if not scripts:
            page.locator(".ph-filter button").click()
        page.wait_for_url("**sort=**")
        if scripts:
            assert page.evaluate("window.stays") is True, "the whole page was loaded again"
            page.go_back()
            expect(page.locator(".ph-table")).to_be_visible()
        if scripts:
            assert complaints == []
    window.close()


def test_a_hidden_tab_asks_for_nothing(full: Server, open_as: OpenAs) -> None:
    window = open_as(full, "cert_admin")
    with window.new_page() as page:
        page.goto("/tools/style/")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        # a fragment that polls, as the progress of long work does
        with page.expect_request("**/healthz"):
            page.evaluate(
                """() => {
                  const part = document.createElement('div');
                  part.setAttribute('hx-get', '/healthz'); part.setAttribute('hx-trigger', 'every 100ms');
                  part.setAttribute('hx-swap', 'none');
                  document.querySelector('main').append(part); window.htmx.process(part);
                }"""
            )
        page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
        page.wait_for_timeout(300)
        asked.clear()
        page.wait_for_timeout(600)
        assert asked == []
        with page.expect_request("**/healthz"):
            page.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true})")
    window.close()


def test_markup_of_others_does_not_run(full: Server, open_as: OpenAs) -> None:
    """Text of third parties is shown as text; even markup that slipped in would not be wired up."""
    window = open_as(full, "cert_admin")
    with window.new_page() as page:
        page.goto("/tools/style/")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.evaluate(
            """() => {
              const cell = document.createElement('span');
              cell.setAttribute('hx-ignore', '');
              cell.innerHTML = '<b hx-get="/healthz" hx-trigger="load">x</b><img src=x onerror="window.ran=true">';
              document.querySelector('main').append(cell); window.htmx.process(cell);
            }"""
        )
        page.wait_for_timeout(300)
        assert not [url for url in asked if url.endswith("/healthz")]
        assert page.evaluate("window.ran") is None
    window.close()

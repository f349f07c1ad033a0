"""Six tasks by keys alone, the focus visible at every step; the switches without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import checks
from tests.e2e.conftest import PHONE, OpenAs
from tests.e2e.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.needs("chromium")]


@pytest.fixture
def page(full: Server, open_as: OpenAs) -> Iterator[Page]:
    window = open_as(full, "cert_admin")
    with window.new_page() as found:
        yield found
    window.close()


def tab_to(page: Page, wanted: str, *, most: int = 60) -> None:
    """Press Tab until the element has the focus; each stop on the way must be visible."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert checks.focus_fault(page) == ""
        if page.evaluate("selector => document.activeElement.matches(selector)", wanted):
            return
    raise AssertionError(f"Tab never reached {wanted}")


def test_skip_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert checks.focus_fault(page) == ""
    assert page.evaluate("document.activeElement.className") == "ph-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_change_the_language_and_the_colours(page: Page) -> None:
    page.goto("/tools/keys/")
    tab_to(page, "button[name=language]")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    tab_to(page, "details.ph-pop > summary")
    page.keyboard.press("Enter")
    tab_to(page, "button[value=dark]")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    tab_to(page, "details.ph-pop > summary")
    page.keyboard.press("Enter")
    tab_to(page, "button[value=auto]")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "auto")
    tab_to(page, "button[name=language]")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "th")


def test_search_from_anywhere(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("/")
    assert checks.focus_fault(page) == ""
    page.keyboard.type("ไม่มีสิ่งนี้แน่นอน")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("ไม่พบสิ่งที่ตรงกับ “ไม่มีสิ่งนี้แน่นอน”")


def test_open_what_waits_and_come_home(page: Page) -> None:
    page.goto("/")
    rows = page.locator("[data-row]")
    assert rows.count() >= 2
    for key, row in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        assert checks.focus_fault(page) == ""
        expect(rows.nth(row).locator("[data-open]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).not_to_have_text("งานที่รอคุณ")
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.locator("h1")).to_have_text("งานที่รอคุณ")


def test_see_the_keys(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")
    expect(page.locator("h1")).to_have_text("แป้นพิมพ์ลัด")


def test_read_a_date_and_see_the_warning(page: Page) -> None:
    page.goto("/tools/dates/")
    tab_to(page, "#id_text")
    page.keyboard.type("วันศุกร์ที่ 19 กรกฎาคม 2566")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("ชื่อวันไม่ตรงกับวันที่")
    page.keyboard.press("Escape")
    tab_to(page, "#id_text")
    page.keyboard.press("Control+a")
    page.keyboard.type("พรุ่งนี้")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=%E0%B8%9E*")
    # the summary of errors takes the focus, its link leads to the field
    expect(page.locator("[data-summary]")).to_be_focused()
    tab_to(page, "[data-summary] a")
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_be_focused()


def test_confirm_an_odd_date_by_keys(page: Page) -> None:
    page.goto("/tools/style/")
    page.locator("#id_name").fill("ทดสอบ")
    page.locator("#id_day").fill("วันศุกร์ที่ 19 กรกฎาคม 2566")
    page.locator("#id_day").press("Enter")
    expect(page.locator("#id_day_error")).to_contain_text("วันพุธที่ 19 กรกฎาคม 2566")
    tab_to(page, "input[name=day_confirm]")
    page.keyboard.press("Space")
    tab_to(page, "main form button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("ข้อมูลถูกต้อง (ไม่ได้เก็บ)")).to_be_visible()


def test_keys_while_typing_are_letters(page: Page) -> None:
    page.goto("/tools/dates/")
    page.locator("#id_text").fill("")
    page.locator("#id_text").press_sequentially("gh/?jk")
    assert page.locator("#id_text").input_value() == "gh/?jk"
    assert page.url.endswith("/tools/dates/")


def test_no_flash_of_the_wrong_colours(full: Server, open_as: OpenAs) -> None:
    window = open_as(full, theme="auto")
    with window.new_page() as page:
        page.emulate_media(color_scheme="dark")
        page.goto("/statistics/", wait_until="commit")
        page.wait_for_selector("body", state="attached")
        assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    window.close()


def test_all_switches_work_without_scripts(full: Server, open_as: OpenAs) -> None:
    window = open_as(full, viewport=PHONE, scripts=False)
    with window.new_page() as page:
        page.goto("/tools/dates/")
        page.locator("button[name=language]").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.locator("details.ph-pop > summary").first.click()
        page.locator("button[value=dark]").click()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        page.locator("#id_text").fill("30 กรกฎาคม 2564, 18:15น.")
        page.locator("main button[type=submit]").click()
        expect(page.locator("#iso")).to_have_text("2021-07-30T18:15:00+07:00")
    window.close()


def test_the_menu_on_a_telephone(full: Server, open_as: OpenAs) -> None:
    window = open_as(full, "cert_admin", viewport=PHONE)
    with window.new_page() as page:
        page.goto("/statistics/")
        page.locator(".ph-phone-menu > summary").click()
        page.locator(".ph-phone-menu a", has_text="ค่าตั้ง").click()
        expect(page.locator("h1")).to_have_text("ค่าตั้งของระบบ")
        page.locator(".ph-phone-menu > summary").press("Enter")
        page.keyboard.press("Escape")
        expect(page.locator(".ph-phone-menu")).not_to_have_attribute("open", "")
    window.close()

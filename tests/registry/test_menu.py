"""The registry in the menu: few lines, the others below the one in which the reader is; the way in for strangers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.test import Client, override_settings

from phithak.base import clock
from phithak.registry.models import ChangeRequest, Person, Shift, Team, TeamMember
from phithak.registry.queries.sorting import name_key
from tests.people import People
from tests.registry.factory import organisation_of
from tests.registry.joining.test_pages import QUESTIONS, sent

pytestmark = pytest.mark.db


def lines(html: str) -> tuple[list[str], list[str]]:
    """Return the lines of the first and the second level of the registry's group in the side menu."""
    side = html[html.index('<aside class="ph-side"') : html.index("</aside>")]
    group = re.search(
        r'<p class="ph-menu-group">ทะเบียน</p>(.*?)(?:<p class="ph-menu-group">|</nav>)', side, re.DOTALL
    )
    assert group is not None
    inner = "".join(re.findall(r'<ul class="ph-submenu">.*?</ul>', group[1], re.DOTALL))
    outer = re.sub(r'<ul class="ph-submenu">.*?</ul>', "", group[1], flags=re.DOTALL)
    return _texts(outer), _texts(inner)


def _texts(html: str) -> list[str]:
    return [
        unescape(re.sub(r"<[^>]+>", "", one)).strip() for one in re.findall(r"<a .*?</a>", html, re.DOTALL)
    ]


def tabs(html: str) -> list[str]:
    found = re.search(r'<nav class="ph-tabs".*?</nav>', html, re.DOTALL)
    return _texts(found[0]) if found else []


def test_the_registry_has_seven_lines_and_shows_the_second_level_where_the_reader_is(people: People) -> None:
    browser = people.client("cert_admin")
    first, second = lines(browser.get("/").text)
    assert first == [
        "โทรหาใครขณะนี้",
        "หน่วยงาน",
        "ผู้ประสานงาน",
        "ทีมและเวร",
        "ทรัพย์สินสารสนเทศ",
        "ข้อตกลงและการให้ข้อมูล",
        "คำขอและไฟล์",
    ]
    assert second == []
    page = browser.get("/registry/domains/").text
    assert lines(page)[1] == tabs(page)
    assert lines(page)[1] == [
        "ระบบสารสนเทศ",
        "คลังข้อมูล",
        "การเชื่อมโยงข้อมูล",
        "โดเมน",
        "ช่วงไอพี",
        "ซอฟต์แวร์และรุ่น",
        "เครื่องมือแพทย์",
    ]
    # the part is marked as where the reader is, the line as the page
    assert re.search(r'aria-current="true"[^>]*>.*?ทรัพย์สินสารสนเทศ', page, re.DOTALL)
    assert 'href="/registry/domains/" aria-current="page"' in page


@pytest.mark.parametrize("url", ["/registry/duplicates/", "/registry/map/", "/registry/figures/"])
def test_every_line_of_a_part_stands_on_its_pages(people: People, url: str) -> None:
    page = people.client("analyst").get(url).text
    assert tabs(page) == ["ทุกหน่วยงาน", "แผนที่", "ตัวเลขรวม", "อาจซ้ำกัน"]


def test_nobody_sees_a_line_that_they_may_not_open(people: People) -> None:
    browser = people.client("executive")
    first, _ = lines(browser.get("/").text)
    assert "โทรหาใครขณะนี้" not in first
    assert "ทรัพย์สินสารสนเทศ" not in first
    # may not see contacts, but their drills: the part leads there
    line = r'href="([^"]+)"[^>]*><svg(?:(?!</a>).)*<span>ผู้ประสานงาน</span>'
    link = re.search(line, browser.get("/").text, re.DOTALL)
    assert link is not None
    assert link[1] == "/registry/drills/"
    assert browser.get(link[1]).status_code == 200


def test_every_line_of_the_menu_opens(people: People) -> None:
    for key in ("cert_admin", "member_admin", "executive", "auditor"):
        browser = people.client(key)
        seen: set[str] = set()
        waiting = ["/"]
        while waiting:
            page = browser.get(waiting.pop())
            assert page.status_code == 200, (key, page.request["PATH_INFO"])
            side = page.text[page.text.index('<aside class="ph-side"') : page.text.index("</aside>")]
            new = {url for url in re.findall(r'href="(/registry/[^"]*)"', side) if url not in seen}
            seen |= new
            waiting += sorted(new)
        assert seen, key


def test_strangers_find_the_way_in_on_the_login_page_and_at_the_foot(people: People) -> None:
    page = Client().get("/accounts/login/").text
    main, foot = page.split("<footer", 1)
    for part in (main, foot):
        assert 'href="/registry/join/"' in part
        assert 'href="/registry/join/status/"' in part
    assert "ใช้เวลาไม่ถึง 10 นาที" in main
    # whoever is in needs no such link
    assert 'href="/registry/join/"' not in people.client("member_staff").get("/").text


def test_a_centre_that_takes_no_registrations_offers_none_and_says_so(people: People) -> None:
    with override_settings(CONFIG=replace(settings.CONFIG, self_registration=False, hotline="02-123-4567")):
        page = Client().get("/accounts/login/").text
        assert 'href="/registry/join/"' not in page
        assert 'href="/registry/join/status/"' in page  # who has sent one still follows it
        closed = Client().get("/registry/join/")
        assert closed.status_code == 200
        assert "ไม่เปิดรับการขึ้นทะเบียน" in closed.text
        assert "02-123-4567" in closed.text
        assert Client().post("/registry/join/", QUESTIONS).status_code == 403
        assert sent().status_code == 403
    assert not ChangeRequest.objects.exists()


def test_a_page_beside_its_list_is_marked_at_the_list(people: People) -> None:
    made = organisation_of(people, "hospital")
    team = Team.objects.create(tenant=made.tenant, name_th="ทีมกลางคืน")
    person = Person.objects.create(tenant=made.tenant, name_th="นายสมมติ", name_key=name_key("นายสมมติ"))
    member = TeamMember.objects.create(team=team, person=person)
    begins = clock.now()
    shift = Shift.objects.create(
        team=team, member=member, starts_at=begins, ends_at=begins + timedelta(hours=8)
    )
    page = people.client("analyst").get(f"/registry/shifts/{shift.pk}/").text
    side = page[page.index('<aside class="ph-side"') : page.index("</aside>")]
    assert re.findall(r'href="([^"]+)" aria-current="page"', side) == ["/registry/teams/"]
    assert tabs(page) == []  # a page below a list shows no siblings of the list

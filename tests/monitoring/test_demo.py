"""The room in the fictional sector: a pilot and sites made from its template, each page with something to show."""

from __future__ import annotations

import pytest
from django.urls import reverse

from phithak.monitoring.contributions import build_demo, check_authority
from phithak.monitoring.models import Site
from tests.monitoring.conftest import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def test_the_demo_gives_a_pilot_to_other_sites_once(desk: Desk) -> None:
    desk.another(3)
    for _ in range(2):
        build_demo()
    assert Site.objects.count() == 3
    assert sorted(one.sources.count() for one in Site.objects.get(pilot=True).senders.all()) == [1, 3]
    assert check_authority().state == "warning", "no certificate yet"
    browser = desk.people.client("analyst")
    row = Site.objects.get(pilot=True)
    for language in ("th", "en"):
        browser = desk.people.client("analyst", language=language)
        for name, arguments in (
            ("board", []),
            ("site", [row.pk]),
            ("silences", []),
            ("switches", []),
            ("storage", []),
            ("quota", [row.pk]),
            ("events", []),
            ("apply", []),
        ):
            assert browser.get(reverse(f"monitoring:{name}", args=arguments)).status_code == 200, name


def test_a_wrong_search_says_what_is_wrong(desk: Desk) -> None:
    browser = desk.people.client("analyst")
    wrong = browser.get(reverse("monitoring:events"), {"words": "no_such_field:1"})
    assert wrong.status_code == 422
    assert "ไม่มีช่อง no_such_field" in wrong.content.decode()
    assert desk.ask("analyst", "GET", "/events?span=9y")[0] == 422
    assert browser.get(reverse("monitoring:events"), {"event": "1.2.x"}).status_code == 404
    assert browser.get(reverse("monitoring:events"), {"event": "1.2.3"}).status_code == 404
    sent = {"words": "user:root", "span": "7d", "site": "", "name": "root ย้อนหลังเจ็ดวัน"}
    assert browser.post(reverse("monitoring:save_search"), sent).status_code == 302
    page = browser.get(reverse("monitoring:events")).content.decode()
    assert "root ย้อนหลังเจ็ดวัน" in page
    assert "user%3Aroot" in page

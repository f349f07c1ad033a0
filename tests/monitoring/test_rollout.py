"""The roll-out board: sites with state, version and health; a pilot's configuration given to the next fifteen."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from phithak.base import clock
from phithak.base.batch import SourceState, Spool
from phithak.core.journal.models import Entry
from phithak.monitoring.models import Sender, Site, Source
from phithak.monitoring.services import beats, enrolment, silences
from tests.monitoring.conftest import SYSTEM, Desk
from tests.monitoring.telling import tell

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def enrolled(desk: Desk, sender_id: UUID) -> str:
    given = enrolment.enrol(
        enrolment.make_code(SYSTEM, sender_id), name="box", system="Debian", version="1.2.3"
    )
    return given.token


def test_twelve_sites_show_installed_with_last_heartbeat_and_version(desk: Desk) -> None:
    """Proves: S4-27."""
    tenants = desk.another(12)
    for tenant in tenants:
        status, made = desk.ask("analyst", "POST", "/sites", {"tenant_id": str(tenant)})
        assert status == 201
        sender = desk.sensor(UUID(made["id"]))
        enrolled(desk, sender)
        tell(desk.layout, sender, tenant)
    beats.take()
    status, told = desk.ask("analyst", "GET", "/sites?limit=50")
    assert (status, told["total"]) == (200, 12)
    assert {one["state"] for one in told["items"]} == {"installed"}
    assert {one["health"] for one in told["items"]} == {"good"}
    assert {one["versions"] for one in told["items"]} == {"1.2.3"}
    assert all(one["heard_at"] for one in told["items"])
    page = desk.people.client("analyst").get(reverse("monitoring:board")).content.decode()
    for told, address in (
        ("12 แห่ง", "?"),
        ("ติดตั้งแล้ว 12", "?state=installed"),
        ("ปกติ 12", "?health=good"),
        ("มืด 0", "?health=dark"),
    ):
        assert f'href="{address}">{told}</a>' in page, told
    assert page.count("1.2.3") >= 12


def test_a_dark_site_is_never_green(desk: Desk) -> None:
    site = desk.site()
    sender = desk.sensor(site)
    tenant = desk.people.tenant_id("hospital")

    def health() -> str:
        return str(desk.ask("analyst", "GET", f"/sites/{site}")[1]["health"])

    assert health() == "waiting", "nothing enrolled is not well"
    enrolled(desk, sender)
    assert health() == "dark", "never heard of"
    tell(desk.layout, sender, tenant, clock.now() - timedelta(minutes=5))
    beats.take()
    assert health() == "dark", "heard of too long ago"
    tell(desk.layout, sender, tenant)
    beats.take()
    assert health() == "good"
    tell(
        desk.layout,
        sender,
        tenant,
        sources=[SourceState("his", fault="no such file"), SourceState("servers")],
    )
    beats.take()
    assert health() == "look"
    tell(desk.layout, sender, tenant, spool=Spool(size=90, limit=100))
    beats.take()
    assert health() == "look"
    second = desk.sensor(site, "second")
    tell(desk.layout, sender, tenant)
    beats.take()
    assert health() == "waiting", "a site is as its worst sender"
    enrolled(desk, second)
    assert health() == "dark"
    board = desk.people.client("analyst").get(reverse("monitoring:board")).content.decode()
    assert "มืด ไม่ได้ยิน" in board
    assert "ph-tone-good" not in board.split("<tbody", 1)[1].split("</tbody", 1)[0]


def test_a_pilot_is_the_template_of_the_next_fifteen(desk: Desk) -> None:
    """Proves: S4-28."""
    site = desk.site()
    desk.sensor(site)
    status, template = desk.ask("analyst", "POST", f"/sites/{site}/template")
    assert status == 200
    assert [one["label"] for one in template["senders"][0]["sources"]] == ["his", "servers"]
    tenants = [str(one) for one in desk.another(15)]
    status, made = desk.ask(
        "analyst", "POST", "/sites/apply", {"template": template, "tenant_ids": tenants, "wave": 2}
    )
    assert status == 201
    assert len(made["ids"]) == 15
    for site_id in made["ids"]:
        found = desk.ask("analyst", "GET", f"/sites/{site_id}")[1]
        (sender,) = found["senders"]
        by_label = {one["label"]: one for one in sender["sources"]}
        assert by_label["servers"]["place"] == "0.0.0.0:5514"
        # only what differs from site to site is left to fill in
        assert [one["label"] for one in sender["sources"] if not one["place"]] == ["his"]
        assert by_label["his"]["profile"] == "mariadb-audit"
    source = Source.objects.get(sender__site=made["ids"][0], label="his")
    assert desk.ask("analyst", "POST", f"/sources/{source.pk}/place", {"place": "/data/audit.log"})[0] == 204
    source.refresh_from_db()
    assert source.place == "/data/audit.log"
    assert Entry.objects.filter(tag="monitoring:site:applied").count() == 15


def test_a_template_is_applied_wholly_or_not_at_all(desk: Desk) -> None:
    site = desk.site()
    desk.sensor(site)
    template = desk.ask("analyst", "POST", f"/sites/{site}/template")[1]
    fresh = desk.another(2)
    taken = str(desk.people.tenant_id("hospital"))
    for body, code in (
        ({"template": template, "tenant_ids": [str(fresh[0]), taken]}, "monitoring.site_taken"),
        ({"template": template, "tenant_ids": [str(fresh[0]), str(UUID(int=7))]}, "not_found"),
        (
            {"template": {"phithak_site_template": 9}, "tenant_ids": [str(fresh[0])]},
            "monitoring.bad_template",
        ),
        ({"template": template, "tenant_ids": []}, "monitoring.bad_template"),
    ):
        status, told = desk.ask("analyst", "POST", "/sites/apply", body)
        assert status >= 400
        assert told["code"] == code
    template["senders"][0]["sources"][0]["profile"] = ""
    status, told = desk.ask(
        "analyst", "POST", "/sites/apply", {"template": template, "tenant_ids": [str(fresh[0])]}
    )
    assert told["code"] == "monitoring.bad_template", "a source without a profile is refused"
    assert Site.objects.count() == 1
    assert Sender.objects.count() == 1


def test_the_pages_of_the_roll_out(desk: Desk) -> None:
    site = desk.site()
    desk.sensor(site)
    browser = desk.people.client("analyst")
    file = browser.post(reverse("monitoring:template", args=[site]))
    assert file["Content-Disposition"].endswith('filename="phithak-site-template.json"')
    (tenant,) = desk.another()
    sent = {
        "template": SimpleUploadedFile("t.json", file.content),
        "tenant_ids": [str(tenant)],
        "wave": "3",
    }
    assert browser.post(reverse("monitoring:apply"), sent).status_code == 302
    made = Site.objects.get(tenant=tenant)
    assert made.wave == 3
    bad = browser.post(
        reverse("monitoring:apply"), {**sent, "template": SimpleUploadedFile("t.json", b"\xff{")}
    )
    assert bad.status_code == 422
    edit = reverse("monitoring:edit_site", args=[made.pk])
    assert browser.get(edit).status_code == 200
    changed = {"state": "agreed", "wave": "4", "pilot": "on", "note": "นัดวันจันทร์"}
    assert browser.post(edit, changed).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.wave, made.pilot, made.note) == ("agreed", 4, True, "นัดวันจันทร์")
    (other,) = desk.another()
    form = {"tenant_id": str(other), "wave": "1", "pilot": "", "note": ""}
    assert browser.post(reverse("monitoring:new_site"), form).status_code == 302
    assert browser.post(reverse("monitoring:new_site"), form).status_code == 422, "it has a site already"


def test_a_member_sees_its_own_site_and_changes_nothing(desk: Desk) -> None:
    site = desk.site()
    other = desk.site("hospital_b")
    own = desk.people.client("member_admin")
    assert own.get(reverse("monitoring:site", args=[site])).status_code == 200
    assert own.get(reverse("monitoring:site", args=[other])).status_code == 404
    assert desk.ask("member_admin", "GET", "/sites")[1]["total"] == 1
    for hidden in (site, other):
        sender = desk.sensor(hidden, "quiet")
        enrolled(desk, sender)
        tell(desk.layout, sender, Site.objects.get(pk=hidden).tenant_id, clock.now() - timedelta(minutes=9))
    beats.take()
    silences.look()
    assert desk.ask("analyst", "GET", "/silences")[1]["total"] == 2
    (only,) = desk.ask("member_admin", "GET", "/silences")[1]["items"]
    assert only["site_id"] == str(site)
    assert desk.ask("member_admin", "POST", f"/sites/{site}/template")[0] == 403
    assert own.get(reverse("monitoring:new_site")).status_code == 403


def silent_causes(desk: Desk) -> list[tuple[str, str, bool]]:
    told = desk.ask("analyst", "GET", "/silences")[1]["items"]
    return sorted((one["cause"], one["evidence"], one["sure"]) for one in told)


def test_a_silent_sensor_is_one_signal_within_five_minutes_that_says_link_or_box(desk: Desk) -> None:
    """Proves (part): S4-8 (loss of the heartbeat alerts within five minutes)."""
    site = desk.site()
    tenant = desk.people.tenant_id("hospital")
    first, second = desk.sensor(site), desk.sensor(site, "second")
    now = clock.now()
    for sender in (first, second):
        enrolled(desk, sender)
        tell(desk.layout, sender, tenant, now)
    beats.take()
    assert silences.look(now + timedelta(minutes=3, seconds=59)) == []
    tell(desk.layout, second, tenant, now + timedelta(minutes=4))
    beats.take()
    # the look each five seconds tells it before five minutes have passed
    (opened,) = silences.look(now + timedelta(minutes=4, seconds=5))
    assert silent_causes(desk) == [("box", "neighbour_heard", True)]
    assert silences.look(now + timedelta(minutes=4, seconds=10)) == [], "one signal, not one each look"
    home = desk.people.client("analyst").get("/").content.decode()
    assert "เครื่องดับ: โรงพยาบาลธารเมฆ (sensor)" in home
    tell(
        desk.layout, first, tenant, now + timedelta(minutes=6), started=now + timedelta(minutes=5, seconds=30)
    )
    beats.take()
    silences.look(now + timedelta(minutes=6, seconds=1))
    told = desk.ask("analyst", "GET", "/silences")[1]["items"]
    assert [(one["id"], one["proven"], bool(one["ended_at"])) for one in told] == [(str(opened), "box", True)]


def test_what_a_silence_means(desk: Desk) -> None:
    now = clock.now()
    later = now + timedelta(minutes=4, seconds=5)
    both = desk.site()
    for name in ("one", "two"):
        sender = desk.sensor(both, name)
        enrolled(desk, sender)
        tell(desk.layout, sender, desk.people.tenant_id("hospital"), now)
    stopped_site = desk.site("hospital_b")
    stopped = desk.sensor(stopped_site)
    enrolled(desk, stopped)
    tell(
        desk.layout, stopped, desk.people.tenant_id("hospital_b"), now - timedelta(minutes=10),
        sources=[SourceState("his", fault="stopping"), SourceState("servers", fault="stopping")],
    )  # fmt: skip
    beats.take()
    silences.look(later)
    assert silent_causes(desk) == [
        ("box", "stopped", True),
        ("link", "all_of_site", True),
        ("link", "all_of_site", True),
    ]


def test_a_sensor_that_was_never_heard_after_its_enrolment_is_told_too(desk: Desk) -> None:
    site = desk.site()
    sender = desk.sensor(site)
    assert silences.look(clock.now() + timedelta(hours=1)) == [], "what is not enrolled cannot be silent"
    enrolled(desk, sender)
    now = clock.now()
    assert silences.look(now + timedelta(minutes=3)) == []
    assert len(silences.look(now + timedelta(minutes=4, seconds=5))) == 1
    assert silences.look(now + timedelta(minutes=9)) == []
    assert silent_causes(desk) == [("box", "never", False)]
    home = desk.people.client("analyst").get("/").content.decode()
    assert "น่าจะเครื่องดับ" in home, "what is not certain is not said as if it were"
    tell(desk.layout, sender, desk.people.tenant_id("hospital"), now + timedelta(minutes=10))
    beats.take()
    silences.look(now + timedelta(minutes=10, seconds=2))
    assert desk.ask("analyst", "GET", "/silences")[1]["items"][0]["ended_at"]


def test_the_board_filters_by_health_and_names_the_machine(desk: Desk) -> None:
    site, other = desk.site(), desk.site("hospital_b")
    first, second = desk.sensor(site, "first"), desk.sensor(site, "second")
    enrolled(desk, first)
    enrolled(desk, second)
    tell(desk.layout, first, desk.people.tenant_id("hospital"))
    beats.take()
    browser = desk.people.client("analyst")

    def listed(**asked: str) -> list[str]:
        told = browser.get(reverse("monitoring:board"), {**asked, "format": "json"})
        return [row["site"] for row in json.loads(b"".join(told.streaming_content))]

    names = {key: str(Site.objects.get(pk=pk).tenant.name_th) for key, pk in (("a", site), ("b", other))}
    assert listed(health="dark") == [names["a"]]
    assert listed(health="waiting") == [names["b"]]
    assert listed(health="good") == []
    assert sorted(listed(sort="-heard")) == sorted(names.values())
    page = browser.get(reverse("monitoring:board"), {"health": "dark"}).content.decode()
    assert "second: ลงทะเบียนแล้วแต่ยังไม่เคยได้ยิน" in page
    assert "ยังไม่มีผู้ส่ง" in browser.get(reverse("monitoring:board")).content.decode()


def test_one_machine_alone_is_told_as_what_it_likely_is_and_known_when_it_comes_back(desk: Desk) -> None:
    site = desk.site()
    tenant = desk.people.tenant_id("hospital")
    sender = desk.sensor(site)
    enrolled(desk, sender)
    now = clock.now()
    tell(desk.layout, sender, tenant, now, spool=Spool(batches=1))
    beats.take()
    silences.look(now + timedelta(minutes=5))
    assert silent_causes(desk) == [("link", "alone", False)]
    tell(desk.layout, sender, tenant, now + timedelta(minutes=9), started=now - timedelta(hours=1))
    beats.take()
    silences.look(now + timedelta(minutes=9, seconds=3))
    assert silent_causes(desk) == [("link", "alone", True)]
    tell(desk.layout, sender, tenant, now + timedelta(minutes=10), spool=Spool(batches=9))
    beats.take()
    silences.look(now + timedelta(minutes=15))
    assert ("link", "backlog", True) in silent_causes(desk)

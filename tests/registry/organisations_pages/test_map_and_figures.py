"""The map of provinces with its table, and the figures in which nobody can be recognised."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from phithak.core.accounts.models import Membership, Tenant
from phithak.core.accounts.roles import Role
from phithak.core.ui import assets
from phithak.engines.thai import PROVINCES
from phithak.registry.queries.kinds import Kind
from phithak.registry.services import organisations as services
from phithak.registry.views.organisations.maps import legend
from phithak.registry.views.organisations.shapes import coarse, shapes
from tests.people import People
from tests.registry.factory import organisation
from tests.registry.organisations_pages.conftest import Add, rows_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]

MAP, FIGURES, LIST = (reverse(f"registry:{name}") for name in ("map", "figures", "organisations"))


@pytest.fixture
def spread(add: Add) -> None:
    """Register organisations in three provinces, and two in none."""
    for number in range(3):
        add(f"คลินิกเชียงใหม่ {number}", Kind.CLINIC, sector="health", province="TH-50")
    add("ตลาดภูเก็ต", Kind.PLATFORM, sector="e-commerce", province="TH-83")
    add("โรงพยาบาลน่าน", sector="health.hospital", province="TH-55")
    add("ไม่บอกจังหวัด", sector="health")
    add("Coral Isle Office", Kind.PEER_CERT, country="SG")


@pytest.mark.usefixtures("spread")
def test_the_map_and_its_table_say_the_same(people: People) -> None:
    html = people.client("analyst").get(MAP).content.decode()
    lines = {line[0]: line[2] for line in rows_of(html)}
    assert len(lines) == 77
    assert (lines["เชียงใหม่"], lines["ภูเก็ต"], lines["น่าน"], lines["สงขลา"]) == ("3", "1", "1", "0")
    drawn = {
        unescape(title): (unescape(url), shade)
        for url, shade, title in re.findall(
            r'<a href="([^"]+)" tabindex="-1"><path class="ph-shade-(\d)"[^>]*><title>([^<]+)</title>', html
        )
    }
    if assets.present():
        assert len(drawn) == 77
        url, shade = drawn["เชียงใหม่: 3 หน่วยงาน"]
        assert url == f"{LIST}?province=TH-50"
        assert shade > drawn["น่าน: 1 หน่วยงาน"][1] > drawn["สงขลา: 0 หน่วยงาน"][1] == "0"
        assert "style=" not in html[html.index("<main") :]
    # the sector takes its parts along, and the links keep it
    chosen = people.client("analyst").get(MAP, {"sector": "health"}).content.decode()
    lines = {line[0]: line[2] for line in rows_of(chosen)}
    assert (lines["เชียงใหม่"], lines["ภูเก็ต"], lines["น่าน"]) == ("3", "0", "1")
    assert f"{LIST}?province=TH-55&amp;sector=health" in chosen
    assert people.client("analyst").get(MAP, {"sector": "nothing"}).status_code == 422


@pytest.mark.usefixtures("spread")
def test_the_map_counts_what_the_reader_may_see(people: People) -> None:
    services.find_tenants()
    said = text_of(people.client("member_admin").get(MAP).content.decode())
    assert "รวม 1 หน่วยงาน" in said
    lines = rows_of(people.client("member_admin").get(MAP).content.decode())
    assert {line[2] for line in lines} == {"0"}


def test_without_the_map_file_the_table_stays(
    people: People, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assets, "folder", lambda: tmp_path)
    answer = people.client("analyst").get(MAP)
    assert answer.status_code == 200
    assert "ไม่มีไฟล์แผนที่ในเครื่องนี้" in text_of(answer.content.decode())
    assert len(rows_of(answer.content.decode())) == 77


def test_every_province_has_its_shape() -> None:
    drawn = shapes()
    # without the front end's files there is no map, and the page says so
    wanted = sorted(one.code for one in PROVINCES) if assets.present() else []
    assert sorted(one.code for one in drawn if one.code) == wanted
    assert all(one.path.startswith("M") and one.path.endswith("z") for one in drawn)


def test_a_path_is_drawn_on_the_grid() -> None:
    # the second part begins where the first began, moved by 10; 0.2 is no step, -0.8 is one
    assert coarse("m 1.2,2.2 3,0 0,3 -0.8,0.2 z m 10,0 0.2,0.2 2,2 z") == "M1,2l3,0 0,3-1,0zM11,2l2,2z"
    assert coarse("m 0.1,0.1 0.1,0.1 z") == ""


def test_the_legend_has_shades_for_any_numbers() -> None:
    assert [(step.shade, step.least, step.most) for step in legend([])] == [(0, 0, 0)]
    assert [(step.shade, step.least, step.most) for step in legend([0, 7, 7])] == [(0, 0, 0), (1, 1, 7)]
    steps = legend([1, 2, 3, 4, 5, 6, 7, 8, 9, 1000])
    assert [(step.least, step.most) for step in steps] == [(0, 0), (1, 2), (3, 4), (5, 6), (7, 8), (9, 1000)]


def academic(people: People) -> Client:
    """Let the person of the partner work for a university."""
    university = organisation(people, Kind.ACADEMIA, name_th="มหาวิทยาลัยสมมติ", name_en="Imagined University")
    Membership.objects.filter(user=people.user("partner")).delete()
    Membership.objects.create(
        user=people.user("partner"), tenant=Tenant.objects.get(pk=university.pk), role=Role.MEMBER_ADMIN
    )
    return people.client("partner")


def test_an_academic_member_gets_figures_and_nobody_by_name(people: People, add: Add) -> None:
    """Academic member gets anonymised data only.

    Proves (part): S3-34
    """
    hospitals = [add(f"โรงพยาบาลลับ {number}", sector="health", province="TH-50") for number in range(12)]
    for number in range(11):
        add(f"เสาสัญญาณลับ {number}", Kind.TELCO, sector="telecom", province="TH-40")
    add("ตลาดเดียว", Kind.PLATFORM, sector="e-commerce", province="TH-83")
    browser = academic(people)
    html = browser.get(FIGURES).content.decode()
    lines = {(line[0], line[1]): line[2] for line in rows_of(html)}
    assert (lines["จังหวัด", "เชียงใหม่"], lines["ภาคส่วน", "สาธารณสุข"]) == ("12", "12")
    # one market in one province would be that market: its numbers are left out, and one more each, so that
    # they cannot be worked out from the rest
    for hidden in (("จังหวัด", "ภูเก็ต"), ("ภาคส่วน", "อี-คอมเมิร์ซ"), ("จังหวัด", "ขอนแก่น")):
        assert lines[hidden] == "– ว่าง", hidden
    for name in ("โรงพยาบาลลับ", "ตลาดเดียว", "เสาสัญญาณลับ"):
        assert name not in html
    assert [line[0] for line in rows_of(browser.get(LIST).content.decode())] == ["มหาวิทยาลัยสมมติ"]
    for hospital in hospitals[:3]:
        assert browser.get(reverse("registry:organisation", args=[hospital])).status_code == 404
    searched = browser.get(LIST, {"q": "โรงพยาบาลลับ"}).content.decode()
    assert rows_of(searched) == []
    counted = {line[0]: line[2] for line in rows_of(browser.get(MAP).content.decode())}
    assert set(counted.values()) == {"0"}


def test_figures_by_one_dimension_and_as_a_file(people: People, add: Add) -> None:
    for number in range(5):
        add(f"คลินิกนับได้ {number}", Kind.CLINIC, province="TH-30")
    browser = people.client("analyst")
    lines = rows_of(browser.get(FIGURES, {"by": "province"}).content.decode())
    assert {line[0] for line in lines} == {"จังหวัด"}
    assert ["จังหวัด", "นครราชสีมา", "5"] in lines
    csv = b"".join(browser.get(FIGURES, {"by": "province", "format": "csv"}).streaming_content).decode(
        "utf-8-sig"
    )
    assert "นครราชสีมา,5" in csv

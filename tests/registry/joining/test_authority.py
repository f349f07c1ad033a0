"""An authority sees every registrant of its sector, by whichever way it came in, and nobody of another."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from phithak.core.accounts.models import Oversight
from phithak.core.jobs.services import run_pending
from phithak.registry.models import ChangeRequest, Organisation
from phithak.registry.services import organisations as services
from tests.people import People
from tests.registry.joining.files import csv_of

pytestmark = pytest.mark.db

CHOSEN = re.compile(r'<option value="([a-z.-]+)" selected>')
CONTACT = {"contact": "นางสาวสมมติ ค้าขาย", "phone": "081-234-5678", "email": "owner@example.th", "fax": ""}


def register(name: str, kind: str, number: int, **more: Any) -> None:
    """Register through the public pages, with the sector that the page proposes unless told otherwise."""
    first = {"kind": kind, "person": "juristic", "revenue_thb": "900000", "users_per_month": "300"}
    first |= {key: more[key] for key in first if key in more}
    browser = Client()
    page = browser.post("/registry/join/", first).text
    sector = CHOSEN.search(page[page.index('name="sector"') :])
    assert sector is not None
    answer = browser.post("/registry/join/send/", {
        **first, **CONTACT, "name_th": name, "juristic_id": f"01055360000{number}", "address": "1 หมู่ 2",
        "province": "TH-50", "website": "shop.example.th", "nonce": f"{number:032}", "sector": sector[1], **more,
    })  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert "ph-figure" in answer.text


def test_an_authority_sees_all_registrants_of_e_commerce_and_none_of_health(people: People) -> None:
    """Proves: S0-12.

    Six registrants of e-commerce and four of health come in: by the short and the full public form, from a
    file, and by hand. Lists, counts, search, export, single pages and requests show the six alone.
    """
    services.load_ready()
    services.find_tenants()
    Oversight.objects.filter(over=people.tenant_id("authority")).delete()
    services.set_scope(people.actor("cert_admin"), people.tenant_id("authority"), "e-commerce")
    analyst = people.client("analyst")

    register("ร้านหิ่งห้อยลอยฟ้า (สมมติ)", "merchant", 11)
    register("คลินิกใบไม้ผลิ (สมมติ)", "clinic", 20)
    register(
        "ตลาดกลางป่าดาว (สมมติ)", "platform", 38, revenue_thb="400000000", name_en="Pa Dao Market",
        sector="e-commerce.marketplace", legal_roles=["controller", "platform"],
    )  # fmt: skip
    for row in ChangeRequest.objects.all():
        assert analyst.post(f"/registry/requests/{row.pk}/approve/", {"version": 0}).status_code == 302
    rows = [
        ["ชื่อ", "ประเภท", "ภาคส่วน"],
        ["ร้านจากไฟล์ (สมมติ)", "ร้านค้า", "ร้านค้าออนไลน์"],
        ["ขนส่งจากไฟล์ (สมมติ)", "เอกชน", "e-commerce.delivery"],
        ["โรงพยาบาลจากไฟล์ (สมมติ)", "รพ.", "health"],
    ]
    file = SimpleUploadedFile("ผู้ขึ้นทะเบียน.csv", csv_of(rows).encode())
    where = analyst.post("/registry/imports/new/", {"kind": "organisations", "file": file})["Location"]
    run_pending()
    assert analyst.post(where + "start/").status_code == 302
    run_pending()
    actor = people.actor("analyst")
    facts = services.OrganisationFacts("ร้านเพิ่มด้วยมือ (สมมติ)", "merchant", sector="e-commerce")
    services.create(actor, facts)
    services.create(
        actor, services.OrganisationFacts("โรงพยาบาลเพิ่มด้วยมือ (สมมติ)", "hospital", sector="health.hospital")
    )
    for key, sector in (("platform", "e-commerce"), ("hospital", "health")):
        row = Organisation.objects.get(pk=people.tenant_id(key))
        facts = services.OrganisationFacts(row.name_th, row.kind, sector=sector)
        services.change(actor, row.pk, facts, version=row.version)

    seen = set(Organisation.objects.filter(sector__code__startswith="e-commerce"))
    unseen = set(Organisation.objects.filter(sector__code__startswith="health"))
    assert (len(seen), len(unseen)) == (6, 4)
    browser = people.client("authority")
    own = people.tenant("authority").name_th
    listed = json.loads(b"".join(browser.get("/registry/?format=json")))  # type: ignore[arg-type] # bytes
    assert {one["name"] for one in listed} == {own, *(row.name_th for row in seen)}
    for sector, total in (("e-commerce", 6), ("health", 0)):
        answer = browser.get(f"/api/v1/registry/organisations?sector={sector}").json()
        assert (answer["total"], len(answer["items"])) == (total, total)
    for row in seen:
        assert browser.get(f"/registry/{row.pk}/").status_code == 200
        assert browser.get(f"/api/v1/registry/organisations?q={row.name_th}").json()["total"] == 1
    for row in unseen:
        assert browser.get(f"/registry/{row.pk}/").status_code == 404
        assert browser.get(f"/api/v1/registry/organisations?q={row.name_th}").json()["total"] == 0
    exported = browser.get("/registry/export/?format=csv")
    text = b"".join(exported).decode()  # type: ignore[arg-type] # bytes
    assert all(row.name_th in text for row in seen)
    assert not any(row.name_th in text for row in unseen)
    for key in ("platform_admin", "member_admin"):
        member = people.client(key)
        of = people.tenant_id("platform" if key == "platform_admin" else "hospital")
        row = Organisation.objects.get(pk=of)
        typed = {"version": row.version, "name_th": row.name_th, "kind": row.kind, "country": "TH",
                 "is_juristic": "on", "sector": row.sector.code if row.sector else "",
                 "website": "new.example.th"}  # fmt: skip
        assert member.post(f"/registry/{of}/requests/change/", typed).status_code == 302
    asked = json.loads(b"".join(browser.get("/registry/requests/?format=json")))  # type: ignore[arg-type] # bytes
    assert [one["name"] for one in asked] == [people.tenant("platform").name_th]

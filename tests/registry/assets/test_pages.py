"""The pages of assets, as people of the centre, of a hospital, of a platform and of an operator use them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts.models import Oversight
from phithak.core.accounts.scope import Reason
from phithak.core.i18n import show
from phithak.registry.models import DataLink, DataStore, Domain, Organisation, Software, System
from phithak.registry.queries.assets.kinds import DataKind, Exposure, Place, Technique
from phithak.registry.services import assets as services
from phithak.registry.services.assets import DomainFacts, LinkFacts, StoreFacts, SystemFacts
from tests.people import People
from tests.registry.factory import organisation, organisation_of

QUESTIONS = ("public cloud stores with ID card images", "คลังข้อมูลบนคลาวด์สาธารณะที่มีภาพบัตรประชาชน")


def stores(people: People) -> tuple[UUID, list[UUID]]:
    """Make the sales channel's open bucket, and five stores that differ from it in one thing each."""
    admin = people.actor("analyst")
    channel = organisation(people, name_th="ช่องทางขายออนไลน์สมมติ", name_en="Imagined channel")
    operator = organisation(people)
    wanted = services.add_store(
        admin,
        channel.pk,
        StoreFacts(
            "ถังสำเนาบัตร",
            Place.PUBLIC_CLOUD,
            Technique.BUCKET,
            (DataKind.ID_CARD_IMAGE, DataKind.NAME),
            "Cloud Nine",
            people=11_400,
        ),
    )
    others = [
        (Place.OWN_CENTRE, DataKind.ID_CARD_IMAGE),
        (Place.PRIVATE_CLOUD, DataKind.ID_CARD_IMAGE),
        (Place.PAPER, DataKind.ID_CARD_IMAGE),
        (Place.PUBLIC_CLOUD, DataKind.ORDER_HISTORY),
        (Place.PUBLIC_CLOUD, DataKind.NATIONAL_ID),
    ]
    return wanted, [
        services.add_store(
            admin, operator.pk, StoreFacts(f"คลังอื่น {number}", place, Technique.BUCKET, (kind,))
        )
        for number, (place, kind) in enumerate(others)
    ]


@pytest.mark.db
def test_the_query_returns_the_one_store_and_no_other(people: People) -> None:
    """Proves: S1-25."""
    wanted, others = stores(people)
    browser = people.client("analyst")
    listed = [
        browser.get("/registry/stores/", {"place": "public_cloud", "kind": "id_card_image"}).text,
        *(browser.get("/registry/stores/", {"q": words}).text for words in QUESTIONS),
        *(browser.get("/search/", {"q": words}).text for words in QUESTIONS),
        browser.get("/api/v1/registry/stores?place=public_cloud&kind=id_card_image").text,
        *(browser.get("/api/v1/registry/stores", {"q": words}).text for words in QUESTIONS),
    ]
    for text in listed:
        assert str(wanted) in text
        assert not [key for key in others if str(key) in text]
    exported = browser.get("/registry/stores/", {"q": QUESTIONS[0], "format": "csv"}).getvalue().decode()
    assert len(exported.strip().splitlines()) == 2


@pytest.mark.db
def test_the_partners_record_shows_store_type_owner_exposure_and_last_check(people: People) -> None:
    """Proves: S1-11."""
    partner = organisation_of(people, "partner", kind="channel")
    Oversight.objects.create(over=people.tenant("platform"), under=partner.tenant, reason=Reason.PARTNER)
    key = services.add_store(
        people.actor("analyst"),
        partner.pk,
        StoreFacts("ถังสำเนาบัตร", Place.PUBLIC_CLOUD, Technique.BUCKET, (DataKind.ID_CARD_IMAGE,)),
    )
    operator = people.client("platform_admin")
    page = operator.get(f"/registry/stores/{key}/").text
    assert "ยังไม่ได้ตรวจ" in page
    assert "ยังไม่เคยตรวจ" in page
    assert "ตรวจแล้วว่าไม่เปิด" not in page
    how, moment = "เปิดลิงก์โดยไม่เข้าสู่ระบบ", clock.now() - timedelta(hours=1)
    services.set_exposure(people.actor("platform_admin"), key, Exposure.PUBLIC, how, moment)
    page = operator.get(f"/registry/stores/{key}/").text
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL))
    assert "bucket" in facts["ชนิดคลัง"]
    assert "คลาวด์สาธารณะ" in facts["ชนิดคลัง"]
    assert people.tenant("partner").name_th in facts["หน่วยงาน"]
    assert "เปิดสู่สาธารณะ" in facts["การเปิดเผย"]
    assert show.moment(moment, "th") in facts["ตรวจล่าสุด"]
    assert how in page
    overview = operator.get(f"/registry/{partner.pk}/assets/").text
    assert "คลังข้อมูลเปิดสู่สาธารณะ: ถังสำเนาบัตร" in overview


@pytest.mark.db
def test_an_open_store_waits_for_its_holder_and_for_who_oversees_it(people: People) -> None:
    """Proves (part): S0-24. The other half, the suspension, is proved with the shares."""
    merchant = organisation_of(people, "merchant")
    Oversight.objects.get_or_create(
        over=people.tenant("platform"), under=merchant.tenant, reason=Reason.PLATFORM, ended_at=None
    )
    key = services.add_store(
        people.actor("merchant_admin"),
        merchant.pk,
        StoreFacts("ถังใบส่งของ", Place.PUBLIC_CLOUD, Technique.BUCKET, (DataKind.ADDRESS,)),
    )
    for who in ("merchant_admin", "platform_admin", "analyst"):
        assert "ถังใบส่งของ" not in people.client(who).get("/").text
    browser = people.client("platform_admin")
    sent = {"state": "public", "how": "เปิดลิงก์โดยไม่เข้าสู่ระบบ", "at": clock.now().strftime("%Y-%m-%d 00:01")}
    assert browser.post(f"/registry/stores/{key}/check/", sent).status_code == 302
    for who in ("merchant_admin", "platform_admin", "analyst"):
        home = people.client(who).get("/").text
        assert "คลังข้อมูลเปิดสู่สาธารณะ: ถังใบส่งของ" in home
        assert str(key) in people.client(who).get("/registry/stores/?exposure=public").text
    for who in ("member_admin", "authority"):
        assert "ถังใบส่งของ" not in people.client(who).get("/").text


@pytest.mark.db
def test_a_system_record_has_owner_builder_operator_and_controller_as_four_fields(people: People) -> None:
    """Proves: S2-24."""
    hospital = organisation_of(people, "hospital")
    vendor = organisation(people, name_th="บริษัทสร้างสรรค์สมมติ", name_en="Imagined builders")
    browser = people.client("analyst")
    sent = {
        "name_th": "ระบบจองวัคซีน",
        "builder": "ร้านคอมพิวเตอร์ปากซอย",
        "operator": "ผู้รับจ้างดูแล",
        "controller": "กรมสมมติ",
        "internet_facing": "on",
    }
    answer = browser.post(f"/registry/{hospital.pk}/systems/new/", sent)
    assert answer.status_code == 302
    row = System.objects.get(name_th="ระบบจองวัคซีน")
    page = browser.get(answer["Location"]).text
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL))
    assert facts["เจ้าของ"] == people.tenant("hospital").name_th
    assert facts["ผู้พัฒนา"] == "ร้านคอมพิวเตอร์ปากซอย"
    assert facts["ผู้ดูแลให้ทำงาน"] == "ผู้รับจ้างดูแล"
    assert facts["ผู้ควบคุมข้อมูลส่วนบุคคล"] == "กรมสมมติ"
    told: dict[str, object] = {
        "name_th": "ระบบจองวัคซีน",
        "builder_id": str(vendor.pk),
        "operator_name": "ผู้รับจ้างดูแล",
        "controller_id": str(hospital.pk),
        "version": 1,
    }
    changed = browser.put(f"/api/v1/registry/systems/{row.pk}", told, content_type="application/json").json()
    assert changed["organisation_id"] == str(hospital.pk)
    assert (changed["builder_id"], changed["builder_name"]) == (str(vendor.pk), "")
    assert (changed["operator_id"], changed["operator_name"]) == (None, "ผู้รับจ้างดูแล")
    assert changed["controller_id"] == str(hospital.pk)


def chain(people: People) -> tuple[Organisation, dict[str, UUID]]:
    """Link a hospital to a laboratory and a hub, and the hub to a ministry's archive, which is two steps away."""
    admin = people.actor("analyst")
    hospital = organisation_of(people, "hospital")
    made = {}
    for name, owner in (
        ("เวชระเบียน", hospital),
        ("ห้องแล็บ", organisation_of(people, "hospital_b")),
        ("ศูนย์แลกเปลี่ยน", organisation(people)),
        ("คลังกลาง", organisation(people)),
        ("ไกลสามขั้น", organisation(people)),
    ):
        made[name] = services.add_system(
            admin, owner.pk, SystemFacts(Text(name, ""), care_critical=name == "ห้องแล็บ")
        )
    for source, target in (
        ("เวชระเบียน", "ศูนย์แลกเปลี่ยน"),
        ("ห้องแล็บ", "เวชระเบียน"),
        ("ศูนย์แลกเปลี่ยน", "คลังกลาง"),
        ("คลังกลาง", "ไกลสามขั้น"),
    ):
        services.add_link(admin, LinkFacts(made[source], made[target], (DataKind.HEALTH_RECORD,)))
    return hospital, made


@pytest.mark.db
def test_for_a_compromised_hospital_systems_one_and_two_steps_away_are_listed(people: People) -> None:
    """Proves: S4-37."""
    hospital, made = chain(people)
    browser = people.client("analyst")
    rows = browser.get(f"/registry/{hospital.pk}/linked/?format=json")
    told = {
        row["system"]["th"] if isinstance(row["system"], dict) else row["system"]: row for row in _json(rows)
    }
    assert {name: row["steps"] for name, row in told.items()} == {"ห้องแล็บ": 1, "ศูนย์แลกเปลี่ยน": 1, "คลังกลาง": 2}
    page = browser.get(f"/registry/{hospital.pk}/linked/").text
    assert "ห่างหนึ่งขั้น 2 ระบบ ห่างสองขั้น 1 ระบบ" in page
    assert page.count("<rect") == 4
    assert str(made["คลังกลาง"]) in page
    assert "เวชระเบียน › ศูนย์แลกเปลี่ยน › คลังกลาง" in page
    assert people.tenant("hospital_b").name_th in page
    answer = browser.get(f"/api/v1/registry/organisations/{hospital.pk}/linked").json()
    assert {(one["system_id"], one["steps"], one["direction"]) for one in answer} == {
        (str(made["ห้องแล็บ"]), 1, "in"),
        (str(made["ศูนย์แลกเปลี่ยน"]), 1, "out"),
        (str(made["คลังกลาง"]), 2, "out"),
    }
    one_step = browser.get(f"/registry/{hospital.pk}/linked/", {"steps": "1"}).text
    assert "ไปที่" not in one_step
    assert one_step.count("data-row") == 2


@pytest.mark.db
def test_a_member_sees_its_own_links_without_the_names_behind_them(people: People) -> None:
    hospital, made = chain(people)
    browser = people.client("member_admin")
    page = browser.get(f"/registry/{hospital.pk}/linked/").text
    assert "ห่างหนึ่งขั้น 2 ระบบ ห่างสองขั้น 0 ระบบ" in page
    for name in ("ห้องแล็บ", "ศูนย์แลกเปลี่ยน", "คลังกลาง"):
        assert name not in page
        assert str(made[name]) not in page
    listed = browser.get("/registry/data-links/").text
    assert listed.count("data-row") == 2
    assert "ระบบของหน่วยงานอื่น" in listed
    assert browser.get("/registry/data-links/", {"q": "แล็บ"}).text.count("data-row") == 0
    assert browser.get(f"/registry/systems/{made['คลังกลาง']}/linked/").status_code == 404
    link = DataLink.objects.get(source=made["ห้องแล็บ"])
    assert "ระบบของหน่วยงานอื่น" in browser.get(f"/registry/data-links/{link.pk}/").text


SENT: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "domains": ({"name": "โรงพยาบาลเมฆ.ไทย"}, {"purpose": "เว็บหลัก"}),
    "ranges": ({"cidr": "203.0.113.0/28"}, {"purpose": "สำนักงาน"}),
    "systems": ({"name_th": "เวชระเบียน"}, {"name_th": "เวชระเบียนใหม่"}),
    "software": ({"product": "nginx", "release": "1.24.0"}, {"product": "nginx", "release": "1.26"}),
    "devices": (
        {"kind": "เครื่อง CT", "count": "๒", "never_probe": "on"},
        {"kind": "เครื่อง CT ใหม่", "count": "3"},
    ),
    "stores": (
        {"name": "ตู้เวชระเบียน", "place": "paper", "technique": "cabinet", "kinds": ["health_record"]},
        {"name": "ตู้ใหม่", "place": "paper", "technique": "cabinet", "kinds": ["name"]},
    ),
}


@pytest.mark.db
@pytest.mark.parametrize("path", SENT)
def test_one_person_on_a_phone_adds_changes_and_ends_everything(people: People, path: str) -> None:
    hospital = organisation_of(people, "hospital")
    browser = people.client("member_admin")
    first, second = SENT[path]
    new = f"/registry/{hospital.pk}/{path}/new/"
    empty = browser.get(f"/registry/{path}/").text
    assert "data-row" not in empty
    assert new in empty
    assert browser.get(new).status_code == 200
    made = browser.post(new, first)
    assert made.status_code == 302
    address = made["Location"]
    assert browser.post(f"{address}edit/", {**second, "version": 1}).status_code == 302
    assert browser.get(address).status_code == 200
    assert browser.get(f"/registry/{path}/").text.count("data-row") == 1
    assert browser.get(f"{address}end/").status_code == 200
    assert browser.post(f"{address}end/").status_code == 302
    assert "data-row" not in browser.get(f"/registry/{path}/").text
    assert browser.get(f"/registry/{path}/?life=ended").text.count("data-row") == 1
    assert "เลิกใช้แล้ว" in browser.get(address).text
    assert browser.get(f"{address}edit/").status_code == 404


@pytest.mark.db
def test_a_wrong_input_keeps_what_was_typed_and_says_what_to_type(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    browser = people.client("member_admin", language="en")
    answer = browser.post(
        f"/registry/{hospital.pk}/domains/new/",
        {"name": "https://www.mek.example.th/index.php", "purpose": "web"},
    )
    assert answer.status_code == 422
    assert "Give the domain name only: www.mek.example.th" in answer.text
    assert 'value="web"' in answer.text
    answer = browser.post(f"/registry/{hospital.pk}/ranges/new/", {"cidr": "192.168.0.0/24"})
    assert "tick “private network”" in answer.text
    assert not Domain.objects.exists()


@pytest.mark.db
def test_two_people_who_edit_one_record_see_each_others_values_and_lose_nothing(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    key = services.add_system(
        people.actor("analyst"), hospital.pk, SystemFacts(Text("เวชระเบียน", ""), "ของเดิม")
    )
    first, second = people.client("analyst"), people.client("member_admin")
    address = f"/registry/systems/{key}/edit/"
    assert (
        first.post(address, {"name_th": "เวชระเบียน ก", "purpose": "ของคนแรก", "version": 1}).status_code
        == 302
    )
    answer = second.post(address, {"name_th": "เวชระเบียน ข", "purpose": "ของคนแรก", "version": 1})
    assert answer.status_code == 422
    assert "มีผู้อื่นแก้รายการนี้" in answer.text
    assert 'value="เวชระเบียน ข"' in answer.text
    assert ">เวชระเบียน ก</dd>" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert System.objects.get(pk=key).name_th == "เวชระเบียน ก"
    again = second.post(address, {"name_th": "เวชระเบียน ข", "purpose": "ของคนแรก", "version": 2})
    assert again.status_code == 302
    assert System.objects.get(pk=key).name_th == "เวชระเบียน ข"


@pytest.mark.db
def test_staff_settle_a_contested_name_that_waits_for_them(people: People) -> None:
    first, second = organisation_of(people, "hospital"), organisation_of(people, "hospital_b")
    services.add_domain(people.actor("member_admin"), first.pk, DomainFacts("mek.example.th"))
    key = services.add_domain(people.actor("member_admin_b"), second.pk, DomainFacts("mek.example.th"))
    member, staff = people.client("member_admin_b"), people.client("analyst")
    page = member.get(f"/registry/domains/{key}/").text
    assert "มีหน่วยงานอื่นถืออยู่แล้ว" in page
    assert people.tenant("hospital").name_th not in page
    assert "mek.example.th" not in member.get("/").text
    assert "ตัดสินว่า mek.example.th" in staff.get("/").text
    assert people.tenant("hospital").name_th in staff.get(f"/registry/domains/{key}/").text
    assert staff.get(f"/registry/domains/{key}/settle/").status_code == 200
    assert member.get(f"/registry/domains/{key}/settle/").status_code == 403
    assert staff.post(f"/registry/domains/{key}/settle/", {"settlement": "refuse"}).status_code == 302
    assert Domain.objects.get(pk=key).ended_at is not None
    assert "ตัดสินว่า" not in staff.get("/").text


@pytest.mark.db
def test_a_pasted_list_is_added_and_its_faults_are_named_by_line(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    browser = people.client("member_admin")
    answer = browser.post(
        f"/registry/{hospital.pk}/software/paste/",
        {"lines": "nginx 1.24.0\n????\nopenssl 3.0.11"},
        follow=True,
    )
    assert "เพิ่มแล้ว 2 รายการ" in answer.text
    assert "2: ????" in answer.text
    assert Software.objects.count() == 2


@pytest.mark.db
def test_a_link_is_added_from_a_system_and_refused_without_an_agreement(people: People) -> None:
    hospital, made = chain(people)
    browser = people.client("analyst")
    address = f"/registry/systems/{made['เวชระเบียน']}/links/new/"
    assert str(made["คลังกลาง"]) in browser.get(address, {"q": "คลังกลาง"}).text
    answer = browser.post(
        f"{address}?q=คลังกลาง",
        {"direction": "in", "other": str(made["คลังกลาง"]), "kinds": ["booking"], "method": "SFTP"},
    )
    assert answer.status_code == 302
    row = DataLink.objects.get(source=made["คลังกลาง"], target=made["เวชระเบียน"])
    assert not row.active
    page = browser.get(answer["Location"]).text
    assert "การจองและนัดหมาย" in page
    switch = reverse("registry:switch_data_link", args=[row.pk])
    refused = browser.post(switch)
    assert refused.status_code == 422
    assert "ไม่มีข้อตกลงที่มีผล" in refused.text
    assert hospital.pk == row.target.tenant_id


@pytest.mark.db
def test_the_organisations_page_carries_the_assets_as_a_fragment(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    for number in range(7):
        services.add_domain(people.actor("analyst"), hospital.pk, DomainFacts(f"n{number}.example.th"))
    browser = people.client("member_admin")
    whole = browser.get(reverse("registry:assets", args=[hospital.pk]))
    part = browser.get(reverse("registry:assets", args=[hospital.pk]), headers={"HX-Request": "true"})
    assert whole.text.count(".example.th</a>") == 7
    assert part.text.count(".example.th</a>") == 5
    assert "<html" not in part.text
    assert browser.get(reverse("registry:assets", args=[people.tenant_id("hospital_b")])).status_code == 404


@pytest.mark.db
def test_a_store_that_was_never_checked_is_not_shown_as_closed_whatever_its_row_says(people: People) -> None:
    hospital = organisation_of(people, "hospital")
    key = services.add_store(
        people.actor("analyst"), hospital.pk, StoreFacts("ตู้", Place.PAPER, kinds=(DataKind.NAME,))
    )
    DataStore.objects.filter(pk=key).update(exposure="private")
    for page in (f"/registry/stores/{key}/", "/registry/stores/", f"/registry/{hospital.pk}/assets/"):
        text = people.client("member_admin").get(page).text
        badge = re.findall(r'<span class="ph-badge[^>]*>.*?</span>', text, re.DOTALL)
        assert any("ยังไม่ได้ตรวจ" in one for one in badge)
        assert not any("ไม่เปิด" in one for one in badge)


def _json(answer: object) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    return rows

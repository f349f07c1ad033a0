"""Adding and changing organisations: every field checked, conflicts told, tenants in step."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from phithak.base import clock
from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.core.accounts import actors
from phithak.core.accounts import services as accounts
from phithak.core.accounts.models import Oversight, Tenant
from phithak.core.accounts.permissions import StaffSessionNeededError
from phithak.core.accounts.scope import Reason
from phithak.core.db.transactions import write
from phithak.core.journal.models import Entry
from phithak.engines.thai import check_digit
from phithak.registry.models import Alias, Organisation
from phithak.registry.queries import organisations as queries
from phithak.registry.queries.facts import facts_of
from phithak.registry.services import organisations as services
from phithak.registry.services.organisations import (
    AliasFacts,
    BadFactError,
    ChangedMeanwhileError,
    JuristicTakenError,
    KindFixedError,
    NotDueError,
    OrganisationFacts,
    WrongStateError,
)
from tests.registry.organisations.conftest import Registry

pytestmark = [pytest.mark.django_db, pytest.mark.db]
SYSTEM = actors.system("test")
JURISTIC = "010555123456" + check_digit("010555123456")


def test_a_new_organisation_and_its_tenant_are_one(registry: Registry) -> None:
    made = registry.add(
        " ตลาดปลา\u200bทอง  ",
        "platform",
        name_en="Pla Thong Market",
        sector="e-commerce.marketplace",
        province="โคราช",
        website="HTTPS://www.Plathong.example.th/shop?a=1",
        juristic_id=f"0-1055-51234-56-{JURISTIC[-1]}",
        revenue_thb=2_000_000_000,
        aliases=(AliasFacts("ปลาทอง"), AliasFacts("ปลาทอง"), AliasFacts("PLT", "brand")),
    )
    row = queries.organisation(registry.analyst, made)
    assert (row.name_th, row.province, row.website) == ("ตลาดปลาทอง", "TH-30", "www.plathong.example.th")
    assert (row.juristic_id, row.size, row.size_rule) == (JURISTIC, "large", "digital-platform@1")
    assert row.legal_roles == ["controller", "platform"]
    assert [one.text for one in queries.aliases_of(row)] == ["ปลาทอง", "PLT"]
    tenant = Tenant.objects.get(pk=made)
    assert (tenant.name_th, tenant.name_en, tenant.kind) == ("ตลาดปลาทอง", "Pla Thong Market", "platform")
    assert Oversight.objects.filter(
        over=registry.id("cert"), under=made, reason=Reason.CONSTITUENCY, ended_at__isnull=True
    ).exists()
    assert Organisation.objects.filter(pk=made).count() == 1
    assert Entry.objects.filter(tag="registry:organisation:created", tenant_id=made).count() == 1


@pytest.mark.parametrize(("field", "value"), [
    ("name_th", ""),
    ("name_th", "\u200b\u200b"),
    ("name_th", "ร้าน\u202eงาม"),
    ("name_en", "Shop\u2066 of gold"),
    ("name_en", "Shop\x07"),
    ("name_th", "…!?"),
    ("name_th", "ก" * 251),
    ("name_th", "ร้านป้า 081-234-5678"),
    ("short_th", "ก" * 61),
    ("kind", "castle"),
    ("sector", "nothing.here"),
    ("country", "Thailand"),
    ("province", "แอตแลนติส"),
    ("juristic_id", "0105551234561" if JURISTIC[-1] == "0" else "0105551234560"),
    ("juristic_id", "1101700203450"),
    ("revenue_thb", -1),
    ("users_per_month", 3_000_000_000),
    ("legal_roles", ("king",)),
    ("website", "ไม่ใช่เว็บ"),
    ("aliases", (AliasFacts("\u202eabc"),)),
    ("aliases", (AliasFacts("ชื่อ", "nickname"),)),
])  # fmt: skip
def test_a_wrong_field_is_named_in_both_languages(registry: Registry, field: str, value: object) -> None:
    facts = {"name_th": "ร้านดี", "kind": "merchant", field: value}
    before = Organisation.objects.count(), Tenant.objects.count()
    with pytest.raises(BadFactError) as caught:
        services.create(registry.analyst, OrganisationFacts(**facts))  # type: ignore[arg-type] # wrong on purpose
    assert caught.value.field == field
    assert caught.value.message.th != caught.value.message.en
    assert (Organisation.objects.count(), Tenant.objects.count()) == before


def test_one_service_earns_no_more_than_all(registry: Registry) -> None:
    with pytest.raises(BadFactError) as caught:
        registry.add("ร้านดี", "platform", revenue_thb=5, service_revenue_thb=6)
    assert caught.value.field == "service_revenue_thb"


def test_a_juristic_number_belongs_to_one(registry: Registry) -> None:
    registry.add("ร้านหนึ่ง", juristic_id=JURISTIC)
    with pytest.raises(JuristicTakenError), transaction.atomic():
        registry.add("ร้านสอง", juristic_id=JURISTIC)
    assert not Tenant.objects.filter(name_th="ร้านสอง").exists()


def test_members_cannot_add_and_strangers_find_nothing(registry: Registry) -> None:
    with pytest.raises(ForbiddenError):
        services.create(registry.people.actor("member_admin"), OrganisationFacts("ร้าน", "merchant"))
    with pytest.raises(NotFoundError):
        queries.organisation(registry.people.actor("member_admin"), registry.id("hospital_b"))


def test_two_people_editing_see_what_the_other_one_changed(registry: Registry) -> None:
    made = registry.add("ร้านเดิม", name_en="Old Shop")
    facts = facts_of(queries.organisation(registry.analyst, made))
    services.change(
        registry.admin, made, OrganisationFacts("ร้านใหม่", "merchant", name_en="Old Shop"), version=1
    )
    with pytest.raises(ChangedMeanwhileError) as caught:
        services.change(registry.analyst, made, facts, version=1)
    error = caught.value
    assert error.version == 2
    assert error.now.name_th == "ร้านใหม่"
    differing = {one.field: (one.now, one.sent) for one in error.differences}
    assert differing["name_th"] == ("ร้านใหม่", "ร้านเดิม")
    assert "name_en" not in differing
    assert "ชื่อไทย" in error.message.th
    assert queries.organisation(registry.analyst, made).name_th == "ร้านใหม่"


def test_a_name_that_is_given_up_is_still_found(registry: Registry) -> None:
    made = registry.add("ร้านเดิม")
    assert services.change(registry.analyst, made, OrganisationFacts("ร้านใหม่", "merchant"), version=1) == 2
    aliases = Alias.objects.filter(tenant=made).values_list("text", "kind")
    assert list(aliases) == [("ร้านเดิม", "former")]
    assert Tenant.objects.get(pk=made).name_th == "ร้านใหม่"
    row = queries.organisation(registry.analyst, made)
    same = facts_of(row)
    assert (
        services.change(registry.analyst, made, same, version=2) == 2
    )  # nothing differs, nothing is written


def test_names_follow_the_tenant_and_closing_too(registry: Registry) -> None:
    made = registry.add("ร้านเดิม")
    accounts.rename_tenant(SYSTEM, made, name_th="ร้านที่ศูนย์เปลี่ยนชื่อ", name_en="Renamed")
    row = queries.organisation(registry.analyst, made)
    assert (row.name_th, row.name_en, row.version) == ("ร้านที่ศูนย์เปลี่ยนชื่อ", "Renamed", 2)
    accounts.close_tenant(SYSTEM, made)
    assert queries.organisation(registry.analyst, made).state == "closed"


def test_a_tenant_from_elsewhere_gets_its_record(registry: Registry) -> None:
    made = accounts.create_tenant(SYSTEM, kind="telco", name_th="เครือข่ายสายลม", name_en="Sai Lom")
    row = queries.organisation(registry.analyst, made)
    assert (row.kind, row.name_th, row.legal_roles) == (
        "telco",
        "เครือข่ายสายลม",
        ["controller", "telecom_licensee"],
    )
    assert {row.pk for row in queries.living()} >= {registry.id("cert"), registry.id("hospital")}
    assert queries.tenants_without_record() == 0
    assert services.find_tenants() == 0


def test_another_kind_changes_the_tenant_unless_roles_forbid(registry: Registry) -> None:
    made = registry.add("ร้านโต", "merchant")
    services.change(registry.analyst, made, OrganisationFacts("ร้านโต", "platform"), version=1)
    assert Tenant.objects.get(pk=made).kind == "platform"
    row = queries.organisation(registry.analyst, registry.id("peer"))
    facts = facts_of(row)
    with pytest.raises(KindFixedError):
        services.change(
            registry.analyst, row.pk, OrganisationFacts(facts.name_th, "hospital"), version=row.version
        )


def test_closing_takes_a_staff_session_and_people_lose_access(registry: Registry) -> None:
    merchant = registry.id("merchant")
    browser = registry.people.client("merchant_admin")
    with pytest.raises(StaffSessionNeededError):
        services.close(registry.admin, merchant, "เลิกกิจการ")
    assert browser.get("/api/v1/registry/organisations").json()["total"] == 1
    services.close(registry.people.actor("cert_admin", staff=True), merchant, "เลิกกิจการ")
    assert browser.get("/api/v1/registry/organisations").status_code == 403
    with pytest.raises(WrongStateError):
        services.add_alias(registry.analyst, merchant, "ชื่อใหม่")


def test_platforms_renew_each_year_and_lapse(registry: Registry) -> None:
    """Proves (part): S0-25. The yearly renewal by the clock of the decree."""
    with clock.at(datetime(2026, 8, 1, 5, tzinfo=UTC)):
        made = registry.add("ตลาดรายปี", "platform", registered_on=date(2025, 3, 1))
        shop = registry.add("ร้านไม่ต้องต่อ", "merchant", registered_on=date(2025, 3, 1))
        rows = {row.pk: row for row in Organisation.objects.filter(pk__in=[made, shop])}
        assert rows[made].renewal_due == date(2027, 3, 1)
        assert rows[shop].renewal_due is None
        with pytest.raises(NotDueError):
            services.renew(registry.analyst, made)  # more than half a year ahead
    with clock.at(datetime(2027, 3, 1, 16, 59, tzinfo=UTC)):  # the last minute of the day in Bangkok
        assert services.lapse(SYSTEM) == 0
    with clock.at(datetime(2027, 3, 1, 17, 1, tzinfo=UTC)):
        assert services.lapse(SYSTEM) == 1
        assert services.lapse(SYSTEM) == 0
        assert Organisation.objects.get(pk=made).state == "lapsed"
        assert services.renew(registry.analyst, made) == date(2028, 3, 2)
        with pytest.raises(NotDueError):
            services.renew(registry.analyst, made)  # a second click adds no second year
        assert Organisation.objects.get(pk=made).state == "registered"


def test_a_pending_one_is_approved_once(registry: Registry) -> None:
    made = services.create(
        registry.analyst, OrganisationFacts("ร้านรอ", "merchant"), state=queries.State.PENDING
    )
    services.approve(registry.analyst, made)
    assert Organisation.objects.get(pk=made).state == "registered"
    with pytest.raises(WrongStateError):
        services.approve(registry.analyst, made)


def test_three_sample_operators_are_large_medium_and_small(registry: Registry) -> None:
    """Proves (part): S0-25. By the configured limits, through the API."""
    browser = registry.people.client("analyst")
    samples = (
        ("ผู้ให้บริการหนึ่ง", {"revenue_thb": 2_500_000_000, "users_per_month": 9_000_000}, "large"),
        ("ผู้ให้บริการสอง", {"revenue_thb": 120_000_000, "users_per_month": 40_000}, "medium"),
        ("ผู้ให้บริการสาม", {"revenue_thb": 3_000_000, "users_per_month": 700}, "small"),
    )
    for name, figures, size in samples:
        answer = browser.post(
            "/api/v1/registry/organisations",
            {"name_th": name, "kind": "platform", **figures},
            content_type="application/json",
        )
        assert (answer.status_code, answer.json()["size"]) == (201, size)


def test_a_rule_of_another_version_sizes_all_anew(registry: Registry) -> None:
    made = registry.add("ตลาดเก่า", "platform", revenue_thb=2_500_000_000)
    Organisation.objects.filter(pk=made).update(size="small", size_rule="digital-platform@0")
    rows = list(queries.not_sized_by("digital-platform@1"))
    assert made in {row.pk for row in rows}
    with write("test.resize"):
        services.resize_chunk(rows)
    assert Organisation.objects.get(pk=made).size == "large"
    assert not queries.not_sized_by("digital-platform@1").exists()


def test_relations_that_are_over_are_marked(registry: Registry) -> None:
    until = clock.now() + timedelta(hours=1)
    services.add_relation(
        registry.analyst,
        over=registry.id("platform"),
        under=registry.id("merchant"),
        kind="platform",
        until=until,
    )
    assert services.end_expired() == 0
    with clock.at(until + timedelta(seconds=1)):
        assert services.end_expired() == 1
        assert not queries.running_relations().exists()

"""Duplicates: proposed with reasons, decided by a person; a merge changes no tenant id and shuts nobody out."""

from __future__ import annotations

import pytest

from phithak.core.accounts.models import Membership, Oversight, Tenant, User
from phithak.core.accounts.queries import actor_for_user
from phithak.core.accounts.roles import Role
from phithak.core.accounts.scope import Reason
from phithak.core.jobs.services import enqueue, run_pending
from phithak.engines.thai import check_digit
from phithak.registry.jobs.organisations import find_duplicates
from phithak.registry.models import Alias, DuplicateProposal, MatchKey, Organisation, Relation
from phithak.registry.queries import duplicates, searching
from phithak.registry.queries import organisations as queries
from phithak.registry.services import organisations as services
from phithak.registry.services.organisations import (
    AliasFacts,
    BadFactError,
    CycleError,
    DecidedError,
    OrganisationFacts,
    WrongStateError,
)
from tests.registry.organisations.conftest import Registry

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.mark.parametrize(("first", "second", "reason"), [
    (("ตลาดปลาทอง", {}), ("บริษัท ตลาดปลาทอง จำกัด", {}), "name"),
    (("ตลาดปลาทอง", {"name_en": "Pla Thong Market"}), ("พีทีเอ็ม", {"name_en": "PLA THONG MARKET Co., Ltd."}), "name"),
    (("ตลาดปลาทอง", {"aliases": (AliasFacts("พีทีเอ็ม"),)}), ("พีทีเอ็ม", {}), "alias"),
    (("ตลาดหิ่งห้อยทองคำ", {}), ("ตลาดหิ่งหอยทองคำ", {}), "name"),  # a tone alone
    (("ตลาดดอกไม้งามตา", {}), ("ตลาดดอกไม้งานตา", {}), "spelling"),
    (("ร้านหนึ่ง", {"website": "shop.example.th"}), ("กิจการที่สอง", {"website": "www.shop.example.th"}), "domain"),
])  # fmt: skip
def test_likely_twins_are_proposed_with_the_reason(
    registry: Registry,
    first: tuple[str, dict[str, object]],
    second: tuple[str, dict[str, object]],
    reason: str,
) -> None:
    """Proves (part): S0-10. Duplicates are proposed for merging."""
    a = registry.add(first[0], province="TH-10", **first[1])
    b = registry.add(second[0], province="TH-10", **second[1])
    pair = DuplicateProposal.objects.get()
    assert {pair.first_id, pair.second_id} == {a, b}
    assert reason in pair.reasons
    assert pair.score >= duplicates.LEAST
    told = duplicates.reasons_of(pair)
    assert all(one.text.th and one.text.en for one in told)


@pytest.mark.parametrize(("first", "second"), [
    (("ร้านที่ 1 ตลาดน้ำกว้าง", {}), ("ร้านที่ 2 ตลาดน้ำกว้าง", {})),
    (("โรงพยาบาลเมือง", {"province": "TH-50"}), ("โรงพยาบาลทุ่ง", {"province": "TH-50"})),
    (("ตลาดดอกไม้งามตา", {"province": "TH-50"}), ("ตลาดดอกไม้งานตา", {"province": "TH-90"})),
    (("ศูนย์ไซเบอร์กลาง", {"country": "SG"}), ("ศูนย์ไซเบอร์กลาง", {"country": "MY"})),
])  # fmt: skip
def test_mere_likeness_is_no_proposal(
    registry: Registry, first: tuple[str, dict[str, object]], second: tuple[str, dict[str, object]]
) -> None:
    registry.add(first[0], **first[1])
    registry.add(second[0], **second[1])
    assert not DuplicateProposal.objects.exists()


def test_proposals_follow_changes(registry: Registry) -> None:
    first, second = registry.add("ตลาดปลาทอง"), registry.add("ตลาดปลาเงินงาม")
    assert not DuplicateProposal.objects.exists()
    services.add_alias(registry.analyst, second, "ปลาทอง มาร์เก็ต ออนไลน์")
    alias = services.add_alias(registry.analyst, second, "ตลาดปลาทอง")
    assert DuplicateProposal.objects.get().reasons == ["alias"]
    services.remove_alias(registry.analyst, second, alias)
    assert not DuplicateProposal.objects.exists()
    services.add_alias(registry.analyst, first, "ตลาดปลาเงินงาม")
    services.different(registry.analyst, DuplicateProposal.objects.get().pk)
    services.add_alias(registry.analyst, first, "ตลาดปลาเงินงาม จำกัด")
    assert [row.state for row in DuplicateProposal.objects.all()] == ["different"]


def test_a_common_host_says_nothing(registry: Registry) -> None:
    for name in ("กาแฟดอย", "ผ้าไหมหมู่บ้าน", "ขนมหวานแม่", "ไม้กวาดลุง", "น้ำพริกยาย", "ปุ๋ยหมักตา", "ตะกร้าหวาย"):
        registry.add(name, website="hall.example.th")
    registry.add("เครื่องปั้นดินเผา", website="hall.example.th")
    pairs = DuplicateProposal.objects.count()
    registry.add("โคมไฟกระดาษสา", website="hall.example.th")
    assert DuplicateProposal.objects.count() == pairs


@pytest.mark.django_db(transaction=True)
def test_the_job_finds_what_was_brought_in_past_the_services(registry: Registry) -> None:
    registry.add("ตลาดปลาทอง", name_en="Pla Thong")
    registry.add("ตลาดปลาทอง สาขา", name_en="Pla Thong")
    DuplicateProposal.objects.all().delete()
    MatchKey.objects.all().delete()
    enqueue(find_duplicates, actor=registry.analyst, unique="all")
    run_pending()
    assert DuplicateProposal.objects.count() == 1
    enqueue(find_duplicates, actor=registry.analyst, unique="all")
    run_pending()
    assert DuplicateProposal.objects.count() == 1


def test_a_merge_moves_names_and_relations_and_no_tenant_id(registry: Registry) -> None:
    kept = registry.add("ตลาดปลาทอง", "platform", sector="e-commerce", name_en="Pla Thong")
    merged = registry.add(
        "บริษัท ตลาดปลาทอง จำกัด",
        "platform",
        sector="telecom",
        name_en="Pla Thong Ltd",
        aliases=(AliasFacts("PLT"),),
    )
    parent, shop = registry.add("บริษัทแม่ใหญ่โต", "private"), registry.add("ร้านลูกข่าย")
    services.add_relation(registry.analyst, over=parent, under=merged, kind="parent")
    services.add_relation(registry.analyst, over=merged, under=shop, kind="platform")
    services.set_scope(registry.admin, registry.id("authority"), "telecom")  # the kept one's sector decides
    user = User.objects.create(email="owner@example.th", name_th="เจ้าของ")
    Membership.objects.create(user=user, tenant_id=merged, role=Role.MEMBER_STAFF)
    tenants = dict(Tenant.objects.values_list("pk", "state"))
    pair = DuplicateProposal.objects.get()
    assert services.merge_pair(registry.analyst, pair.pk, kept, "นิติบุคคลเดียวกัน") == kept

    assert dict(Tenant.objects.values_list("pk", "state")) == tenants
    row = Organisation.objects.get(pk=merged)
    assert (row.state, row.merged_into_id) == ("merged", kept)
    aliases = set(Alias.objects.filter(tenant=kept).values_list("text", flat=True))
    assert aliases == {"บริษัท ตลาดปลาทอง จำกัด", "Pla Thong Ltd", "PLT"}
    assert not Alias.objects.filter(tenant=merged).exists()
    for words in ("PLT", "บริษัท ตลาดปลาทอง", "ปลาทอง"):
        found = searching.matching(queries.listed(registry.analyst), words)
        assert [one.pk for one in found] == [kept]
    relations = Relation.objects.filter(ended_at__isnull=True).values_list("over", "under", "kind")
    assert set(relations) == {(parent, kept, "parent"), (kept, shop, "platform")}
    oversight = set(
        Oversight.objects.filter(ended_at__isnull=True)
        .exclude(reason=Reason.CONSTITUENCY)
        .filter(under__in=[kept, merged, shop])
        .values_list("over", "under", "reason")
    )
    assert oversight == {
        (kept, merged, "parent"),
        (parent, kept, "parent"),
        (parent, merged, "parent"),
        (kept, shop, "platform"),
        (merged, shop, "platform"),
    }
    assert DuplicateProposal.objects.get(pk=pair.pk).state == "merged"
    # the merged one's people keep their access, and see what it became
    actor = actor_for_user(user, {})
    assert {one.pk for one in queries.visible_to(actor)} == {merged, kept, shop}
    with pytest.raises(WrongStateError):
        services.merge(registry.analyst, parent, merged, "อีกครั้ง")
    with pytest.raises(DecidedError):
        services.different(registry.analyst, pair.pk)
    # the end of a moved relation shuts both
    made = Relation.objects.get(over=parent, under=kept, ended_at__isnull=True)
    services.end_relation(registry.analyst, made.pk)
    assert not Oversight.objects.filter(over=parent, ended_at__isnull=True).exists()


def test_a_merge_that_would_close_a_circle_changes_nothing(registry: Registry) -> None:
    top, middle, low = (registry.add(name, "ministry_unit") for name in ("กรมบน", "กองกลาง", "ฝ่ายล่าง"))
    services.add_relation(registry.analyst, over=top, under=middle, kind="parent")
    services.add_relation(registry.analyst, over=middle, under=low, kind="parent")
    with pytest.raises(CycleError):
        services.merge(registry.analyst, low, top, "ลองวน")
    assert Organisation.objects.get(pk=top).state == "registered"
    assert Relation.objects.filter(ended_at__isnull=True).count() == 2
    with pytest.raises(BadFactError):
        services.merge(registry.analyst, top, top, "ตนเอง")
    with pytest.raises(BadFactError):
        services.merge(registry.analyst, top, middle, " ")


def test_the_number_of_the_merged_one_is_kept(registry: Registry) -> None:
    number = "010555123456" + check_digit("010555123456")
    kept, merged = registry.add("ร้านไร้เลข"), registry.add("ร้านมีเลข", juristic_id=number)
    services.merge(registry.analyst, kept, merged, "ร้านเดียวกัน")
    assert Organisation.objects.get(pk=kept).juristic_id == number
    row = queries.organisation(registry.analyst, kept)
    services.change(
        registry.analyst,
        kept,
        OrganisationFacts("ร้านไร้เลข", "merchant", juristic_id=number),
        version=row.version,
    )


@pytest.mark.parametrize(("one", "other", "alike"), [
    ("ตลาดดอกไม้งามตา", "ตลาดดอกไม้งานตา", True),
    ("แมว", "แมน", False),  # too short for a slip
    ("สาขา 1 กลางเมือง", "สาขา 2 กลางเมือง", False),
    ("ตลาดดอกไม้งามตา", "ตลาดดอกไม้", False),
])  # fmt: skip
def test_a_slip_is_small(one: str, other: str, *, alike: bool) -> None:
    assert duplicates.nearly(duplicates.core_of(one), duplicates.core_of(other)) is alike

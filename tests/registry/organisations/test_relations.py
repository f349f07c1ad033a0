"""Relations and scopes: what they open, for how long, and circles that are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.core.accounts.models import Oversight
from phithak.core.accounts.scope import Reason
from phithak.core.jobs.services import run_pending
from phithak.registry.models import AuthorityScope, Organisation, Relation, Sector
from phithak.registry.queries import organisations as queries
from phithak.registry.services import organisations as services
from phithak.registry.services.organisations import (
    BadFactError,
    CycleError,
    NotAnAuthorityError,
    OrganisationFacts,
    scopes,
)
from tests.registry.organisations.conftest import Registry

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def running(over: UUID, under: UUID, reason: Reason) -> list[Oversight]:
    rows = Oversight.objects.filter(over=over, under=under, reason=reason, ended_at__isnull=True)
    return list(rows)


def relate(registry: Registry, over: UUID, under: UUID, kind: str = "parent") -> UUID:
    return services.add_relation(registry.analyst, over=over, under=under, kind=kind)


@pytest.mark.parametrize(("kind", "reason"), [
    ("parent", Reason.PARENT),
    ("platform", Reason.PLATFORM),
    ("operator", Reason.PARTNER),
    ("regulator", Reason.AUTHORITY),
])  # fmt: skip
def test_a_relation_opens_rows_and_its_end_shuts_them(registry: Registry, kind: str, reason: Reason) -> None:
    over, under = registry.add("ผู้อยู่เหนือ", "platform"), registry.add("ผู้อยู่ใต้")
    until = clock.now() + timedelta(days=3)
    made = services.add_relation(registry.analyst, over=over, under=under, kind=kind, until=until)
    assert [row.until for row in running(over, under, reason)] == [until]
    again = services.add_relation(registry.analyst, over=over, under=under, kind=kind)
    assert again == made
    assert [row.until for row in running(over, under, reason)] == [None]
    services.end_relation(registry.analyst, made)
    assert running(over, under, reason) == []
    with pytest.raises(NotFoundError):
        services.end_relation(registry.analyst, made)


def test_allies_open_nothing(registry: Registry) -> None:
    before = Oversight.objects.count()
    one, other = registry.id("hospital"), registry.id("partner")
    relate(registry, one, other, "allied")
    assert Oversight.objects.count() == before


def test_a_rest_of_two_reasons_keeps_the_rows_open(registry: Registry) -> None:
    authority, shop = registry.id("authority"), registry.add("ร้าน", sector="e-commerce.shop")
    scope = services.set_scope(registry.admin, authority, "e-commerce")
    made = relate(registry, authority, shop, "regulator")
    services.end_scope(registry.admin, scope)
    assert len(running(authority, shop, Reason.AUTHORITY)) == 1
    services.end_relation(registry.analyst, made)
    assert running(authority, shop, Reason.AUTHORITY) == []


def test_impossible_relations_are_refused(registry: Registry) -> None:
    one, other = registry.id("hospital"), registry.id("hospital_b")
    for over, under, kind, until in (
        (one, one, "parent", None),
        (one, other, "cousin", None),
        (one, other, "parent", clock.now() - timedelta(seconds=1)),
    ):
        with pytest.raises(BadFactError):
            services.add_relation(registry.analyst, over=over, under=under, kind=kind, until=until)


def test_a_circle_of_parents_is_refused_and_named(registry: Registry) -> None:
    first, second, third = (registry.add(name, "ministry_unit") for name in ("กรมหนึ่ง", "กองสอง", "ฝ่ายสาม"))
    relate(registry, first, second)
    relate(registry, second, third)
    with pytest.raises(CycleError) as caught:
        relate(registry, third, first)
    assert caught.value.slots["chain"] == "กรมหนึ่ง › กองสอง › ฝ่ายสาม › กรมหนึ่ง"
    assert not running(third, first, Reason.PARENT)
    relate(registry, first, third)  # two ways down are no circle


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(lambda pair: pair[0] != pair[1]), max_size=7
    )
)
def test_whatever_is_joined_no_organisation_becomes_its_own_parent(
    registry: Registry, pairs: list[tuple[int, int]]
) -> None:
    Relation.objects.all().delete()
    units = [registry.id(key) for key in ("hospital", "hospital_b", "platform", "merchant")]
    below: dict[int, set[int]] = {number: set() for number in range(4)}
    for over, under in pairs:
        would_circle = over in _reach(below, under)
        if would_circle:
            with pytest.raises(CycleError):
                relate(registry, units[over], units[under])
        else:
            relate(registry, units[over], units[under])
            below[over].add(under)
    assert all(number not in _reach(below, child) for number in below for child in below[number])
    assert Relation.objects.count() == sum(map(len, below.values()))


def _reach(below: dict[int, set[int]], start: int) -> set[int]:
    found, level = {start}, {start}
    while level:
        level = {child for one in level for child in below[one]} - found
        found |= level
    return found


def test_an_authority_sees_all_of_its_sector_and_nothing_of_health(
    registry: Registry, seen_by: Callable[[str], set[str]]
) -> None:
    """Proves (part): S0-12. Lists, counts, search, export and single pages; from one request to the next."""
    Oversight.objects.filter(over=registry.id("authority")).delete()
    names = {f"ร้านค้าสมมติ {number}" for number in range(7)}
    shops = [registry.add(name, sector="e-commerce.shop") for name in sorted(names)]
    hospital = registry.add("โรงพยาบาลสมมติ", "hospital", sector="health.hospital")
    own = "สำนักงานกำกับบริการดิจิทัลสมมติ"
    assert seen_by("authority") == {own}
    scope = services.set_scope(registry.admin, registry.id("authority"), "e-commerce")
    browser = registry.people.client("authority")
    assert seen_by("authority") == {own, *names}
    listed = browser.get("/api/v1/registry/organisations?sector=e-commerce").json()
    assert listed["total"] == 7
    assert browser.get("/api/v1/registry/organisations?sector=health").json()["total"] == 0
    assert browser.get("/api/v1/registry/organisations?q=โรงพยาบาล").json()["total"] == 0
    exported = browser.get("/registry/?format=csv")
    text = b"".join(exported.streaming_content) if exported.streaming else exported.content
    assert all(name in text.decode() for name in names)
    assert "โรงพยาบาล" not in text.decode()
    assert browser.get(f"/api/v1/registry/organisations/{shops[0]}").status_code == 200
    assert browser.get(f"/registry/{shops[0]}/").status_code == 200
    assert browser.get(f"/api/v1/registry/organisations/{hospital}").status_code == 404
    assert browser.get(f"/registry/{hospital}/").status_code == 404
    # a new one joins, another sector leaves, at once
    registry.add("ร้านมาใหม่", sector="e-commerce")
    row = queries.organisation(registry.analyst, shops[0])
    services.change(
        registry.analyst,
        row.pk,
        OrganisationFacts(row.name_th, "merchant", sector="health.supplier"),
        version=1,
    )
    assert seen_by("authority") == {own, "ร้านมาใหม่", *names} - {row.name_th}
    assert browser.get(f"/registry/{shops[0]}/").status_code == 404
    # oversight ends in the middle of the session
    services.end_scope(registry.admin, scope)
    assert browser.get(f"/registry/{shops[1]}/").status_code == 404
    assert browser.get(f"/api/v1/registry/organisations/{shops[1]}").status_code == 404
    assert seen_by("authority") == {own}


def test_only_an_authority_has_a_scope(registry: Registry) -> None:
    with pytest.raises(NotAnAuthorityError):
        services.set_scope(registry.admin, registry.id("hospital"), "e-commerce")
    with pytest.raises(BadFactError):
        services.set_scope(registry.admin, registry.id("authority"), "no-such-sector")
    once = services.set_scope(registry.admin, registry.id("authority"), "telecom")
    assert services.set_scope(registry.admin, registry.id("authority"), "telecom") == once


@pytest.mark.django_db(transaction=True)
def test_a_scope_over_many_is_opened_and_shut_by_a_job(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scopes, "AT_ONCE", 3)
    authority = registry.id("authority")
    shops = [registry.add(f"ร้านที่ {number}", sector="e-commerce.shop") for number in range(8)]
    scope = services.set_scope(registry.admin, authority, "e-commerce")
    assert not running(authority, shops[0], Reason.AUTHORITY)
    run_pending()
    assert all(len(running(authority, shop, Reason.AUTHORITY)) == 1 for shop in shops)
    services.end_scope(registry.admin, scope)
    run_pending()
    assert not any(running(authority, shop, Reason.AUTHORITY) for shop in shops)
    assert services.follow_chunk(authority, shops) == 0  # nothing is left to do


def test_every_part_of_a_sector_counts_and_its_neighbour_does_not(registry: Registry) -> None:
    authority = registry.id("authority")
    Sector.objects.create(code="e-commerce-tools", name_th="เครื่องมือ", name_en="Tools", pack="own")
    near = registry.add("ร้านเครื่องมือ", sector="e-commerce-tools")
    deep = registry.add("ตลาดลึก", sector="e-commerce.marketplace")
    services.set_scope(registry.admin, authority, "e-commerce")
    assert running(authority, deep, Reason.AUTHORITY)
    assert not running(authority, near, Reason.AUTHORITY)
    assert AuthorityScope.objects.count() == 1
    assert Organisation.objects.filter(pk=deep).exists()

"""Default rights of kinds: academia sees figures alone; who is critical infrastructure is for few."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phithak.base.errors import ForbiddenError
from phithak.core.accounts import actors
from phithak.core.accounts.models import Membership, Oversight, User
from phithak.core.accounts.queries import actor_for_user
from phithak.core.accounts.roles import Role
from phithak.core.accounts.scope import Reason
from phithak.core.journal.models import Entry
from phithak.registry.models import Organisation
from phithak.registry.queries import figures, rights
from phithak.registry.queries import organisations as queries
from phithak.registry.queries.kinds import DataLevel
from phithak.registry.services import organisations as services
from phithak.registry.services.organisations import OrganisationFacts
from tests.people import People
from tests.registry.organisations.conftest import Registry

pytestmark = [pytest.mark.django_db, pytest.mark.db]
OWN_NAME = "ร้านใบตองทอง"


def make_academic(registry: Registry) -> None:
    """Make the merchant of the sector a university."""
    row = queries.organisation(registry.analyst, registry.id("merchant"))
    services.change(registry.analyst, row.pk, OrganisationFacts(OWN_NAME, "academia"), version=row.version)


def test_an_academic_member_gets_anonymised_data_only(
    registry: Registry, seen_by: Callable[[str], set[str]]
) -> None:
    """Proves: S3-34. Lists, API, search and exports name nobody else; figures hide small numbers."""
    for number in range(6):
        registry.add(f"คลินิกสมมติ {number}", "clinic", sector="health.clinic", province="TH-50")
    make_academic(registry)
    under = registry.add("โรงพยาบาลใต้มหาวิทยาลัย", "hospital", sector="health.hospital", province="TH-90")
    services.add_relation(registry.analyst, over=registry.id("merchant"), under=under, kind="parent")
    # oversight that an administrator set by hand opens no names either
    Oversight.objects.create(over=registry.people.tenant("merchant"), under_id=under, reason=Reason.PLATFORM)
    browser = registry.people.client("merchant_admin")
    assert seen_by("merchant_admin") == {OWN_NAME}
    pages = [
        browser.get("/registry/"),
        browser.get("/registry/", {"format": "csv"}),
        browser.get("/registry/", {"format": "json"}),
        browser.get("/registry/", {"q": "โรงพยาบาล"}),
        browser.get("/search/", {"q": "โรงพยาบาล"}),
        browser.get("/api/v1/registry/organisations", {"q": "คลินิก"}),
        browser.get("/api/v1/registry/duplicates"),
        browser.get(f"/registry/{under}/"),
        browser.get(f"/api/v1/registry/organisations/{under}"),
        browser.get("/api/v1/registry/figures"),
    ]
    for page in pages:
        text = (b"".join(page.streaming_content) if page.streaming else page.content).decode()
        assert "โรงพยาบาลใต้มหาวิทยาลัย" not in text
        assert "คลินิกสมมติ" not in text
        assert "โรงพยาบาลธารเมฆ" not in text
    assert [page.status_code for page in pages[-3:]] == [404, 404, 200]
    tables = {table["dimension"]: table for table in pages[-1].json()}
    assert set(tables) == {"sector", "size", "province", "kind"}
    shown = [cell["count"] for table in tables.values() for cell in table["cells"]]
    assert all(count is None or count >= 5 for count in shown)
    kinds = {cell["key"]: cell["count"] for cell in tables["kind"]["cells"]}
    assert kinds["academia"] is None
    assert None in kinds.values()


def test_the_level_follows_the_kind(registry: Registry) -> None:
    levels = {
        key: rights.data_level(registry.people.actor(key))
        for key in ("analyst", "authority", "member_admin", "merchant_admin")
    }
    assert levels == {
        "analyst": DataLevel.FULL,
        "authority": DataLevel.SCOPE,
        "member_admin": DataLevel.OWN,
        "merchant_admin": DataLevel.OWN,
    }
    make_academic(registry)
    assert rights.data_level(registry.people.actor("merchant_admin")) is DataLevel.ANONYMISED
    assert rights.data_level(actors.system("test")) is DataLevel.FULL
    assert rights.data_level(actors.PUBLIC) is DataLevel.ANONYMISED


def test_oversight_of_a_university_ends_when_it_becomes_one_and_comes_back(registry: Registry) -> None:
    over, under = registry.id("merchant"), registry.add("โรงพยาบาลใต้", "hospital")
    services.add_relation(registry.analyst, over=over, under=under, kind="parent")
    running = Oversight.objects.filter(over=over, under=under, ended_at__isnull=True)
    assert running.count() == 1
    make_academic(registry)
    assert running.count() == 0
    row = queries.organisation(registry.analyst, over)
    services.change(registry.analyst, over, OrganisationFacts(OWN_NAME, "merchant"), version=row.version)
    assert running.count() == 1


def test_a_person_in_two_houses_sees_by_the_right_one(registry: Registry) -> None:
    make_academic(registry)
    child = registry.add("โรงพยาบาลลูก", "hospital")
    services.add_relation(registry.analyst, over=registry.id("hospital"), under=child, kind="parent")
    seen = {row.name_th for row in queries.listed(registry.people.actor("two_tenants"))}
    assert seen == {"โรงพยาบาลธารเมฆ", OWN_NAME, "โรงพยาบาลลูก"}


def test_who_is_critical_is_told_to_few_and_stands_in_no_journal(registry: Registry) -> None:
    hospital = registry.id("hospital")
    services.set_cii(registry.analyst, hospital, "designated")
    told = {}
    for key in ("analyst", "executive", "auditor", "member_admin", "call_agent", "trainer"):
        answer = registry.people.client(key).get(f"/api/v1/registry/organisations/{hospital}").json()
        told[key] = answer["cii"]
    assert told == {
        "analyst": "designated", "executive": "designated", "auditor": "designated",
        "member_admin": None, "call_agent": None, "trainer": None,
    }  # fmt: skip
    for key in ("member_admin", "call_agent"):
        page = registry.people.client(key).get("/registry/", {"format": "csv"})
        text = (b"".join(page.streaming_content) if page.streaming else page.content).decode()
        assert "ประกาศแล้ว" not in text
        assert "designated" not in text.lower()
    entry = Entry.objects.get(tag="registry:organisation:restricted_set")
    body = (
        bytes(entry.body).decode() if isinstance(entry.body, bytes | memoryview) else json.dumps(entry.body)
    )
    assert "designated" not in body
    assert entry.tenant_id == registry.id("cert")
    assert str(hospital) not in body + entry.object_id
    some = Organisation.objects.all()
    assert queries.with_cii(registry.analyst, some, "designated").count() == 1
    assert queries.with_cii(registry.people.actor("member_admin"), some, "designated").count() == 0
    with pytest.raises(ForbiddenError):
        services.set_cii(registry.people.actor("member_admin"), hospital, "none")


def test_an_analyst_of_another_house_learns_nothing_critical(registry: Registry, people: People) -> None:
    services.set_cii(registry.analyst, registry.id("hospital"), "designated")
    user = User.objects.create(email="misplaced@example.th", name_th="ผิดที่")
    Membership.objects.create(user=user, tenant=people.tenant("partner"), role=Role.ANALYST)
    actor = actor_for_user(user, {})
    assert queries.cii_of(actor, [registry.id("hospital")]) == {}


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(1, 40), max_size=8))
def test_what_is_hidden_cannot_be_worked_out(counts: dict[str, int]) -> None:
    shown, total = figures.suppressed(counts)
    hidden = [key for key, count in shown.items() if count is None]
    assert all(counts[key] >= figures.LEAST for key in counts if key not in hidden)
    assert {key: count for key, count in shown.items() if count is not None}.items() <= counts.items()
    if total is not None:
        assert total == sum(counts.values())
        rest = total - sum(count for count in shown.values() if count is not None)
        # what is left over belongs to nobody, or to several, and is no small number itself
        assert not hidden or (len(hidden) > 1 and rest >= 2 * figures.LEAST)


@pytest.mark.parametrize(("counts", "shown", "total"), [
    ({"a": 3, "b": 20, "c": 30}, {"a": None, "b": None, "c": 30}, 53),
    ({"a": 20, "b": 30}, {"a": 20, "b": 30}, 50),
    ({"a": 3}, {"a": None}, None),
    ({"a": 4, "b": 4}, {"a": None, "b": None}, None),
    ({}, {}, None),
])  # fmt: skip
def test_small_numbers_take_the_next_one_with_them(
    counts: dict[str, int], shown: dict[str, int | None], total: int | None
) -> None:
    assert figures.suppressed(counts) == (shown, total)

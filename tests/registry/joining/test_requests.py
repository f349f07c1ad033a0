"""Requests: strangers register, members ask, the centre decides; what follows is there once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.core.accounts.models import Membership, User
from phithak.core.accounts.roles import Role
from phithak.core.jobs.services import run_pending
from phithak.core.links import queries as links
from phithak.core.links.models import Link
from phithak.core.outbox import Channel, Context
from phithak.core.outbox.models import Message
from phithak.core.privacy.models import VaultItem
from phithak.registry.contributions import joining as contributions
from phithak.registry.models import ChangeRequest, ContactPoint, Organisation
from phithak.registry.queries.facts import OrganisationFacts, facts_of
from phithak.registry.queries.joining import requests as queries
from phithak.registry.queries.kinds import Kind
from phithak.registry.services import joining
from phithak.registry.services import organisations as services
from phithak.registry.services.joining.deciding import decided
from phithak.registry.services.joining.requests import FirstContact
from tests.people import People
from tests.registry.factory import organisation_of

pytestmark = pytest.mark.db

CONTACT = FirstContact("นางสาวสมมติ ค้าขาย", "081-234-5678", "Shop@Example.th")


def shop(**more: Any) -> OrganisationFacts:
    facts: dict[str, Any] = {
        "name_th": "ร้านดาวกระจาย (สมมติ)", "kind": "platform", "province": "TH-50", "is_juristic": False,
        "address": "1 หมู่ 2", "website": "dao.example.th", "revenue_thb": 900_000, "service_revenue_thb": 900_000,
        "users_per_month": 100, **more,
    }  # fmt: skip
    return OrganisationFacts(**facts)


def registered(people: People, facts: OrganisationFacts | None = None, **more: Any) -> ChangeRequest:
    reference = joining.register(facts or shop(), CONTACT, address="203.0.113.7", **more)
    return ChangeRequest.objects.get(reference=reference)


def test_what_is_personal_of_a_registration_lies_in_the_vault(people: People) -> None:
    row = registered(people, national_id="1112034563562")
    plain = f"{row.facts} {row.reason} {row.origin}"
    for secret in ("0812345678", "+66812345678", "shop@", "สมมติ ค้าขาย", "1112034563562", "203.0.113.7"):
        assert secret not in plain
    assert set(row.sealed) == {"person", "phone", "email", "owner_id"}
    assert VaultItem.objects.filter(pk__in=row.sealed.values()).count() == 4


def test_a_form_sent_twice_is_one_request(people: People) -> None:
    first = registered(people, nonce="n" * 32)
    assert registered(people, nonce="n" * 32).pk == first.pk
    assert ChangeRequest.objects.count() == 1


def test_the_state_is_shown_for_reference_and_second_fact_alone(people: People) -> None:
    row = registered(people)
    for second in ("0812345678", "๐๘๑-๒๓๔-๕๖๗๘", "shop@example.th"):
        assert (
            queries.state_for_stranger(f"{row.reference[:4]}-{row.reference[4:].lower()}", second).state
            == "open"
        )
    for reference, second in ((row.reference, "0899999999"), ("ABCDEFGH", "0812345678"), (row.reference, "")):
        with pytest.raises(NotFoundError):
            queries.state_for_stranger(reference, second)


def test_a_flood_is_slowed_down_and_a_crowd_is_not(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phithak.registry.services.joining.requests.MOST_IN_WINDOW", 3)
    for _ in range(3):
        registered(people)
    with pytest.raises(joining.SlowDownError):
        registered(people)
    joining.register(shop(), CONTACT, address="203.0.113.8")
    with clock.at(clock.now() + timedelta(seconds=61)):
        registered(people)


def test_a_known_number_is_told_to_those_who_decide_alone(people: People) -> None:
    organisation_of(people, "platform", juristic_id="0105536000011")
    row = registered(people, shop(is_juristic=True, juristic_id="0105536000011"))
    twin = queries.twin_of(row)
    assert twin is not None
    assert twin.pk == people.tenant_id("platform")


def test_an_approved_registration_has_record_contact_and_administrator(people: People) -> None:
    row = registered(people)
    organisation_id = joining.approve(people.actor("analyst"), row.pk)
    run_pending()
    made = Organisation.objects.get(pk=organisation_id)
    assert (made.name_th, made.size, made.province, made.state) == (
        "ร้านดาวกระจาย (สมมติ)", "small", "TH-50", "registered",
    )  # fmt: skip
    kinds = ContactPoint.objects.filter(tenant=organisation_id).values_list("kind", flat=True)
    assert sorted(kinds) == ["director", "technical"]
    user = User.objects.get(email="shop@example.th")
    assert Membership.objects.get(user=user).role == Role.MEMBER_ADMIN
    message = Message.objects.get(idempotency_key=f"request.decided:{row.pk}")
    context = Context(message.pk, message.tenant_id, Channel.MAIL)
    mail = decided(message.params, context)
    assert mail == decided(message.params, context)
    token = mail.body.split("/registry/join/enter/")[1].split("/")[0]
    assert joining.enter(token).startswith("http")
    with pytest.raises(Exception, match="closed"):
        joining.enter(token)
    joining.welcome(row.pk)
    assert ContactPoint.objects.filter(tenant=organisation_id).count() == 2
    assert Message.objects.filter(idempotency_key__startswith="request.decided").count() == 1


def test_the_link_of_the_first_login_is_of_its_own_purpose(people: People) -> None:
    row = registered(people)
    joining.approve(people.actor("analyst"), row.pk)
    run_pending()
    link = Link.objects.get(purpose="registry.enter")
    assert link.object_id == row.pk
    with pytest.raises(NotFoundError):
        joining.enter(links.url_of(link)[-3:])


def test_a_refusal_needs_a_reason_and_is_mailed(people: People) -> None:
    row = registered(people)
    actor = people.actor("analyst")
    with pytest.raises(joining.ReasonMissingError):
        joining.refuse(actor, row.pk, " no ")
    joining.refuse(actor, row.pk, "ที่อยู่ไม่ครบ โทร 0812345678 มาแก้")
    row.refresh_from_db()
    assert row.state == "refused"
    assert "0812345678" not in row.reason
    message = Message.objects.get(idempotency_key=f"request.decided:{row.pk}")
    assert "ที่อยู่ไม่ครบ" in decided(message.params, Context(message.pk, message.tenant_id, Channel.MAIL)).body
    assert Organisation.objects.count() == 0
    with pytest.raises(joining.RequestStateError):
        joining.approve(actor, row.pk)


def asked(people: People, **more: Any) -> ChangeRequest:
    row = organisation_of(people, "platform", renewal_due=clock.today() + timedelta(days=30))
    actor = people.actor("platform_admin")
    facts = OrganisationFacts(**{**vars_of(facts_of(row)), **more})
    return ChangeRequest.objects.get(pk=joining.ask_change(actor, row.pk, facts, version=row.version))


def vars_of(facts: OrganisationFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__}


def test_a_member_asks_and_only_the_differing_fields_are_shown(people: People) -> None:
    row = asked(people, website="firefly.example.th", province="TH-50")
    told = queries.differences(row)
    assert [(one.field, one.now.en, one.asked.en, one.moved) for one in told] == [
        ("province", "(empty)", "Chiang Mai", False),
        ("website", "(empty)", "firefly.example.th", False),
    ]


def test_one_open_request_of_a_kind_and_nothing_is_no_request(people: People) -> None:
    row = asked(people, website="firefly.example.th")
    with pytest.raises(joining.OpenRequestError):
        asked(people, website="other.example.th")
    joining.withdraw(people.actor("platform_admin"), row.pk)
    with pytest.raises(joining.NothingAskedError):
        asked(people)
    asked(people, website="other.example.th")


def test_an_approval_of_a_moved_record_is_refused_and_shows_the_new_one(people: People) -> None:
    row = asked(people, website="firefly.example.th")
    record = Organisation.objects.get(pk=people.tenant_id("platform"))
    seen = record.version
    facts = OrganisationFacts(**{**vars_of(facts_of(record)), "website": "moved.example.th"})
    version = services.change(people.actor("analyst"), record.pk, facts, version=seen)
    with pytest.raises(joining.RecordMovedError):
        joining.approve(people.actor("analyst"), row.pk, version=seen)
    row.refresh_from_db()
    assert row.state == "open"
    assert [(one.field, one.moved) for one in queries.differences(row)] == [("website", True)]
    joining.approve(people.actor("analyst"), row.pk, version=version)
    record.refresh_from_db()
    assert record.website == "firefly.example.th"


def test_a_renewal_is_one_press_from_sixty_days_before_its_end(people: People) -> None:
    due = clock.today() + timedelta(days=61)
    row = organisation_of(people, "platform", kind=Kind.PLATFORM, renewal_due=due)
    actor = people.actor("platform_admin")
    with pytest.raises(joining.NotRenewableError):
        joining.ask_renewal(actor, row.pk, version=1)
    with clock.at(clock.now() + timedelta(days=1)):
        request_id = joining.ask_renewal(actor, row.pk, version=1)
        joining.approve(people.actor("analyst"), request_id, version=1)
    row.refresh_from_db()
    assert row.renewal_due is not None
    assert (row.renewal_due - due).days in range(364, 368)


def test_nobody_asks_for_or_decides_on_another_tenants_record(people: People) -> None:
    row = asked(people, website="firefly.example.th")
    hospital = people.actor("member_admin")
    facts = facts_of(organisation_of(people, "platform"))
    with pytest.raises(NotFoundError):
        joining.ask_change(hospital, people.tenant_id("platform"), facts, version=1)
    with pytest.raises(NotFoundError):
        joining.withdraw(hospital, row.pk)
    assert not queries.requests_visible_to(hospital).exists()
    for key in ("platform_admin", "auditor"):
        assert queries.requests_visible_to(people.actor(key)).filter(pk=row.pk).exists()
        with pytest.raises(Exception, match="forbidden"):
            joining.approve(people.actor(key), row.pk, version=1)


def test_the_waiting_list_tells_who_decides(people: People) -> None:
    asked(people, website="firefly.example.th")
    assert [item.count for item in contributions.waiting(people.actor("analyst"))] == [1]
    assert list(contributions.waiting(people.actor("member_admin"))) == []

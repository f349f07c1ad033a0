"""Contacts: what is kept, what is refused, who receives a message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from phithak.base import clock
from phithak.base.errors import ForbiddenError, InvalidInputError, NotFoundError
from phithak.core.accounts import actors
from phithak.core.clocks import queries as clocks
from phithak.core.clocks.models import RunningClock
from phithak.core.journal.models import Entry
from phithak.core.privacy import queries as privacy
from phithak.core.privacy import services as vault
from phithak.registry.models import ContactPoint, Domain, Organisation, System
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people import (
    Left,
    MessageKind,
    address_warnings,
    is_unconfirmed,
    route,
    routes_for_sending,
    routing,
)
from phithak.registry.services import people as services
from phithak.registry.services.people import ContactFacts
from tests.people import People
from tests.registry.factory import organisation
from tests.registry.people.conftest import OFFICE, MakeContact

pytestmark = pytest.mark.db
SYSTEM = actors.system("test")


def _facts(row: ContactPoint, **changes: Any) -> ContactFacts:
    values: dict[str, Any] = {
        "kind": ContactKind(row.kind),
        "label_th": row.label_th,
        "rank": row.rank,
        "backup_id": row.backup_id,
        **changes,
    }
    return ContactFacts(**values)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("๐๘๑-๒๓๔-๕๖๗๘", "+66812345678"),
        ("+66 81 234 5678", "+66812345678"),
        ("02-123-4567 ต่อ 12", "+6621234567 ext 12"),
        ("1669", "1669"),
        ("+856 20 5555 1234", "+8562055551234"),
    ],
)
def test_numbers_are_read_in_any_usual_form_and_lie_in_the_vault(
    hospital: Organisation, make_contact: MakeContact, typed: str, stored: str
) -> None:
    row = make_contact(hospital, phone=typed)
    assert row.phone_id is not None
    assert vault.reveal_for_sending(row.phone_id) == stored
    plain = stored.removeprefix("+")
    columns = ContactPoint.objects.filter(pk=row.pk).values().get()
    assert all(plain not in str(value) for value in columns.values())


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"phone": "12"}, "registry.contact_phone"),
        ({"phone": "", "email": ""}, "registry.contact_unreachable"),
        ({"email": "ไม่ใช่อีเมล"}, "registry.contact_email"),
        ({"label_th": "เวร\u202eกลับด้าน"}, "registry.hidden_signs"),
        ({"label_th": " "}, "input.invalid"),
        ({"hours": [(7, "08:00", "09:00")]}, "registry.contact_hours"),
        ({"hours": [(0, "08:00", "08:00")]}, "registry.contact_hours"),
        ({"hours": [(0, "25:00", "26:00")]}, "registry.contact_hours"),
        ({"time_zone": "Asia/Nowhere"}, "registry.time_zone"),
        ({"time_zone": "../../etc/passwd"}, "registry.time_zone"),
        ({"tlp_most": "PURPLE"}, "input.invalid"),
        ({"rank": 0}, "input.invalid"),
        ({"languages": ("thai",)}, "input.invalid"),
        ({"kind": ContactKind.VENDOR}, "registry.vendor_scope"),
        ({"key_text": "สวัสดี"}, "registry.contact_key"),
    ],
)
def test_wrong_input_is_refused_with_its_field(
    people: People, hospital: Organisation, facts: dict[str, Any], code: str
) -> None:
    values: dict[str, Any] = {
        "kind": ContactKind.TECHNICAL,
        "label_th": "เวร",
        "phone": "0812345678",
        **facts,
    }
    with pytest.raises(InvalidInputError) as refused:
        services.add_contact(people.actor("analyst"), hospital.pk, ContactFacts(**values))
    assert refused.value.code == code
    assert refused.value.field
    assert not ContactPoint.objects.exists()


def test_a_chain_of_backups_never_comes_back(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    first = make_contact(hospital)
    second = make_contact(hospital, backup_id=first.pk)
    third = make_contact(hospital, backup_id=second.pk)
    actor = people.actor("analyst")
    for backup in (first, third):
        with pytest.raises(services.BackupError):
            services.change_contact(actor, first.pk, _facts(first, backup_id=backup.pk), version=1)


def test_a_diplomat_cannot_stand_in_for_a_technical_contact(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    diplomat = make_contact(hospital, ContactKind.DIPLOMATIC)
    other = make_contact(organisation(people))
    for backup in (diplomat, other):
        with pytest.raises(services.BackupError):
            make_contact(hospital, backup_id=backup.pk)


def test_two_people_change_one_contact_and_the_second_is_told_what_differs(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital)
    services.change_contact(people.actor("analyst"), row.pk, _facts(row, rank=4), version=1)
    with pytest.raises(services.ContactChangedError) as refused:
        services.change_contact(people.actor("member_admin"), row.pk, _facts(row, scope="ระบบนัด"), version=1)
    assert "ลำดับ" in refused.value.message.th
    row.refresh_from_db()
    assert (row.rank, row.scope, row.version) == (4, "", 2)


def test_a_change_without_a_new_number_keeps_the_number(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital, phone="0812345678", email="duty@example.or.th")
    services.change_contact(people.actor("analyst"), row.pk, _facts(row, email=""), version=1)
    after = ContactPoint.objects.get(pk=row.pk)
    assert after.phone_id == row.phone_id
    assert after.email_id is None


def test_the_door_is_shut_to_strangers_and_to_the_parent_for_changes(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital)
    for key in ("member_admin_b", "platform_admin", "partner"):
        with pytest.raises(NotFoundError):
            services.end_contact(people.actor(key), row.pk)
    with pytest.raises(NotFoundError):
        services.end_contact(people.actor("member_staff"), row.pk)


def test_routing_knows_every_message_and_never_sends_a_technical_alert_to_a_diplomat(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    for kind in ContactKind:
        if kind is not ContactKind.VENDOR:
            make_contact(hospital, kind, label_th=kind.value)
    assert set(routing()) == set(MessageKind)

    found = route(MessageKind.TECHNICAL_ALERT, hospital.pk)

    assert [row.label_th for row in found.contacts] == ["technical", "director"]
    left = {row.label_th: why for row, why in found.left_out}
    assert left["diplomatic"] is Left.NEVER
    assert left["legal"] is Left.OTHER_KIND
    note = routes_for_sending(hospital.pk, MessageKind.DIPLOMATIC_NOTE)
    assert [one.kind for one in note] == [ContactKind.DIPLOMATIC, ContactKind.POLICY]
    assert all(one.phone_id for one in note)


def test_only_a_person_with_a_reason_sends_otherwise_and_the_journal_says_so(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital, ContactKind.DIPLOMATIC, label_th="อัครราชทูตที่ปรึกษา")
    alert = MessageKind.TECHNICAL_ALERT
    with pytest.raises(ForbiddenError):
        services.choose(SYSTEM, alert, row.pk, "กระบวนการเลือกเองไม่ได้")
    with pytest.raises(InvalidInputError):
        services.choose(people.actor("analyst"), alert, row.pk, "ด่วน")
    with pytest.raises(InvalidInputError):
        services.choose(people.actor("analyst"), alert, row.pk, "สถานทูตถูกโจมตีโดยตรง", tlp="RED")

    chosen = services.choose(people.actor("analyst"), alert, row.pk, "สถานทูตถูกโจมตีโดยตรง โทร 0812345678")

    assert chosen.contact_id == row.pk
    entry = Entry.objects.get(tag="registry:contact:chosen")
    assert entry.actor_name == people.actor("analyst").name
    assert "0812345678" not in entry.body
    assert "สถานทูตถูกโจมตีโดยตรง" in entry.body


def test_a_message_above_its_tlp_does_not_reach_a_contact(
    hospital: Organisation, make_contact: MakeContact
) -> None:
    make_contact(hospital, label_th="ทั่วไป", tlp_most="GREEN")
    make_contact(hospital, label_th="จำกัด", tlp_most="RED")
    assert [r.label_th for r in route(MessageKind.TECHNICAL_ALERT, hospital.pk, tlp="GREEN").contacts] == [
        "ทั่วไป",
        "จำกัด",
    ]
    found = route(MessageKind.TECHNICAL_ALERT, hospital.pk, tlp="RED")
    assert [row.label_th for row in found.contacts] == ["จำกัด"]
    assert found.left_out[0][1] is Left.TLP


def test_a_vendor_is_called_for_its_own_system_only(
    hospital: Organisation, make_contact: MakeContact
) -> None:
    lab = System.objects.create(tenant_id=hospital.pk, name_th="ระบบแล็บ")
    queue = System.objects.create(tenant_id=hospital.pk, name_th="ระบบคิว")
    make_contact(hospital, ContactKind.VENDOR, system_id=lab.pk, scope="ฐานข้อมูลแล็บล่ม", label_th="ผู้ดูแลแล็บ")
    call = MessageKind.VENDOR_CALL
    assert [row.label_th for row in route(call, hospital.pk, system_id=lab.pk).contacts] == ["ผู้ดูแลแล็บ"]
    assert route(call, hospital.pk, system_id=queue.pk).first is None
    assert route(call, hospital.pk).left_out[0][1] is Left.OTHER_SYSTEM
    assert route(MessageKind.TECHNICAL_ALERT, hospital.pk, system_id=lab.pk).first is None


def test_an_outside_address_inside_the_own_domain_is_pointed_out(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    Domain.objects.create(
        tenant_id=hospital.pk, name="thanmek.example", shown="thanmek.example", reversed="example.thanmek"
    )
    inside = make_contact(hospital, other_email="it@mail.thanmek.example")
    outside = make_contact(hospital, other_email="thanmek.it@freemail.example")
    none = make_contact(hospital)
    assert "mail.thanmek.example" in address_warnings(inside)[0].en
    assert address_warnings(outside) == []
    assert "No address outside" in address_warnings(none)[0].en


def test_the_website_counts_as_own_domain(people: People, make_contact: MakeContact) -> None:
    owner = organisation(people, website="https://www.khaokhiao.example/home")
    row = make_contact(owner, other_email="it@khaokhiao.example")
    assert "khaokhiao.example" in address_warnings(row)[0].en


def _open_clock(row: ContactPoint) -> RunningClock | None:
    rows = RunningClock.objects.filter(object_kind="registry.contact", object_id=row.pk)
    return rows.order_by("-pk").first()


def test_a_changed_contact_of_critical_infrastructure_is_told_within_15_days(
    people: People, make_contact: MakeContact
) -> None:
    owner = organisation(people, cii="designated")
    row = make_contact(owner)
    clock_row = _open_clock(row)
    assert clock_row is not None
    assert clock_row.code == "ncsa_contact_change"
    assert clock_row.state == "running"
    due = clocks.view_of(clock_row).due.due_at
    assert due is not None
    # 15 days, the day of the change not counted, to the end of the day in Bangkok
    last = clock_row.trigger_at.astimezone(clock.BANGKOK).date() + timedelta(days=15)
    assert due.astimezone(clock.BANGKOK).date() == last
    assert is_unconfirmed(row)

    services.change_contact(people.actor("analyst"), row.pk, _facts(row, rank=2), version=1)
    assert RunningClock.objects.filter(object_id=row.pk).count() == 1
    services.confirm_contact(people.actor("analyst"), row.pk, "หนังสือที่ สธ 0201/ว55")

    clock_row.refresh_from_db()
    row.refresh_from_db()
    assert clock_row.state == "met"
    assert clock_row.end_evidence == "หนังสือที่ สธ 0201/ว55"
    assert not is_unconfirmed(row)


def test_other_organisations_have_no_clock_unless_so_configured(
    people: People, settings: Any, make_contact: MakeContact
) -> None:
    owner = organisation(people)
    assert _open_clock(make_contact(owner)) is None
    from dataclasses import replace  # noqa: PLC0415 - beside its one use

    with override_settings(CONFIG=replace(settings.CONFIG, contact_change_all=True)):
        assert _open_clock(make_contact(owner)) is not None


def test_a_change_by_a_process_waits_for_a_person_to_start_the_clock(people: People) -> None:
    owner = organisation(people, cii="designated")
    contact_id = services.add_contact(
        SYSTEM, owner.pk, ContactFacts(kind=ContactKind.TECHNICAL, label_th="นำเข้า", phone="1669")
    )
    row = ContactPoint.objects.get(pk=contact_id)
    clock_row = _open_clock(row)
    assert clock_row is not None
    assert clock_row.state == "proposed"
    services.confirm_contact(people.actor("analyst"), contact_id, "โทรกลับแล้ว")
    clock_row.refresh_from_db()
    assert clock_row.state == "met"


def test_calling_opens_the_number_and_the_journal_keeps_it(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital, phone="081-234-5678", hours=OFFICE)
    number = services.call(people.actor("call_agent"), row.pk)
    assert (number.shown, number.uri) == ("081-234-5678", "tel:+66812345678")
    entry = Entry.objects.get(tag="registry:contact:called")
    assert entry.actor_name == people.actor("call_agent").name
    assert "5678" in entry.body
    assert "2345678" not in entry.body.replace("-", "")
    with pytest.raises(ForbiddenError):
        services.call(SYSTEM, row.pk)
    with pytest.raises(NotFoundError):
        services.call(people.actor("member_admin"), row.pk)
    assert row.phone_id is not None
    assert privacy.masked([row.phone_id])[row.phone_id] == "08x-xxx-5678"


def test_an_ended_contact_hands_over_and_is_not_called_any_more(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    heir = make_contact(hospital, rank=5)
    gone = make_contact(hospital, rank=1, backup_id=heir.pk)
    before = make_contact(hospital, rank=3, backup_id=gone.pk)
    actor = people.actor("member_admin")

    services.end_contact(actor, gone.pk)

    heir.refresh_from_db()
    before.refresh_from_db()
    gone.refresh_from_db()
    assert heir.rank == 1
    assert before.backup_id == heir.pk
    assert not gone.needs_successor
    with pytest.raises(services.EndedError):
        services.end_contact(actor, gone.pk)
    with pytest.raises(services.EndedError):
        services.call(people.actor("call_agent"), gone.pk)


def test_the_last_of_a_kind_is_flagged_until_another_is_found(
    people: People, hospital: Organisation, make_contact: MakeContact
) -> None:
    row = make_contact(hospital)
    services.end_contact(people.actor("member_admin"), row.pk)
    row.refresh_from_db()
    assert row.needs_successor
    make_contact(hospital)
    row.refresh_from_db()
    assert not row.needs_successor

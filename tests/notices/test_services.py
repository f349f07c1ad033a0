"""Approval by two persons bound to the text, loading that never overwrites, tenancy, races."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections

from phithak.base.errors import ForbiddenError, NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts import services as accounts
from phithak.core.db.transactions import write
from phithak.core.jobs.models import Job
from phithak.core.jobs.services import run_pending
from phithak.core.journal.models import Entry
from phithak.notices import queries, services
from phithak.notices.contributions import check_hotline, check_ready_texts, prepare
from phithak.notices.errors import (
    BadNumberError,
    BadValueError,
    CodeTakenError,
    DirectoryTakenError,
    LintFailedError,
    NotApprovedError,
    SecondPersonError,
    TextChangedError,
    WrongStateError,
)
from phithak.notices.models import Hotline, Template, TemplateVersion
from phithak.notices.queries import State
from phithak.notices.texts import Channel, TextClass, Wording, ready_texts
from tests.notices.conftest import HOTLINE, House
from tests.people import People, build
from tests.registry.factory import organisation_of

pytestmark = [pytest.mark.django_db, pytest.mark.db]

TEXT = Wording("", "", "{team} {case} เวรดึกรับช่วง", "{team} {case} night shift takes over")


def approve(house: House, code: str) -> TemplateVersion:
    row = house.submitted(code)
    services.approve(house.actor("cert_admin"), row.pk, seen=row.text_hash)
    return TemplateVersion.objects.get(pk=row.pk)


def test_two_persons_approve_and_the_text_can_be_used(house: House) -> None:
    row = approve(house, "M1")
    assert (row.state, row.author, row.submitter_id) == ("approved", None, house.people.user("analyst").pk)
    found = queries.approved(house.actor("call_agent"), house.people.tenant_id("cert"), "M1")
    assert (found.number, found.channel) == (1, Channel.SMS)
    assert found.wording == ready_texts()[0].wording


@pytest.mark.parametrize("who", ["author", "submitter"])
def test_whoever_wrote_or_submitted_cannot_approve(house: House, who: str) -> None:
    first = house.newest("M21")
    services.save_draft(house.actor("cert_admin"), first.template_id, TEXT, seen=first.text_hash)
    row = house.submitted("M21", by="analyst")
    person = {"author": "cert_admin", "submitter": "analyst"}[who]
    with pytest.raises(SecondPersonError):
        services.approve(house.actor(person), row.pk, seen=row.text_hash)
    services.approve(house.actor("cert_admin_2"), row.pk, seen=row.text_hash)
    assert house.newest("M21").state == State.APPROVED


@pytest.mark.parametrize("column", ["author", "submitter"])
def test_the_database_itself_refuses_one_person_for_both(house: House, column: str) -> None:
    row = house.newest("M1")
    person = house.people.user("analyst").pk
    with pytest.raises(IntegrityError), write("tests.direct"):
        TemplateVersion.objects.filter(pk=row.pk).update(**{f"{column}_id": person, "approver_id": person})


def test_no_process_can_approve(house: House) -> None:
    row = house.submitted("M1")
    with pytest.raises(ForbiddenError):
        services.approve(actors.system("tests"), row.pk, seen=row.text_hash)


def test_errors_of_the_lint_keep_a_text_from_approval(house: House) -> None:
    first = house.newest("M21")
    bad = replace(TEXT, body_th=TEXT.body_th + " โทร 1242 ค่ะ")
    services.save_draft(house.actor("analyst"), first.template_id, bad, seen=first.text_hash)
    row = house.submitted("M21")
    with pytest.raises(LintFailedError) as refused:
        services.approve(house.actor("cert_admin"), row.pk, seen=row.text_hash)
    assert refused.value.slots == {"count": 2, "rules": "hotline.literal, speech.particle"}
    assert house.newest("M21").state == State.SUBMITTED


def test_a_change_after_submitting_takes_the_submission_back(house: House) -> None:
    row = house.submitted("M21")
    services.save_draft(house.actor("analyst"), row.template_id, TEXT, seen=row.text_hash)
    changed = house.newest("M21")
    assert (changed.pk, changed.state, changed.submitter) == (row.pk, State.DRAFT, None)
    with pytest.raises(WrongStateError):
        services.approve(house.actor("cert_admin"), row.pk, seen=row.text_hash)


def test_an_approver_approves_only_the_text_that_was_read(house: House) -> None:
    read = house.submitted("M21")
    services.save_draft(house.actor("analyst"), read.template_id, TEXT, seen=read.text_hash)
    again = house.submitted("M21")
    with pytest.raises(TextChangedError):
        services.approve(house.actor("cert_admin"), again.pk, seen=read.text_hash)


@pytest.mark.parametrize("column", ["subject_th", "subject_en", "body_th", "body_en"])
def test_a_text_changed_behind_its_approval_loses_it(house: House, column: str) -> None:
    row = approve(house, "M1")
    changed = {column: getattr(row, column) + "."}
    with write("tests.tamper"):
        TemplateVersion.objects.filter(pk=row.pk).update(**changed)
    assert not queries.is_intact(house.newest("M1"))
    with pytest.raises(NotApprovedError):
        queries.approved(house.actor("analyst"), house.people.tenant_id("cert"), "M1")


def test_a_text_changed_behind_its_hash_cannot_be_approved(house: House) -> None:
    row = house.submitted("M1")
    with write("tests.tamper"):
        TemplateVersion.objects.filter(pk=row.pk).update(body_th=row.body_th + " ")
    with pytest.raises(TextChangedError):
        services.approve(house.actor("cert_admin"), row.pk, seen=row.text_hash)


def test_an_approved_version_stays_in_force_beside_its_draft_and_is_then_replaced(house: House) -> None:
    first = approve(house, "M21")
    services.save_draft(house.actor("analyst"), first.template_id, TEXT, seen=first.text_hash)
    tenant = house.people.tenant_id("cert")
    assert queries.approved(house.actor("analyst"), tenant, "M21").number == 1
    second = approve(house, "M21")
    assert second.number == 2
    assert queries.approved(house.actor("analyst"), tenant, "M21").wording == TEXT
    assert TemplateVersion.objects.get(pk=first.pk).state == State.RETIRED
    services.retire(house.actor("cert_admin"), second.pk)
    with pytest.raises(NotApprovedError):
        queries.approved(house.actor("analyst"), tenant, "M21")


def test_two_writers_do_not_overwrite_each_other(house: House) -> None:
    seen = house.newest("M21").text_hash
    template_id = house.template("M21").pk
    services.save_draft(house.actor("analyst"), template_id, TEXT, seen=seen)
    with pytest.raises(TextChangedError):
        services.save_draft(house.actor("cert_admin"), template_id, replace(TEXT, body_en="x"), seen=seen)
    assert queries.wording_of(house.newest("M21")) == TEXT


def test_a_version_is_returned_with_a_reason(house: House) -> None:
    row = house.submitted("M1")
    with pytest.raises(BadValueError):
        services.send_back(house.actor("cert_admin"), row.pk, seen=row.text_hash, reason="ไม่")
    services.send_back(house.actor("cert_admin"), row.pk, seen=row.text_hash, reason="ขาดเวลาทำการ")
    assert house.newest("M1").state == State.DRAFT
    last = Entry.objects.filter(tag="notices:version:returned").get()
    assert "ขาดเวลาทำการ" in last.body


def test_every_step_stands_in_the_journal(house: House) -> None:
    approve(house, "M1")
    tags = list(
        Entry.objects.filter(tag__startswith="notices:version").order_by("pk").values_list("tag", flat=True)
    )
    assert tags == ["notices:version:submitted", "notices:version:approved"]
    assert Entry.objects.filter(tag="notices:template:loaded").count() == 26


def test_loading_again_changes_nothing_and_never_what_a_person_wrote(house: House) -> None:
    row = house.newest("M21")
    services.save_draft(house.actor("analyst"), row.template_id, TEXT, seen=row.text_hash)
    entries = Entry.objects.count()
    done = services.load_ready_texts()
    assert (done.added, done.updated, len(done.kept)) == ((), (), 26)
    assert queries.wording_of(house.newest("M21")) == TEXT
    assert Entry.objects.count() == entries


def test_a_new_release_renews_an_untouched_draft_but_no_edited_one(house: House) -> None:
    edited = house.newest("M21")
    services.save_draft(house.actor("analyst"), edited.template_id, TEXT, seen=edited.text_hash)
    with write("tests.older_release"):
        for code in ("M1", "M21"):
            row = house.template(code)
            Template.objects.filter(pk=row.pk).update(loaded_hash="0" * 64)
        TemplateVersion.objects.filter(template=house.template("M1")).update(
            body_th="ข้อความรุ่นก่อน", text_hash="0" * 64
        )
    assert services.load_ready_texts().updated == ("M1",)
    assert queries.wording_of(house.newest("M1")) == ready_texts()[0].wording
    assert queries.wording_of(house.newest("M21")) == TEXT


def test_a_retired_public_hotline_does_not_come_back(house: House) -> None:
    row = Hotline.objects.get(slot="tel_fraud")
    services.retire_hotline(house.actor("analyst"), row.pk)
    services.load_ready_texts()
    assert Hotline.objects.filter(slot="tel_fraud", active=True).count() == 0


def test_the_first_centre_gets_its_texts_by_a_job(db: None) -> None:
    prepare()
    assert Template.objects.count() == 0
    assert check_ready_texts().state == "ok"
    system = actors.system("tests")
    accounts.create_tenant(system, kind="hospital", name_th="โรงพยาบาลธารเมฆ")
    assert not Job.objects.filter(name="notices.load_ready_texts").exists()
    accounts.create_tenant(system, kind="cert", name_th="ศูนย์เฝ้าระวัง")
    assert check_ready_texts().state == "warning"
    run_pending()
    assert Template.objects.count() == 26
    assert set(Template.objects.values_list("tenant__kind", flat=True)) == {"cert"}
    assert check_ready_texts().state == "ok"
    assert check_hotline().state == "warning"


def test_preparing_a_start_loads_the_texts(people: People) -> None:
    prepare()
    assert Template.objects.filter(tenant=people.tenant_id("cert")).count() == 26


@pytest.mark.parametrize(("number", "stored"), [
    ("1242", "1242"), ("๑๒๑๒", "1212"), ("1441", "1441"), ("191", "191"),
    ("02-123-4567", "+6621234567"), ("1800-123-456", "1800123456"),
])  # fmt: skip
def test_a_hotline_is_stored_as_it_is_dialled(house: House, number: str, stored: str) -> None:
    services.change_hotline(house.actor("analyst"), house.hotline_id, replace(HOTLINE, number=number))
    assert Hotline.objects.get(pk=house.hotline_id).number == stored


@pytest.mark.parametrize("number", ["12", "12345", "abc", "", "02-123-4567 ต่อ 12"])
def test_what_is_no_number_is_refused(house: House, number: str) -> None:
    with pytest.raises(BadNumberError):
        services.change_hotline(house.actor("analyst"), house.hotline_id, replace(HOTLINE, number=number))


def test_a_slot_has_one_active_hotline(house: House) -> None:
    tenant = house.people.tenant_id("cert")
    with pytest.raises(DirectoryTakenError):
        services.add_hotline(house.actor("analyst"), tenant_id=tenant, slot="tel", facts=HOTLINE)
    services.retire_hotline(house.actor("analyst"), house.hotline_id)
    with pytest.raises(NotFoundError):
        services.retire_hotline(house.actor("analyst"), house.hotline_id)
    services.add_hotline(house.actor("analyst"), tenant_id=tenant, slot="tel", facts=HOTLINE)
    with pytest.raises(BadValueError):
        services.add_hotline(house.actor("analyst"), tenant_id=tenant, slot="tel_free", facts=HOTLINE)


@pytest.mark.parametrize(
    "host", ["bit.ly", "localhost", "xn--care-e0a.com", "care example.com", "1.2.3.4", "a..b.com"]
)
def test_only_plain_full_hosts_are_registered(house: House, host: str) -> None:
    with pytest.raises(BadValueError):
        services.register_url(
            house.actor("analyst"),
            tenant_id=house.people.tenant_id("cert"),
            host=host,
            name=Text("เว็บ", "Site"),
        )


def test_a_registered_address_passes_until_it_is_taken_off(house: House) -> None:
    tenant = house.people.tenant_id("cert")
    row = house.template("M18")
    wording = Wording("", "", "ดู https://Care.example.or.th/help", "See https://care.example.or.th/help")

    def rules() -> set[str]:
        return {one.rule for one in queries.findings(row, wording)}

    assert rules() == {"link.unregistered"}
    made = services.register_url(
        house.actor("analyst"), tenant_id=tenant, host="https://care.example.or.th/", name=Text("เว็บ", "Site")
    )
    assert rules() == set()
    services.retire_url(house.actor("analyst"), made)
    assert rules() == {"link.unregistered"}


def member_template(house: House) -> Template:
    made = services.create_template(
        house.actor("member_admin"),
        tenant_id=house.people.tenant_id("hospital"),
        code="H1",
        text_class=TextClass.STAFF,
        channel=Channel.PORTAL,
        title=Text("ส่งเวร", "Hand-over"),
        wording=TEXT,
    )
    return Template.objects.get(pk=made)


def test_templates_are_seen_and_changed_only_in_their_own_organisation(house: House) -> None:
    own = member_template(house)
    assert queries.visible_to(house.actor("member_staff")).get() == own
    assert queries.visible_to(house.actor("member_admin_b")).count() == 0
    assert queries.visible_to(house.actor("analyst")).filter(code="H1").count() == 0
    row = queries.latest(own)
    for person in ("member_admin_b", "analyst", "two_tenants"):
        with pytest.raises(NotFoundError):
            services.save_draft(house.actor(person), own.pk, TEXT, seen=row.text_hash)
    acts: list[Callable[[Any], object]] = [
        lambda actor: services.submit(actor, row.pk, seen=row.text_hash),
        lambda actor: services.approve(actor, row.pk, seen=row.text_hash),
        lambda actor: services.send_back(actor, row.pk, seen=row.text_hash, reason="เหตุผลใดก็ได้"),
        lambda actor: services.retire(actor, row.pk),
        lambda actor: services.add_hotline(actor, tenant_id=own.tenant_id, slot="tel", facts=HOTLINE),
        lambda actor: services.register_url(
            actor, tenant_id=own.tenant_id, host="care.example.or.th", name=Text("เว็บ", "Site")
        ),
    ]
    for act in acts:
        for person in ("member_admin_b", "analyst", "two_tenants"):
            with pytest.raises((NotFoundError, ForbiddenError)):
                act(house.actor(person))
    # the merchant's administrator sees the hospital's template as its staff member, and may not change it
    assert queries.visible_to(house.actor("two_tenants")).get() == own


def test_a_code_is_taken_once_in_an_organisation(house: House) -> None:
    member_template(house)
    with pytest.raises(CodeTakenError):
        member_template(house)
    with pytest.raises(BadValueError):
        services.create_template(
            house.actor("analyst"),
            tenant_id=house.people.tenant_id("cert"),
            code="lower",
            text_class=TextClass.STAFF,
            channel=Channel.PORTAL,
            title=Text("ก", "a"),
            wording=TEXT,
        )


def test_what_waits_is_for_those_who_may_approve_it(house: House) -> None:
    house.submitted("M1")
    waiting = {
        person: len(list(queries.waiting(house.actor(person))))
        for person in ("analyst", "cert_admin", "executive", "call_agent", "member_admin")
    }
    assert waiting == {"analyst": 0, "cert_admin": 1, "executive": 1, "call_agent": 0, "member_admin": 0}


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_the_same_moment_one_succeeds(transactional_db: None) -> None:
    people = build()
    services.load_ready_texts()
    house = House(people, people.tenant_id("cert"))
    approve(house, "M21")
    first = house.newest("M21")
    services.save_draft(house.actor("analyst"), first.template_id, TEXT, seen=first.text_hash)
    row = house.submitted("M21")
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def run(person: str) -> None:
        actor = house.actor(person)
        start.wait(timeout=30)
        try:
            services.approve(actor, row.pk, seen=row.text_hash)
            outcomes.append("approved")
        except (TextChangedError, WrongStateError):
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(person,)) for person in ("cert_admin", "cert_admin_2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["approved", "refused"]
    states = TemplateVersion.objects.filter(template=row.template_id).order_by("number")
    assert [version.state for version in states] == ["retired", "approved"]
    assert Entry.objects.filter(tag="notices:version:approved").count() == 2
    assert connection.vendor in {"sqlite", "postgresql"}


def test_names_of_other_organisations_count_only_for_the_centre_and_short_names_come_first(
    house: House,
) -> None:
    organisation_of(house.people, "merchant", name_th="ก" * 50, short_en="Baitong")
    organisation_of(house.people, "hospital")
    organisation_of(house.people, "hospital_b", name_th="ข" * 90, short_th="รพ.ดอย", name_en="", short_en="")
    organisation_of(house.people, "closed", name_th="ค" * 95, state="closed")
    centre = queries.lint_context(house.people.tenant_id("cert")).longest_org
    hospital = queries.lint_context(house.people.tenant_id("hospital")).longest_org
    assert centre is not None
    assert hospital is not None
    # in English the second hospital has neither name, so its Thai one counts
    assert (len(centre.th), len(centre.en), hospital.th) == (50, 90, "โรงพยาบาลธารเมฆ")

"""Decisions on requests, and what follows from them: the record, the first contact, the invitation, the mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from django.conf import settings

from phithak.base import clock
from phithak.base.errors import ConflictError, InvalidInputError, NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts import queries as account_queries
from phithak.core.accounts import services as accounts
from phithak.core.accounts.actors import PUBLIC, Actor
from phithak.core.accounts.roles import Role
from phithak.core.contrib import LinkPurpose
from phithak.core.db.transactions import write
from phithak.core.jobs import services as jobs
from phithak.core.links import queries as links
from phithak.core.links import services as link_services
from phithak.core.outbox import Channel, Context, Recipient, Rendered, renderer
from phithak.core.outbox.services import queue
from phithak.core.privacy import masks
from phithak.core.privacy import services as privacy
from phithak.registry.events.joining import Tag
from phithak.registry.models import ChangeRequest, ContactPoint, Organisation
from phithak.registry.queries.facts import FIELDS, OrganisationFacts, facts_of
from phithak.registry.queries.joining import requests as queries
from phithak.registry.queries.joining.requests import DECIDE, RequestKind, RequestState
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.services import organisations, people
from phithak.registry.services.joining.requests import note, wrong_state
from phithak.registry.services.organisations.rows import SYSTEM
from phithak.registry.services.people_facts import ContactFacts, PersonFacts, PositionFacts

WELCOME_JOB, DECIDED, ENTER = "registry.welcome", "registry.decided", "registry.enter"
REASON_LEAST, REASON_MOST = 5, 1000
_TITLE = Text("ผู้ขึ้นทะเบียน", "Registrant")


class RecordMovedError(ConflictError):
    """The record was changed after the page was opened."""

    code = "registry.record_moved"
    text = Text(
        "ทะเบียนถูกแก้หลังจากเปิดหน้านี้ (รุ่น {version}) ตรวจช่องที่ต่างอีกครั้งแล้วตัดสิน",
        "The record was changed after this page was opened (version {version}). Look at the differences again, "
        "then decide.",
    )


class ReasonMissingError(InvalidInputError):
    """A refusal needs a reason that the other side can act on."""

    code = "registry.reason_missing"
    text = Text(
        "บอกเหตุผลอย่างน้อย {least} ตัวอักษร ผู้ยื่นจะได้รับข้อความนี้",
        "Say why in at least {least} characters; the other side gets these words.",
    )


def approve(actor: Actor, request_id: UUID, *, version: int = 0) -> UUID:
    """Approve a request: write the record, and tell the other side.

    Args:
        actor: needs ``registry.requests.decide`` over it.
        request_id: which one.
        version: of the record as the page showed it; 0 for a registration.

    Returns:
        The organisation's id.

    Raises:
        NotFoundError: not the actor's to decide.
        RequestStateError: it was decided or withdrawn meanwhile.
        RecordMovedError: the record is not the one that the page showed; nothing was written.
        BadFactError, JuristicTakenError: the record cannot be written so.
    """
    row = _open(actor, request_id)
    with write("registry.approve_request"):
        _decide(actor, row, RequestState.APPROVED, "")
        if row.organisation is None:
            organisation_id = organisations.create(SYSTEM, queries.facts_asked(row, None))
            ChangeRequest.objects.filter(pk=row.pk).update(organisation=organisation_id)
            jobs.enqueue(
                WELCOME_JOB,
                {"request_id": str(row.pk)},
                actor=SYSTEM,
                unique=str(row.pk),
                tenant_id=row.tenant_id,
            )
        else:
            organisation_id = row.organisation.pk
            _apply(row, row.organisation, version)
            _tell(actor, row)
        asked = [text.en for name, text in FIELDS.items() if name in row.facts.get("set", {})]
        note(actor, Tag.REQUEST_APPROVED, row, fields=", ".join(asked) or "-")
    return organisation_id


def refuse(actor: Actor, request_id: UUID, reason: str) -> None:
    """Refuse a request with a reason, which the other side is told.

    Raises:
        NotFoundError, RequestStateError: as :func:`approve`.
        ReasonMissingError: under five characters.
    """
    row = _open(actor, request_id)
    said = " ".join(masks.scrub(reason).split())[:REASON_MOST]
    if len(said) < REASON_LEAST:
        raise ReasonMissingError(field="reason", least=REASON_LEAST)
    with write("registry.refuse_request"):
        _decide(actor, row, RequestState.REFUSED, said)
        note(actor, Tag.REQUEST_REFUSED, row, reason=said[:300])
        _tell(actor, row)


def welcome(request_id: UUID) -> None:
    """Give a new organisation its first contact and its first administrator; what is there already stays.

    Called by a job: each step looks first, so a repeated attempt goes on where the former was cut off.
    """
    row = ChangeRequest.objects.select_related("organisation").filter(pk=request_id).first()
    if row is None or row.organisation is None or row.state != RequestState.APPROVED:
        return
    organisation = row.organisation
    told = {name: privacy.reveal_for_sending(UUID(row.sealed[name])) for name in ("person", "phone", "email")}
    if not ContactPoint.objects.filter(tenant=organisation.pk).exists():
        with write("registry.first_contact"):
            person = people.add_person(SYSTEM, organisation.pk, PersonFacts(name_th=told["person"]))
            position = people.add_position(
                SYSTEM, person, organisation.pk, PositionFacts(title_th=_TITLE.th, title_en=_TITLE.en)
            )
            for kind in (ContactKind.TECHNICAL, ContactKind.DIRECTOR):
                people.add_contact(
                    SYSTEM,
                    organisation.pk,
                    ContactFacts(
                        kind=kind,
                        label_th=told["person"],
                        position_id=position,
                        email=told["email"],
                        phone=told["phone"],
                    ),
                )
    user = account_queries.user_by_email(told["email"])
    user_id = user.pk if user is not None else None
    member = bool(
        user_id
        and any(
            view.tenant_id == organisation.pk and view.state == "running"
            for view in account_queries.memberships_of(SYSTEM, [user_id])[user_id]
        )
    )
    if not member:
        user_id = accounts.invite_user(
            SYSTEM,
            email=told["email"],
            name_th=told["person"],
            tenant_id=organisation.pk,
            role=Role.MEMBER_ADMIN,
        ).user_id
    with write("registry.welcome"):
        link_services.issue(SYSTEM, ENTER, row.pk, str(user_id), tenant_id=organisation.pk)
        _tell(SYSTEM, row)


def enter(token: str) -> str:
    """Use up the link of an approved registration and return the address at which the first login begins.

    Raises:
        NotFoundError: not a token of ours.
        LinkClosedError: used or run out; the centre gives a new way in.
    """
    found = entrance(token)
    row = ChangeRequest.objects.filter(pk=found.object_id).first()
    link = links.visible_to(SYSTEM).filter(pk=found.id).first()
    if row is None or link is None:
        raise NotFoundError
    with write("registry.enter"):
        link_services.answer(token, "enter")
        address = accounts.create_login_link(SYSTEM, UUID(link.recipient))
        note(PUBLIC, Tag.ENTERED, row)
    return address


def entrance(token: str) -> links.OpenLink:
    """Return what the page of a first login may know; changes nothing.

    Raises:
        NotFoundError: not a token of ours, or one of another purpose.
    """
    found = links.by_token(token)
    if found.purpose.name != ENTER:
        raise NotFoundError
    return found


def question(request_id: UUID) -> Text:
    """Return what the page behind the first link says."""
    row = ChangeRequest.objects.filter(pk=request_id).first()
    if row is None:
        raise NotFoundError
    name = queries.name_of(row)
    return Text(
        f"เปิดบัญชีผู้ดูแลของ {name.th} แล้วตั้งรหัสผ่าน ใช้ลิงก์นี้ได้ครั้งเดียว",
        f"Open the administrator's account of {name.en} and set a password. This link works once.",
    )


LINK = LinkPurpose(
    ENTER,
    Text("เริ่มใช้งาน", "Begin"),
    14 * 24,
    question,
    (("enter", Text("เริ่มใช้งาน", "Begin")),),
)


@renderer(DECIDED)
def decided(params: Mapping[str, Any], context: Context) -> Rendered:
    """Write the mail about a decision; the address of the first login stands in that of a new member alone."""
    row = ChangeRequest.objects.select_related("organisation").filter(pk=UUID(params["request"])).first()
    if row is None:
        raise NotFoundError
    name, kind, state = queries.name_of(row), RequestKind(row.kind).text, RequestState(row.state).text
    subject = Text(
        f"ผลคำขอ{kind.th} {row.reference}: {state.th}",
        f"Your request ({kind.en}) {row.reference}: {state.en}",
    )
    lines = [Text(f"{name.th}", f"{name.en}"), subject]
    if row.reason:
        lines.append(Text(f"เหตุผล: {row.reason}", f"Reason: {row.reason}"))
    if row.state == RequestState.APPROVED and row.kind == RequestKind.REGISTER:
        link = links.visible_to(SYSTEM).filter(purpose=ENTER, object_id=row.pk, ended_at__isnull=True).first()
        if link is not None:
            token = links.url_of(link).rstrip("/").rpartition("/")[2]
            url = f"{settings.CONFIG.public_url}/registry/join/enter/{token}/"
            lines.append(
                Text(
                    f"เปิดบัญชีผู้ดูแลภายใน 14 วัน (ใช้ได้ครั้งเดียว): {url}",
                    f"Open the administrator's account within 14 days (works once): {url}",
                )
            )
    lines.append(
        Text(
            f"{settings.CONFIG.name_th} ไม่ขอรหัสผ่านหรือรหัส OTP ทางอีเมลหรือโทรศัพท์",
            f"{settings.CONFIG.name_en} never asks for a password or code by mail or telephone.",
        )
    )
    thai, english = "\n".join(line.th for line in lines), "\n".join(line.en for line in lines)
    first, second = (thai, english) if context.language == "th" else (english, thai)
    return Rendered(subject.in_language(context.language), f"{first}\n\n{second}\n", reference=row.reference)


def _open(actor: Actor, request_id: UUID) -> ChangeRequest:
    permissions.require(actor, DECIDE)
    row = queries.request(actor, request_id, DECIDE)
    if row.state != RequestState.OPEN:
        raise wrong_state(row)
    return row


def _decide(actor: Actor, row: ChangeRequest, state: RequestState, reason: str) -> None:
    # the condition decides between two persons, and between the decision and a withdrawal
    if not ChangeRequest.objects.filter(pk=row.pk, state=RequestState.OPEN).update(
        state=state, decided_by=actor.user_id, decided_at=clock.now(), reason=reason
    ):
        raise wrong_state(ChangeRequest.objects.get(pk=row.pk))
    row.state, row.reason = state, reason


def _apply(row: ChangeRequest, organisation: Organisation, version: int) -> None:
    """Write what a member asked for onto the record that the page showed."""
    current = Organisation.objects.select_related("sector").get(pk=organisation.pk)
    if current.version != version:
        raise RecordMovedError(version=current.version)
    now = facts_of(current)
    wanted = queries.facts_asked(row, now)
    if any(getattr(wanted, item.name) != getattr(now, item.name) for item in fields(OrganisationFacts)):
        organisations.change(SYSTEM, organisation.pk, wanted, version=version)
    if row.kind == RequestKind.RENEW:
        organisations.renew(SYSTEM, organisation.pk)


def _tell(actor: Actor, row: ChangeRequest) -> None:
    """Queue the mail about a decision: to who asked, or to the sealed address of a stranger."""
    recipient: UUID | Recipient
    if row.by_id is not None:
        recipient = Recipient.user(row.by_id)
    elif "email" in row.sealed:
        recipient = UUID(row.sealed["email"])
    else:
        return
    queue(
        actor,
        tenant_id=row.tenant_id,
        channel=Channel.MAIL,
        recipient=recipient,
        renderer=DECIDED,
        params={"request": str(row.pk)},
        idempotency_key=f"request.decided:{row.pk}",
    )

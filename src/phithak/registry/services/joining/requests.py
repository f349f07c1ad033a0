"""Requests of strangers and members: made, withdrawn; see ``deciding`` for what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from phithak.base import ids, keyfiles
from phithak.base.errors import ConflictError, ForbiddenError, NotFoundError, PhithakError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import PUBLIC, Actor
from phithak.core.accounts.scope import tenants_with
from phithak.core.db.transactions import write
from phithak.core.privacy import masks
from phithak.core.privacy import services as privacy
from phithak.registry.events.joining import Tag
from phithak.registry.models import ChangeRequest, Organisation
from phithak.registry.queries import organisations as door
from phithak.registry.queries.facts import OrganisationFacts, facts_of
from phithak.registry.queries.joining import imports, opening
from phithak.registry.queries.joining import requests as queries
from phithak.registry.queries.joining.requests import KIND, MAKE, RequestKind, RequestState
from phithak.registry.services.organisations.cleaning import clean
from phithak.registry.services.people_facts import PersonFacts, clean_email, clean_name, clean_phone

REFERENCE_LENGTH = 8
WINDOW_SECONDS, MOST_IN_WINDOW = 60, 60
"""Registrations that one address may send: a whole crowd behind a gateway, but no machine."""


class SlowDownError(PhithakError):
    """Very many registrations come from one address; what was typed is kept and can be sent again."""

    code = "registry.slow_down"
    text = Text(
        "มีผู้ส่งจากเครือข่ายของคุณจำนวนมาก ข้อมูลที่กรอกยังอยู่ รอ {seconds} วินาทีแล้วกดส่งอีกครั้ง{call_th}",
        "Very many people send from your network. What you typed is kept: wait {seconds} seconds and press send "
        "again{call_en}",
    )
    status = 429


class RegistrationClosedError(ForbiddenError):
    """The centre takes no registrations from strangers."""

    code = "registry.join_closed"
    text = Text(
        "ศูนย์ปิดรับการขึ้นทะเบียนด้วยตนเอง โปรดติดต่อศูนย์โดยตรง",
        "The centre takes no registrations by itself now. Please get in touch with it.",
    )


class OpenRequestError(ConflictError):
    """A request of that kind waits already."""

    code = "registry.request_open"
    text = Text(
        "มีคำขอนี้รออยู่แล้ว ให้ถอนคำขอเดิมก่อนหรือรอผล",
        "Such a request waits already. Withdraw it first, or wait for the decision.",
    )


class NothingAskedError(ConflictError):
    """The request would change nothing."""

    code = "registry.request_empty"
    text = Text("ยังไม่มีช่องใดเปลี่ยน แก้อย่างน้อยหนึ่งช่อง", "Nothing differs yet. Change at least one field.")


class NotRenewableError(ConflictError):
    """It is too early for a renewal, or none is needed."""

    code = "registry.not_renewable"
    text = Text(
        "ต่ออายุได้ตั้งแต่ 60 วันก่อนครบกำหนด ({until})",
        "A renewal is possible from 60 days before the end ({until}).",
    )


class RequestStateError(ConflictError):
    """The request was decided or withdrawn."""

    code = "registry.request_state"
    text = Text(
        "คำขอนี้อยู่ในสถานะ “{state_th}” โปรดเปิดรายการใหม่", "This request is “{state_en}”. Open the list again."
    )


@dataclass(frozen=True)
class FirstContact:
    """Who registers: name, telephone and e-mail, in clear as typed; all three are sealed at once."""

    person: str
    phone: str
    email: str


def register(
    facts: OrganisationFacts, contact: FirstContact, *, address: str, nonce: str = "", national_id: str = ""
) -> str:
    """Take the registration of a stranger and return its reference.

    Whether the organisation is known is never told: the answer is the same, and those who decide see it.

    Args:
        facts: the organisation.
        contact: who answers for it.
        address: of the network that it came from; kept as a keyed hash.
        nonce: of the form; the same one twice gives the first reference again.
        national_id: 13 digits of a natural person; sealed.

    Raises:
        BadFactError, InvalidInputError: a field cannot be used; it is named.
        SlowDownError: too many from that address within a minute.
        RegistrationClosedError: the setting ``self_registration`` is off.
        NotFoundError: the instance has no centre yet.
    """
    known = queries.by_nonce(nonce)
    if known is not None:
        return known.reference
    if not opening.is_open():
        raise RegistrationClosedError
    centre = imports.centre()
    if centre is None:
        raise NotFoundError
    clean(facts)
    try:
        title, name, _ = clean_name(PersonFacts(name_th=contact.person))
    except PhithakError as error:
        error.field = "person"  # the form has another field of that name
        raise
    phone, email = clean_phone(contact.phone), clean_email(contact.email, "email")
    origin = _origin(address)
    if queries.sent_lately(origin, WINDOW_SECONDS) >= MOST_IN_WINDOW:
        raise _slow_down()
    values: list[tuple[masks.Kind, str]] = [
        (masks.Kind.NAME, f"{title} {name}".strip()),
        (masks.Kind.PHONE, phone),
        (masks.Kind.EMAIL, email),
    ]
    if national_id:
        values.append((masks.Kind.NATIONAL_ID, national_id))
    handles = privacy.seal_many(PUBLIC, values, tenant_id=centre)
    sealed = dict(zip(("person", "phone", "email", "owner_id"), map(str, handles), strict=False))
    row = ChangeRequest(
        id=ids.uuid7(),
        tenant_id=centre,
        kind=RequestKind.REGISTER,
        reference=ids.public_reference(REFERENCE_LENGTH),
        nonce=nonce[:40],
        origin=origin,
        facts={"set": queries.packed(_told(replace(facts, owner_id=None)))},
        sealed=sealed,
    )
    try:
        _store(PUBLIC, row)
    except IntegrityError:
        again = queries.by_nonce(nonce)
        if again is None:
            raise
        return again.reference
    return row.reference


def ask_change(actor: Actor, organisation_id: UUID, facts: OrganisationFacts, *, version: int) -> UUID:
    """Ask for a change of the own record; only the fields that differ are asked for.

    Args:
        actor: needs ``registry.requests.make`` in the organisation.
        organisation_id: whose record.
        facts: everything as it shall be.
        version: of the record that the form showed.

    Raises:
        NotFoundError: not the actor's organisation.
        BadFactError: a field cannot be used.
        NothingAskedError, OpenRequestError: see there.
    """
    row = own_organisation(actor, organisation_id)
    asked = _asked(row, facts)
    if not asked[0]:
        raise NothingAskedError
    return _make(actor, row, RequestKind.CHANGE, asked, version=version)


def ask_renewal(
    actor: Actor, organisation_id: UUID, facts: OrganisationFacts | None = None, *, version: int
) -> UUID:
    """Ask for the yearly renewal: with one press when nothing changed, else with what changed.

    Raises:
        NotRenewableError: it is too early, or the organisation needs none.
        NotFoundError, BadFactError, OpenRequestError: as :func:`ask_change`.
    """
    row = own_organisation(actor, organisation_id)
    if not queries.renewable(row):
        raise NotRenewableError(until=row.renewal_due.isoformat() if row.renewal_due else "-")
    asked = _asked(row, facts) if facts is not None else ({}, {})
    return _make(actor, row, RequestKind.RENEW, asked, version=version)


def withdraw(actor: Actor, request_id: UUID) -> None:
    """Withdraw an own request that waits.

    Raises:
        NotFoundError: not the actor's.
        RequestStateError: it was decided meanwhile.
    """
    permissions.require(actor, MAKE)
    row = queries.requests_visible_to(actor, MAKE).filter(pk=request_id).exclude(organisation=None).first()
    if row is None or row.organisation_id not in tenants_with(actor, MAKE):
        raise NotFoundError
    with write("registry.withdraw_request"):
        if not ChangeRequest.objects.filter(pk=row.pk, state=RequestState.OPEN).update(
            state=RequestState.WITHDRAWN
        ):
            raise wrong_state(ChangeRequest.objects.get(pk=row.pk))
        note(actor, Tag.REQUEST_WITHDRAWN, row)


def own_organisation(actor: Actor, organisation_id: UUID) -> Organisation:
    """Return the actor's own organisation.

    Raises:
        ForbiddenError, NotFoundError: no right, or not its own.
    """
    permissions.require(actor, MAKE)
    if organisation_id not in tenants_with(actor, MAKE):
        raise NotFoundError
    return door.organisation(actor, organisation_id)


def note(actor: Actor, tag: Tag, row: ChangeRequest, **facts: object) -> None:
    """Record something that happened to a request."""
    kind = RequestKind(row.kind).text
    told = {"kind_th": kind.th, "kind_en": kind.en, "reference": row.reference, **facts}
    contrib.record(actor, tag, (KIND, row.pk), tenant_id=row.tenant_id, facts=told)


def wrong_state(row: ChangeRequest) -> RequestStateError:
    """Return the refusal that names the state."""
    text = RequestState(row.state).text
    return RequestStateError(state_th=text.th, state_en=text.en)


def _make(
    actor: Actor,
    organisation: Organisation,
    kind: RequestKind,
    asked: tuple[dict[str, Any], dict[str, Any]],
    *,
    version: int,
) -> UUID:
    row = ChangeRequest(
        id=ids.uuid7(),
        tenant_id=organisation.pk,
        organisation_id=organisation.pk,
        kind=kind,
        reference=ids.public_reference(REFERENCE_LENGTH),
        facts={"set": queries.packed(asked[0]), "base": queries.packed(asked[1])},
        base_version=version,
        by_id=actor.user_id,
    )
    try:
        _store(actor, row)
    except IntegrityError as error:
        raise OpenRequestError from error
    return row.pk


def _store(actor: Actor, row: ChangeRequest) -> None:
    with write("registry.make_request"):
        row.save(force_insert=True)
        note(actor, Tag.REQUEST_MADE, row)


def _asked(row: Organisation, facts: OrganisationFacts) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields that differ from the record, as asked and as they are; checked as if written."""
    cleaned = clean(facts)
    before = facts_of(row)
    columns = {name: value for name, value in cleaned.columns.items() if name != "name_key"}
    columns["legal_roles"] = tuple(columns["legal_roles"])
    columns["registered_on"] = columns["registered_on"] or row.registered_on
    columns["owner_id"] = before.owner_id
    wanted = OrganisationFacts(
        **columns, sector=cleaned.sector.code if cleaned.sector else "", aliases=cleaned.aliases
    )
    names = [
        item.name
        for item in fields(OrganisationFacts)
        if getattr(wanted, item.name) != getattr(before, item.name)
    ]
    return (
        {name: getattr(wanted, name) for name in names},
        {name: getattr(before, name) for name in names},
    )


def _told(facts: OrganisationFacts) -> dict[str, Any]:
    empty = OrganisationFacts(name_th="", kind="")
    names = [item.name for item in fields(OrganisationFacts)]
    return {
        name: getattr(facts, name)
        for name in names
        if getattr(facts, name) != getattr(empty, name) or name in {"name_th", "kind", "is_juristic"}
    }


def _origin(address: str) -> str:
    """Return a keyed hash of a network address: enough to count, not to know."""
    key = keyfiles.derive(keyfiles.read(settings.CONFIG.config_dir / "instance.key"), "registry.origin")
    return blake2b(address.encode(), key=key, digest_size=16).hexdigest()


def _slow_down() -> SlowDownError:
    hotline = settings.CONFIG.hotline
    return SlowDownError(
        seconds=WINDOW_SECONDS,
        call_th=f" หรือโทร {hotline}" if hotline else "",
        call_en=f", or call {hotline}" if hotline else ".",
    )

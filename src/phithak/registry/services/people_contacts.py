"""Contact points: add, change, confirm, end; what is typed in clear goes into the vault before anything is stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from phithak.base import clock
from phithak.base.errors import InvalidInputError
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.privacy import masks
from phithak.core.privacy import services as privacy
from phithak.core.search import services as search
from phithak.registry.events.people import Tag
from phithak.registry.models import ContactLanguage, ContactPoint, DutyPattern, System
from phithak.registry.queries import people_doors as doors
from phithak.registry.queries import people_hours as hours
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.people_calls import called_kinds
from phithak.registry.queries.people_routing import tlp_rank
from phithak.registry.queries.sorting import name_key
from phithak.registry.services import people_clock
from phithak.registry.services.people_errors import (
    BackupError,
    ContactChangedError,
    EndedError,
    NoWayToReachError,
    VendorScopeError,
)
from phithak.registry.services.people_facts import (
    FIELDS,
    ContactFacts,
    clean_email,
    clean_languages,
    clean_phone,
    clean_text,
)
from phithak.registry.services.people_keys import read_key
from phithak.registry.services.people_rows import changed_fields

MOST_RANK = 99
_CHAIN = 20
HANDLES = {
    "email": (masks.Kind.EMAIL, "email_id"),
    "phone": (masks.Kind.PHONE, "phone_id"),
    "other_email": (masks.Kind.EMAIL, "other_email_id"),
}
"""Address of the facts → what it is in the vault, and the column with its handle."""


def add_contact(actor: Actor, organisation_id: UUID, facts: ContactFacts) -> UUID:
    """Add a contact point to an organisation.

    Args:
        actor: needs ``registry.contacts.manage`` over it.
        organisation_id: whose contact.
        facts: at least a telephone number or an e-mail address.

    Returns:
        The contact's id. ``queries.people.address_warnings`` tells what deserves a second look.

    Raises:
        NotFoundError: the organisation, position, backup or system is not the actor's.
        InvalidInputError and its kin of ``people_errors``: the field is named.
    """
    organisation = doors.organisation(actor, organisation_id, doors.MANAGE)
    typed = typed_addresses(facts)
    if not (typed.get("email") or typed.get("phone")):
        raise NoWayToReachError(field="phone")
    row = ContactPoint(tenant_id=organisation.pk)
    columns = contact_columns(actor, row, facts)
    columns.update(_seal(actor, organisation.pk, typed))
    now = clock.now()
    row = ContactPoint(tenant_id=organisation.pk, changed_at=now, **columns)
    with write("registry.add_contact"):
        keep_pattern(row)
        row.save(force_insert=True)
        # whoever was missing in this place is found
        ContactPoint.objects.filter(tenant=organisation.pk, kind=row.kind, needs_successor=True).update(
            needs_successor=False
        )
        index_contact(row)
        note(actor, Tag.CONTACT_ADDED, row, kind=row.kind, kind_th=ContactKind(row.kind).text.th)
        people_clock.begin(actor, organisation, row, now)
    return row.pk


def change_contact(actor: Actor, contact_id: UUID, facts: ContactFacts, *, version: int) -> None:
    """Change a running contact; addresses and key that are None in ``facts`` stay.

    Raises:
        NotFoundError: not the actor's to manage.
        ContactChangedError: somebody else changed it meanwhile.
        EndedError: it has ended.
        InvalidInputError and its kin of ``people_errors``: the field is named.
    """
    row = doors.contact(actor, contact_id, doors.MANAGE)
    organisation = doors.organisation(actor, row.tenant_id, doors.MANAGE)
    if row.ended_at is not None:
        raise EndedError
    if row.version != version:
        raise _conflict(row, contact_columns(actor, row, facts))
    typed = typed_addresses(facts)
    columns = contact_columns(actor, row, facts)
    left = {
        name: getattr(row, column) if name not in typed else bool(typed[name])
        for name, (_, column) in HANDLES.items()
    }
    if not (left["email"] or left["phone"]):
        raise NoWayToReachError(field="phone")
    changed = changed_fields(row, columns) + list(typed)
    if not changed:
        return
    columns.update(_seal(actor, row.tenant_id, typed))
    now = clock.now()
    with write("registry.change_contact"):
        done = ContactPoint.objects.filter(pk=row.pk, version=version, ended_at__isnull=True).update(
            version=F("version") + 1, changed_at=now, **columns
        )
        if not done:
            raise _conflict(ContactPoint.objects.get(pk=row.pk), columns)
        row = ContactPoint.objects.select_related("position__person").get(pk=row.pk)
        keep_pattern(row)
        index_contact(row)
        note(actor, Tag.CONTACT_CHANGED, row, fields=", ".join(changed), version=row.version)
        people_clock.begin(actor, organisation, row, now)


def end_contact(actor: Actor, contact_id: UUID) -> None:
    """End a contact; its backup takes its place.

    Raises:
        NotFoundError: not the actor's to manage.
        EndedError: it has ended.
    """
    row = doors.contact(actor, contact_id, doors.MANAGE)
    organisation = doors.organisation(actor, row.tenant_id, doors.MANAGE)
    now = clock.now()
    with write("registry.end_contact"):
        if row.ended_at is not None or not end_row(actor, row, now):
            raise EndedError
        people_clock.begin(actor, organisation, row, now)


def end_row(actor: Actor, row: ContactPoint, now: datetime) -> bool:
    """End one contact inside the caller's transaction and hand its place over; False when it had ended.

    The backup takes its rank when both are of one kind; contacts that it stood in for get its own backup. Without
    a backup, and without another contact of the kind, it is flagged: somebody must be found.
    """
    heir = row.backup if row.backup and row.backup.ended_at is None else None
    others = ContactPoint.objects.filter(tenant=row.tenant_id, kind=row.kind, ended_at__isnull=True)
    missing = heir is None and not others.exclude(pk=row.pk).exists()
    done = ContactPoint.objects.filter(pk=row.pk, ended_at__isnull=True).update(
        ended_at=now, changed_at=now, needs_successor=missing, version=F("version") + 1
    )
    if not done:
        return False
    behind = ContactPoint.objects.filter(backup=row, ended_at__isnull=True)
    behind.update(backup=heir)
    if heir is not None and heir.kind == row.kind and heir.rank > row.rank:
        ContactPoint.objects.filter(pk=heir.pk).update(rank=row.rank, version=F("version") + 1)
    search.remove(doors.CONTACT_KIND, row.pk)
    note(actor, Tag.CONTACT_ENDED, row, heir=masks.scrub(heir.label_th) if heir else "-")
    return True


def confirm_contact(actor: Actor, contact_id: UUID, how: str) -> None:
    """Say that a contact holds and that its change was told; meets the clock of 15 days where one runs.

    Args:
        actor: needs ``registry.contacts.manage`` over the organisation.
        contact_id: which.
        how: by what it was told, at least five characters.

    Raises:
        NotFoundError: not the actor's to manage.
        InvalidInputError: the words are missing.
    """
    row = doors.contact(actor, contact_id, doors.MANAGE)
    words = masks.scrub(clean_text(how, "how", most=300))
    if len(words) < 5:  # noqa: PLR2004 - a word, not a sign
        raise InvalidInputError(
            field="how",
            reason_th="ระบุว่าแจ้งหรือยืนยันทางใด เช่น โทรกลับ หนังสือเลขที่",
            reason_en="say how it was told or confirmed, such as a call back or a letter's number",
        )
    now = clock.now()
    with write("registry.confirm_contact"):
        ContactPoint.objects.filter(pk=row.pk).update(confirmed_at=now)
        note(actor, Tag.CONTACT_CONFIRMED, row, how=words)
        people_clock.meet(actor, row, now, words)


def mark_liveness(
    contact_id: UUID,
    liveness: str,
    *,
    asked_at: datetime | None = None,
    answered_at: datetime | None = None,
) -> None:
    """Keep what a drill found: ``green``, ``amber`` or ``red``. The drill's own journal entry stands for it."""
    if liveness not in {"green", "amber", "red", "unknown"}:
        raise InvalidInputError(field="liveness", reason_th="ไม่มีสถานะนี้", reason_en="there is no such state")
    times = {name: value for name, value in (("asked_at", asked_at), ("answered_at", answered_at)) if value}
    with write("registry.mark_liveness"):
        ContactPoint.objects.filter(pk=contact_id).update(liveness=liveness, **times)


def index_contact(row: ContactPoint) -> None:
    """Let the search find a contact by its label, person, position and scope, and the list by its languages."""
    search.put(doors.CONTACT_KIND, row.pk, *contact_words(row), sort_key=row.name_key)
    spoken = ContactLanguage.objects.filter(contact=row)
    if set(spoken.values_list("code", flat=True)) != set(row.languages):
        spoken.delete()
        ContactLanguage.objects.bulk_create(languages_of([row]))


def languages_of(rows: Iterable[ContactPoint]) -> list[ContactLanguage]:
    """Return the languages of contacts as the filter of the list knows them."""
    return [ContactLanguage(contact=row, code=code) for row in rows for code in row.languages]


def contact_words(row: ContactPoint) -> list[str]:
    """Return the words by which a contact is searched."""
    words = [row.label_th, row.label_en, row.scope]
    position = row.position
    if position is not None:
        person = position.person
        words += [
            person.title,
            person.name_th,
            person.name_en,
            position.title_th,
            position.title_en,
            position.unit,
        ]
    return [word for word in words if word]


def note(actor: Actor, tag: Tag, row: ContactPoint, **facts: object) -> None:
    """Record something that happened to a contact; addresses never go into the journal."""
    contrib.record(
        actor,
        tag,
        (doors.CONTACT_KIND, row.pk),
        tenant_id=row.tenant_id,
        facts={"label": masks.scrub(row.label_th), **facts},
    )


def typed_addresses(facts: ContactFacts) -> dict[str, str]:
    """Return the addresses that were typed, cleaned; those that are None are left out."""
    found = {}
    if facts.email is not None:
        found["email"] = clean_email(facts.email, "email")
    if facts.phone is not None:
        found["phone"] = clean_phone(facts.phone)
    if facts.other_email is not None:
        found["other_email"] = clean_email(facts.other_email, "other_email")
    return found


def _seal(actor: Actor, tenant_id: UUID, typed: dict[str, str]) -> dict[str, UUID | None]:
    """Put addresses into the vault and return the columns with their handles."""
    columns: dict[str, UUID | None] = {HANDLES[name][1]: None for name, value in typed.items() if not value}
    values = [(name, value) for name, value in typed.items() if value]
    if values:
        handles = privacy.seal_many(
            actor, [(HANDLES[name][0], value) for name, value in values], tenant_id=tenant_id
        )
        columns.update({HANDLES[name][1]: handle for (name, _), handle in zip(values, handles, strict=True)})
    return columns


def contact_columns(actor: Actor, row: ContactPoint, facts: ContactFacts) -> dict[str, Any]:
    """Return the columns of a contact as they are stored, without its addresses.

    Raises:
        InvalidInputError and its kin of ``people_errors``: the field is named.
    """
    label = clean_text(facts.label_th, "label_th", needed=True)
    spans = hours.cleaned(facts.hours)
    zone = clean_text(facts.time_zone, "time_zone", most=40) or hours.BANGKOK
    hours.zone(zone)
    tlp_rank(facts.tlp_most)
    if not 1 <= facts.rank <= MOST_RANK:
        raise InvalidInputError(
            field="rank", reason_th=f"ลำดับ 1 ถึง {MOST_RANK}", reason_en=f"a rank is 1 to {MOST_RANK}"
        )
    columns: dict[str, Any] = {
        "kind": facts.kind.value,
        "position_id": _position(actor, row, facts.position_id),
        "label_th": label,
        "label_en": clean_text(facts.label_en, "label_en"),
        "name_key": name_key(label),
        "languages": clean_languages(facts.languages),
        "time_zone": zone,
        "hours": [list(span) for span in spans],
        "on_holidays": facts.on_holidays,
        "duty_key": hours.duty_key(zone, spans, on_holidays=facts.on_holidays),
        "rank": facts.rank,
        "backup_id": _backup(actor, row, facts),
        "tlp_most": facts.tlp_most,
        **_vendor(row, facts),
    }
    if facts.key_text is not None:
        columns.update(_key(facts))
    return columns


def _key(facts: ContactFacts) -> dict[str, Any]:
    text = (facts.key_text or "").strip()
    if not text:
        return {"key_text": "", "key_fingerprint": "", "key_expires_at": None}
    found = read_key(text, now=clock.now(), fingerprint=facts.key_fingerprint)
    return {"key_text": text, "key_fingerprint": found.fingerprint, "key_expires_at": found.expires_at}


def _position(actor: Actor, row: ContactPoint, position_id: UUID | None) -> UUID | None:
    if position_id is None or position_id == row.position_id:
        return position_id
    found = doors.positions_visible_to(actor, doors.MANAGE).filter(
        pk=position_id, tenant=row.tenant_id, ended_at__isnull=True
    )
    if not found.exists():
        raise InvalidInputError(
            field="position_id",
            reason_th="เลือกตำแหน่งที่ยังใช้อยู่ของหน่วยงานนี้",
            reason_en="choose a running position of this organisation",
        )
    return position_id


def _backup(actor: Actor, row: ContactPoint, facts: ContactFacts) -> UUID | None:
    if facts.backup_id is None:
        return None
    found = (
        doors.contacts_visible_to(actor, doors.MANAGE)
        .filter(pk=facts.backup_id, tenant=row.tenant_id, ended_at__isnull=True)
        .first()
    )
    if found is None:
        raise _no_backup("เลือกผู้ประสานงานที่ยังใช้อยู่ของหน่วยงานนี้", "choose a running contact of this organisation")
    if ContactKind(found.kind) not in called_kinds(facts.kind):
        raise _no_backup(
            f"ประเภท{ContactKind(found.kind).text.th}ไม่รับเรื่อง{facts.kind.text.th}",
            f"{ContactKind(found.kind).text.en} contacts are not called for {facts.kind.text.en} matters",
        )
    following: UUID | None = found.pk
    for _ in range(_CHAIN):
        if following == row.pk:
            raise _no_backup("วนกลับมาที่ตัวเอง", "the chain comes back to this contact")
        if following is None:
            return found.pk
        following = ContactPoint.objects.values_list("backup_id", flat=True).get(pk=following)
    raise _no_backup(f"สายผู้รับช่วงยาวเกิน {_CHAIN}", f"the chain is longer than {_CHAIN}")


def _no_backup(th: str, en: str) -> BackupError:
    return BackupError(field="backup_id", reason_th=th, reason_en=en)


def _vendor(row: ContactPoint, facts: ContactFacts) -> dict[str, Any]:
    scope = clean_text(facts.scope, "scope", most=300)
    if facts.kind is not ContactKind.VENDOR:
        return {"system_id": None, "scope": scope}
    known = facts.system_id is not None and (
        System.objects.filter(pk=facts.system_id, tenant=row.tenant_id, ended_at__isnull=True).exists()
    )
    if not known or not scope:
        raise VendorScopeError(field="scope" if known else "system_id")
    return {"system_id": facts.system_id, "scope": scope}


def keep_pattern(row: ContactPoint) -> None:
    """Keep the duty hours of a contact as a pattern; inside the transaction."""
    if row.duty_key != hours.ALWAYS:
        DutyPattern.objects.bulk_create(
            [
                DutyPattern(
                    key=row.duty_key, time_zone=row.time_zone, hours=row.hours, on_holidays=row.on_holidays
                )
            ],
            ignore_conflicts=True,
        )


def _conflict(row: ContactPoint, columns: dict[str, Any]) -> ContactChangedError:
    names = [FIELDS[name] for name in changed_fields(row, columns) if name in FIELDS]
    return ContactChangedError(
        fields_th=", ".join(name.th for name in names) or "ที่อยู่ติดต่อ",
        fields_en=", ".join(name.en for name in names) or "addresses",
    )

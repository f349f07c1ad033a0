"""What deserves a second look: contacts without a backup, without an answer or whose key ends; search of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import WaitingItem
from phithak.core.db import remember
from phithak.core.privacy import queries as privacy
from phithak.core.search import queries as search
from phithak.core.search.queries import Ranked
from phithak.registry.models import ContactLanguage, ContactPoint, Domain, Organisation, Person
from phithak.registry.queries import people_doors as doors
from phithak.registry.queries.people_people import shown_name
from phithak.registry.queries.people_scope import FEW

M = TypeVar("M", bound=Model)
KEY_DAYS = 30
SPEAKERS = 15_000
_RUNNING = Q(ended_at__isnull=True)
_FREE_HOSTS = ("www.",)


def unconfirmed() -> Q:
    """Return the condition of contacts whose last change nobody confirmed."""
    return Q(changed_at__isnull=False) & (Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=F("changed_at")))


def is_unconfirmed(row: ContactPoint) -> bool:
    """Tell the same of one contact."""
    if row.changed_at is None:
        return False
    return row.confirmed_at is None or row.confirmed_at < row.changed_at


def stale() -> Q:
    """Return the condition of contacts that did not answer for longer than the set number of days."""
    # by the minute, so that a figure over all contacts can be remembered for one
    since = clock.now().replace(second=0, microsecond=0) - timedelta(days=settings.CONFIG.contact_stale_days)
    return Q(asked_at__isnull=False) & (Q(answered_at__isnull=True) | Q(answered_at__lt=since))


def key_ends_soon() -> Q:
    """Return the condition of contacts whose key ends within 30 days, or has ended."""
    return Q(key_expires_at__isnull=False, key_expires_at__lt=clock.now() + timedelta(days=KEY_DAYS))


def alone(rows: QuerySet[ContactPoint]) -> QuerySet[ContactPoint]:
    """Return running technical contacts without a backup and without a second contact of the kind."""
    other = ContactPoint.objects.filter(_RUNNING, tenant=OuterRef("tenant"), kind=OuterRef("kind"))
    return rows.filter(_RUNNING, kind="technical", backup__isnull=True).exclude(
        Exists(other.exclude(pk=OuterRef("pk")))
    )


def without_successor(rows: QuerySet[ContactPoint]) -> QuerySet[ContactPoint]:
    """Return ended contacts for which nobody was found yet."""
    return rows.filter(needs_successor=True)


def waiting(actor: Actor) -> Iterable[WaitingItem]:
    """Yield what those who keep contacts should look at, the worst first."""
    rows = doors.contacts_visible_to(actor, doors.MANAGE).select_related(None)
    for name, text, found in (
        (
            "successor",
            Text("ผู้ประสานงานที่พ้นหน้าที่และยังไม่มีผู้รับช่วง", "Contacts that left without a successor"),
            without_successor(rows),
        ),
        (
            "stale",
            Text("ผู้ประสานงานที่ไม่ตอบการซ้อมตามกำหนด", "Contacts that did not answer within the set time"),
            rows.filter(_RUNNING & stale()),
        ),
        (
            "key",
            Text(f"กุญแจที่จะหมดอายุใน {KEY_DAYS} วัน", f"Keys that end within {KEY_DAYS} days"),
            rows.filter(_RUNNING & key_ends_soon()),
        ),
        (
            "alone",
            Text("ผู้ประสานงานเทคนิคคนเดียวที่ไม่มีผู้รับช่วง", "Technical contacts alone without a backup"),
            alone(rows),
        ),
    ):
        count = remember.figure(found, "count", found.count)
        if count:
            yield WaitingItem(text, f"{reverse('registry:contacts')}?check={name}", count=count)


CHECKS = (
    ("unconfirmed", Text("ยังไม่ยืนยันการเปลี่ยนแปลง", "Change not confirmed")),
    ("stale", Text("ไม่ตอบตามกำหนด", "Stale: no answer")),
    ("key", Text("กุญแจใกล้หมดอายุ", "Key ends soon")),
    ("alone", Text("ไม่มีผู้รับช่วง", "No backup")),
    ("successor", Text("ต้องหาผู้รับช่วง", "Needs a successor")),
)
"""Filters of the list of contacts."""


def checked(rows: QuerySet[ContactPoint], check: str) -> QuerySet[ContactPoint]:
    """Return the contacts that fall under one of :data:`CHECKS`."""
    if check == "alone":
        return alone(rows)
    if check == "successor":
        return without_successor(rows)
    condition = {"unconfirmed": unconfirmed, "stale": stale, "key": key_ends_soon}[check]()
    return rows.filter(_RUNNING & condition)


def matching_contacts(rows: QuerySet[ContactPoint], words: str) -> QuerySet[ContactPoint]:
    """Return those contacts whose label, person, position or scope match what was typed."""
    return search.narrowed(rows, doors.CONTACT_KIND, words)


def matching_people(rows: QuerySet[Person], words: str) -> QuerySet[Person]:
    """Return those people whose names, titles or positions match what was typed."""
    return search.narrowed(rows, doors.PERSON_KIND, words)


def ranked_contacts(rows: QuerySet[ContactPoint], words: str, backwards: bool) -> Ranked:  # noqa: FBT001 - as Table calls it
    """Return the same contacts in the order of their names."""
    return Ranked(rows, doors.CONTACT_KIND, words, backwards=backwards)


def ranked_people(rows: QuerySet[Person], words: str, backwards: bool) -> Ranked:  # noqa: FBT001 - as Table calls it
    """Return the same people in the order of their names."""
    return Ranked(rows, doors.PERSON_KIND, words, backwards=backwards)


def speaking(rows: QuerySet[ContactPoint], code: str) -> QuerySet[ContactPoint]:
    """Return those contacts who speak a language: from the list of a few speakers, of many by a look at each."""
    speakers = ContactLanguage.objects.filter(code=code)
    found = speakers.values_list("contact", flat=True)
    number = found[: SPEAKERS + 1].count()
    if number <= FEW:
        return rows.filter(pk__in=list(found))
    if number <= SPEAKERS:
        return rows.filter(pk__in=found)
    return rows.filter(Exists(speakers.filter(contact=OuterRef("pk"))))


def find_people(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield name and address of people for the search box."""
    rows = doors.people_visible_to(actor)
    for row in _first(rows, ranked_people(rows.select_related(None), words, backwards=False), limit):
        yield f"{shown_name(row)} · {tenant_name(row)}", reverse("registry:person", args=[row.pk])


def find_contacts(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield label and address of running contacts for the search box."""
    rows = doors.contacts_visible_to(actor).filter(_RUNNING)
    for row in _first(rows, ranked_contacts(rows.select_related(None), words, backwards=False), limit):
        label = Text(row.label_th, row.label_en or row.label_th)
        yield f"{label} · {tenant_name(row)}", reverse("registry:contact", args=[row.pk])


def _first(rows: QuerySet[M], found: Ranked, limit: int) -> list[M]:
    keys = found.keys(0, limit)
    by_key = {row.pk: row for row in rows.filter(pk__in=keys)}
    return [by_key[key] for key in keys if key in by_key]


def tenant_name(row: Any) -> Text:
    """Return the name of the organisation that a row belongs to."""
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)


def address_warnings(row: ContactPoint) -> list[Text]:
    """Return what should be known of a contact's addresses; only their domains are looked at, nothing is opened.

    An attacker inside the organisation's mail must not read the alarm about it: one address should lie outside of
    its own domains.
    """
    handles = [handle for handle in (row.email_id, row.other_email_id) if handle]
    masked = privacy.masked(handles) if handles else {}
    main = _domain(masked.get(row.email_id, "")) if row.email_id else ""
    other = _domain(masked.get(row.other_email_id, "")) if row.other_email_id else ""
    found = []
    if row.other_email_id is None:
        found.append(
            Text(
                "ไม่มีอีเมลนอกโดเมนของหน่วยงาน หากระบบอีเมลถูกบุกรุกจะติดต่อไม่ได้",
                "No address outside of the own domain: when its mail is broken into, nobody can be reached.",
            )
        )
    elif other and (_inside(other, _own_domains(row.tenant_id)) or other == main):
        found.append(
            Text(
                f"อีเมลสำรองอยู่ในโดเมนของหน่วยงานเอง ({other}) ควรใช้โดเมนอื่น",
                f"The outside address lies within the own domain ({other}); another domain is better.",
            )
        )
    if row.phone_id is None:
        found.append(Text("ไม่มีโทรศัพท์ เวรกลางคืนโทรไม่ได้", "No telephone: the night shift cannot call."))
    return found


def _domain(masked_email: str) -> str:
    return masked_email.rpartition("@")[2].lower().rstrip(".")


def _inside(domain: str, own: set[str]) -> bool:
    return any(domain == one or domain.endswith(f".{one}") for one in own)


def _own_domains(organisation_id: UUID) -> set[str]:
    found = set(
        Domain.objects.filter(tenant=organisation_id, ended_at__isnull=True).values_list("name", flat=True)
    )
    website = Organisation.objects.filter(pk=organisation_id).values_list("website", flat=True).first() or ""
    host = website.split("://")[-1].split("/")[0].split(":")[0].lower()
    for lead in _FREE_HOSTS:
        host = host.removeprefix(lead)
    if host:
        found.add(host)
    return {one.lower() for one in found}

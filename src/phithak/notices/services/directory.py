"""The directory: hotlines and registered web addresses. A change is seen at once in every text that names the slot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.engines.thai import ThaiFormatError, parse_phone
from phithak.notices import queries
from phithak.notices.errors import BadNumberError, BadValueError, DirectoryTakenError
from phithak.notices.events import Tag
from phithak.notices.lint.words import SHORTENERS
from phithak.notices.models import Hotline, RegisteredUrl
from phithak.notices.services.rows import need_right_in
from phithak.notices.texts import SlotKind, slots

HOTLINE, URL = "notices.hotline", "notices.url"
_NOT_NUMBERS = frozenset({"tel_free", "tel_hours"})
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


@dataclass(frozen=True)
class HotlineFacts:
    """What the directory says of a hotline."""

    number: str
    name: Text
    owner: str
    hours: Text
    toll_free: bool = False


def number_slots() -> list[str]:
    """Return the slots that a hotline may stand for."""
    return [
        slot.name
        for slot in slots().values()
        if slot.kind is SlotKind.DIRECTORY and slot.name not in _NOT_NUMBERS
    ]


def add_hotline(actor: Actor, *, tenant_id: UUID, slot: str, facts: HotlineFacts) -> UUID:
    """Put a hotline into the directory.

    Args:
        actor: needs ``notices.directory.manage`` in the tenant.
        tenant_id: whose directory.
        slot: a slot of :func:`number_slots`.
        facts: number in any usual form; short numbers of three or four digits stay as they are dialled.

    Returns:
        The hotline's id.

    Raises:
        BadNumberError, BadValueError: number, slot or a name cannot be used.
        DirectoryTakenError: the slot has an active hotline.
    """
    need_right_in(actor, queries.DIRECTORY, tenant_id)
    if slot not in number_slots():
        raise BadValueError(field="slot", reason_th="ไม่มีช่องนี้", reason_en="there is no such slot")
    row = Hotline(tenant_id=tenant_id, slot=slot, **_columns(facts))
    try:
        with write("notices.add_hotline"):
            row.save(force_insert=True)
            _record(actor, Tag.HOTLINE_ADDED, row)
    except IntegrityError as error:
        raise DirectoryTakenError(field="slot", entry=slot) from error
    return row.pk


def change_hotline(actor: Actor, hotline_id: UUID, facts: HotlineFacts) -> None:
    """Change an active hotline.

    Raises:
        NotFoundError: no such active hotline.
        BadNumberError, BadValueError: number or a name cannot be used.
    """
    row = _hotline(actor, hotline_id)
    columns = _columns(facts)
    with write("notices.change_hotline"):
        if not Hotline.objects.filter(pk=row.pk, active=True).update(**columns):
            raise NotFoundError
        before, row.number = row.number, str(columns["number"])
        _record(actor, Tag.HOTLINE_CHANGED, row, before=before)


def retire_hotline(actor: Actor, hotline_id: UUID) -> None:
    """Take a hotline out of the directory; texts that name its slot show that it is missing."""
    row = _hotline(actor, hotline_id)
    with write("notices.retire_hotline"):
        if not Hotline.objects.filter(pk=row.pk, active=True).update(active=False):
            raise NotFoundError
        _record(actor, Tag.HOTLINE_RETIRED, row)


def register_url(actor: Actor, *, tenant_id: UUID, host: str, name: Text) -> UUID:
    """Register a web host that long texts may name.

    Args:
        actor: needs ``notices.directory.manage`` in the tenant.
        tenant_id: whose register.
        host: plain ASCII host name without scheme and path; never a link shortener.
        name: what it is, in both languages.

    Raises:
        BadValueError: the host or a name cannot be used.
        DirectoryTakenError: it is registered.
    """
    need_right_in(actor, queries.DIRECTORY, tenant_id)
    plain = host.strip().lower().removeprefix("https://").removeprefix("www.").rstrip("/")
    if not _HOST.fullmatch(plain) or "xn--" in plain or plain in SHORTENERS:
        raise BadValueError(
            field="host",
            reason_th="ใส่ชื่อเว็บเต็มเช่น care.example.or.th ไม่รับลิงก์ย่อหรือชื่อแปลงอักษร",
            reason_en="give the full host such as care.example.or.th; no shortener, no punycode",
        )
    row = RegisteredUrl(tenant_id=tenant_id, host=plain, **_names(name))
    try:
        with write("notices.register_url"):
            row.save(force_insert=True)
            _record_url(actor, Tag.URL_ADDED, row)
    except IntegrityError as error:
        raise DirectoryTakenError(field="host", entry=plain) from error
    return row.pk


def retire_url(actor: Actor, url_id: UUID) -> None:
    """Take a web host off the register."""
    row = queries.urls_visible_to(actor).filter(pk=url_id).first()
    if row is None:
        raise NotFoundError
    need_right_in(actor, queries.DIRECTORY, row.tenant_id)
    with write("notices.retire_url"):
        if not RegisteredUrl.objects.filter(pk=row.pk, active=True).update(active=False):
            raise NotFoundError
        _record_url(actor, Tag.URL_RETIRED, row)


def _hotline(actor: Actor, hotline_id: UUID) -> Hotline:
    row = queries.hotlines_visible_to(actor).filter(pk=hotline_id, active=True).first()
    if row is None:
        raise NotFoundError
    permissions.require(actor, queries.DIRECTORY)
    need_right_in(actor, queries.DIRECTORY, row.tenant_id)
    return row


def _columns(facts: HotlineFacts) -> dict[str, str | bool]:
    try:
        phone = parse_phone(facts.number)
    except ThaiFormatError as error:
        raise BadNumberError(field="number", reason_th=error.th, reason_en=error.en) from error
    if phone.extension:
        raise BadNumberError(
            field="number", reason_th="ใส่เลขโดยไม่มีเลขต่อ", reason_en="give it without an extension"
        )
    if not facts.owner.strip():
        raise BadValueError(field="owner", reason_th="ต้องระบุเจ้าของ", reason_en="an owner is needed")
    hours = _pair(facts.hours, "hours", 100)
    return {
        "number": phone.number,
        "owner": facts.owner.strip()[:200],
        "hours_th": hours.th,
        "hours_en": hours.en,
        "toll_free": facts.toll_free,
        **_names(facts.name),
    }


def _names(name: Text) -> dict[str, str]:
    pair = _pair(name, "name", 200)
    return {"name_th": pair.th, "name_en": pair.en}


def _pair(text: Text, field: str, limit: int) -> Text:
    pair = Text(text.th.strip(), text.en.strip())
    for language, words in (("th", pair.th), ("en", pair.en)):
        if not words or len(words) > limit:
            raise BadValueError(
                field=f"{field}_{language}",
                reason_th=f"ต้องมี 1 ถึง {limit} ตัวอักษร ทั้งสองภาษา",
                reason_en=f"1 to {limit} characters are needed in both languages",
            )
    return pair


def _record(actor: Actor, tag: Tag, row: Hotline, **facts: str) -> None:
    contrib.record(
        actor,
        tag,
        (HOTLINE, row.pk),
        tenant_id=row.tenant_id,
        facts={"slot": row.slot, "number": row.number, **facts},
    )


def _record_url(actor: Actor, tag: Tag, row: RegisteredUrl) -> None:
    contrib.record(actor, tag, (URL, row.pk), tenant_id=row.tenant_id, facts={"host": row.host})

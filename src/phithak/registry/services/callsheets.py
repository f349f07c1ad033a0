"""Offline call sheets: made, sealed with a password, stored; opened again.

The numbers live in this process's memory and in the pipe to the layout's child, and nowhere else in the clear:
what is stored is a PDF under AES-256 (its own encryption, revision 6), and that once more sealed by ``core.files``.
The password lies in the vault and is shown for a reason.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from phithak.base import clock
from phithak.base.errors import ConflictError, ForbiddenError, NotFoundError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors, permissions
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.scope import tenants_with
from phithak.core.db.transactions import write
from phithak.core.files import queries as file_queries
from phithak.core.files import services as files
from phithak.core.files.services import Opened
from phithak.core.i18n import show
from phithak.core.pdf import render
from phithak.core.privacy import masks
from phithak.core.privacy import services as privacy
from phithak.core.privacy.words import CONSONANTS, VOWELS
from phithak.engines.thai import show_phone
from phithak.engines.thai.errors import ThaiFormatError
from phithak.registry.events.callsheets import Tag
from phithak.registry.models import CallSheet
from phithak.registry.queries import callsheets as queries
from phithak.registry.queries.callsheets import Content

LAYOUT = "call_sheet"
WORDS = 6
MOST_BYTES = 64 * 2**20
_DAYS = 7
_SYSTEM = actors.system("registry.call_sheets")
_LABELS = {
    "title": "ใบรายชื่อโทรฉุกเฉิน (ใช้เมื่อระบบล่ม)",
    "hotline": "สายด่วนศูนย์",
    "made": "จัดทำ",
    "until": "ใช้ถึง",
    "duty": "ผู้อยู่เวรสัปดาห์นี้",
    "team": "ทีม",
    "when": "เวลา",
    "name": "ชื่อ",
    "role": "หน้าที่",
    "phone": "โทร",
    "kind": "ประเภท",
    "contact": "ผู้ติดต่อ",
    "mail": "อีเมล",
    "hours": "เวลา",
    "backup": "สำรอง",
    "handling": "เอกสารลับ เก็บออฟไลน์ ห้ามส่งต่อทางอีเมลธรรมดา ทำลายเมื่อมีฉบับใหม่",
    "empty": "ยังไม่มีผู้ติดต่อในทะเบียน",
}


class SupersededError(ConflictError):
    """A newer sheet holds."""

    code = "registry.sheet_superseded"
    text = Text(
        "ใบรายชื่อนี้มีฉบับใหม่แล้ว โปรดดาวน์โหลดฉบับล่าสุด เบอร์ในฉบับเก่าอาจผิด",
        "A newer call sheet exists. Download that one: numbers of the old one may be wrong.",
    )


def make(actor: Actor, tenant_id: UUID) -> UUID:
    """Make a call sheet and return its id; the one before is superseded.

    Args:
        actor: who or what makes it.
        tenant_id: the centre (its whole constituency stands on it).

    Raises:
        ForbiddenError, NotFoundError: no right, or not in a tenant in which the actor holds it.
        phithak.core.pdf.PdfError: the layout failed.
        LockedError: the vault is locked.
    """
    permissions.require(actor, queries.MAKE)
    if actor.kind is not ActorKind.SYSTEM and tenant_id not in tenants_with(actor, queries.MAKE):
        raise NotFoundError
    now = clock.now()
    content = queries.content(tenant_id, now)
    clear = privacy.reveal_for_document(actor, content.handles, tenant_id=tenant_id, document=queries.SHEET)
    password = _password()
    sealed = _encrypted(render(LAYOUT, _data(tenant_id, content, clear, now)), password)
    day = now.astimezone(clock.BANGKOK).date()
    file_id = files.put(
        actor,
        io.BytesIO(sealed),
        tenant_id=tenant_id,
        name=f"call-sheet-{day.isoformat()}.pdf",
        media_type="application/pdf",
        most_bytes=MOST_BYTES,
    )
    password_id = privacy.seal(actor, masks.Kind.OTHER, password, tenant_id=tenant_id)
    with write("registry.sheet.make"):
        row = CallSheet.objects.create(
            tenant_id=tenant_id, file_id=file_id, contacts=content.contacts, password_id=password_id
        )
        facts = {"count": content.contacts, "total": content.total}
        contrib.record(actor, Tag.MADE, (queries.SHEET, row.pk), tenant_id=tenant_id, facts=facts)
    return row.pk


def make_weekly(tenant_id: UUID, due: datetime) -> UUID | None:
    """Make the sheet of a week; None when one was made since it was due (a run that was killed goes on)."""
    row = queries.newest(tenant_id)
    if row is not None and row.created_at >= due:
        return None
    return make(_SYSTEM, tenant_id)


def open_sheet(actor: Actor, sheet_id: UUID) -> Opened:
    """Open the encrypted PDF of the sheet that holds; the journal says so first.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's to see.
        SupersededError: a newer one holds.
        BlobMissingError, LockedError: the file cannot be opened.
    """
    permissions.require(actor, queries.MAKE)
    row = queries.sheet(actor, sheet_id, own=True)
    _refuse_superseded(row)
    stored = file_queries.visible_to(_SYSTEM).filter(pk=row.file_id).first()
    if stored is None:
        raise NotFoundError
    stream = file_queries.content(stored)
    try:
        with write("registry.sheet.open"):
            contrib.record(actor, Tag.DOWNLOADED, (queries.SHEET, row.pk), tenant_id=row.tenant_id, facts={})
    except BaseException:
        stream.close()
        raise
    return Opened(file_queries.view(stored), file_queries.about_of(stored).name, stream)


def password(actor: Actor, sheet_id: UUID, reason: str) -> str:
    """Return the password of the sheet that holds, for a reason; the journal keeps who and why.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's to see.
        SupersededError: a newer one holds.
        phithak.core.privacy.errors.ReasonNeededError, phithak.core.privacy.errors.TooManyUnmasksError: see there.
    """
    permissions.require(actor, queries.MAKE)
    if actor.user_id is None:
        raise ForbiddenError(permission=queries.MAKE)
    row = queries.sheet(actor, sheet_id, own=True)
    _refuse_superseded(row)
    return privacy.unmask(actor, row.password_id, reason)


def _refuse_superseded(row: CallSheet) -> None:
    holds = queries.newest(row.tenant_id)
    if holds is not None and holds.pk != row.pk:
        raise SupersededError


def _password() -> str:
    """Return six pronounceable words of 12 bits each: 72 bits, easy to read aloud."""
    return "-".join(
        "".join(secrets.choice(letters) for letters in (CONSONANTS, VOWELS, CONSONANTS, VOWELS))
        for _ in range(WORDS)
    )


def _encrypted(plain: bytes, password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - only a call sheet needs it, every process would load it

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain)))
    # the owner's password is of no use to anybody: nobody keeps it
    writer.encrypt(user_password=password, owner_password=secrets.token_hex(32), algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _data(tenant_id: UUID, content: Content, clear: Mapping[UUID, str], now: datetime) -> dict[str, Any]:
    until = (now + timedelta(days=_DAYS)).astimezone(clock.BANGKOK).date()
    note = ""
    if content.total > content.contacts:
        note = f"แสดง {content.contacts:,} จาก {content.total:,} ผู้ติดต่อ ที่เหลือดูในระบบ"
    return {
        "labels": _LABELS,
        "centre": queries.centre_name(tenant_id),
        "hotline": _phone(settings.CONFIG.hotline) or "-",
        "tlp": "TLP:AMBER+STRICT",
        "date": show.moment(now, "th"),
        "until": show.day(until, "th"),
        "note": note,
        "duty": [
            {
                "team": row.team,
                "when": row.when,
                "name": row.name,
                "role": row.role.th,
                "phone": _phone(_of(clear, row.phone)),
            }
            for row in content.duty
        ],
        "organisations": [
            {
                "name": block.name,
                "place": block.place,
                "contacts": [
                    {
                        "kind": line.kind.th,
                        "label": line.label,
                        "name": line.name,
                        "phone": _phone(_of(clear, line.phone)),
                        "mail": "\n".join(_of(clear, mail) for mail in line.mails),
                        "hours": line.hours,
                        "backup": line.backup,
                    }
                    for line in block.lines
                ],
            }
            for block in content.blocks
        ],
    }


def _of(clear: Mapping[UUID, str], handle: UUID | None) -> str:
    return clear.get(handle, "") if handle is not None else ""


def _phone(value: str) -> str:
    if not value:
        return ""
    try:
        return show_phone(value)
    except ThaiFormatError:
        return value

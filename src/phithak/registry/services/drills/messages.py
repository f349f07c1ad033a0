"""What a drill says: the e-mail with its link, the SMS with its code, and the question behind the link.

The words follow from the check and from nothing that changes later, so that a second rendering is the same.
Every one names the sender, says that no incident is under way, and asks for no password.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.contrib import LinkPurpose
from phithak.core.i18n import show
from phithak.core.links import queries as links
from phithak.core.outbox import Channel, Context, Rendered, renderer
from phithak.engines.thai import show_phone
from phithak.engines.thai.errors import ThaiFormatError
from phithak.engines.thai.sms import sms_size
from phithak.registry.models import DrillCheck
from phithak.registry.queries import drills as queries
from phithak.registry.services.drills import codes

PURPOSE, RENDERER = "registry.drill", "registry.drill"
CHANGED = "changed"
SMS_PARTS = 3
_SYSTEM = actors.system("registry.drills")


def question(check_id: UUID) -> Text:
    """Return what the page behind a link asks."""
    row = queries.checks_visible_to(_SYSTEM).filter(pk=check_id).first()
    if row is None:
        raise NotFoundError
    due = due_as_told(row)
    return Text(
        f"ทดสอบการติดต่อ “{row.drill.name}” ของ{settings.CONFIG.name_th} ไม่มีเหตุการณ์ใดกำลังเกิดขึ้น"
        f" กรุณาตอบรับภายใน {show.moment(due, 'th')} และแจ้งหากข้อมูลผู้ติดต่อเปลี่ยน",
        f"Contact check “{row.drill.name}” of {settings.CONFIG.name_en}. No incident is under way."
        f" Please acknowledge by {show.moment(due, 'en')} and tell us of any change of contact.",
    )


LINK = LinkPurpose(
    PURPOSE,
    Text("ทดสอบการติดต่อ", "Contact check"),
    queries.CODE_DAYS * 24,
    question,
    (
        ("received", Text("ได้รับแล้ว", "Received")),
        (CHANGED, Text("ได้รับแล้ว และข้อมูลของเราเปลี่ยน", "Received, my data changed")),
    ),
    note=True,
)


def due_as_told(row: DrillCheck) -> datetime:
    """Return the moment that the message names: the minutes of the drill from the asking."""
    if row.asked_at is None:
        raise NotFoundError
    return row.asked_at + timedelta(minutes=row.drill.due_minutes)


@renderer(RENDERER)
def render(params: Mapping[str, Any], context: Context) -> Rendered:
    """Return the words of one question.

    Raises:
        NotFoundError: the check is gone, or its link was ended.
    """
    row = queries.checks_visible_to(_SYSTEM).filter(pk=UUID(str(params["check"]))).first()
    if row is None:
        raise NotFoundError
    return _sms(row) if context.channel is Channel.SMS else _mail(row)


def _mail(row: DrillCheck) -> Rendered:
    running = links.visible_to(_SYSTEM).filter(ended_at__isnull=True)
    found = running.filter(pk=row.link_id).first() if row.link_id else None
    if found is None:
        raise NotFoundError
    config, due, reference = settings.CONFIG, due_as_told(row), reference_of(row)
    url = links.url_of(found)
    label = Text(row.contact.label_th, row.contact.label_en or row.contact.label_th)
    name = row.drill.name
    backup_th = backup_en = call_th = call_en = ""
    if row.as_backup:
        backup_th = "ผู้ติดต่อหลักยังไม่ตอบ เราจึงขอทดสอบกับท่านซึ่งเป็นผู้ติดต่อสำรอง\n"
        backup_en = "The first contact has not answered, so we ask you, the backup.\n"
    number = hotline()
    if number:
        call_th = f"ตรวจว่าข้อความนี้เป็นของจริง: โทร {number} อ้างอิง {reference}\n"
        call_en = f"To check that this is real: call {number}, reference {reference}\n"
    thai = (
        f"เรียน {label.th}\n\n"
        f"{config.name_th} ทดสอบการติดต่อ “{name}” ไม่มีเหตุการณ์ใดกำลังเกิดขึ้น\n{backup_th}"
        f"กรุณาเปิดลิงก์แล้วกดตอบภายใน {show.moment(due, 'th')}\n{url}\n"
        "หากข้อมูลผู้ติดต่อเปลี่ยน เลือก “ได้รับแล้ว และข้อมูลของเราเปลี่ยน” แล้วเขียนบอกเรา\n"
        f"เราไม่ขอรหัสผ่าน รหัส OTP หรือให้โอนเงินไม่ว่ากรณีใด\n{call_th}อ้างอิง {reference}\n"
    )
    english = (
        f"Dear {label.en},\n\n"
        f"{config.name_en} runs the contact check “{name}”. No incident is under way.\n{backup_en}"
        f"Please open the link and answer by {show.moment(due, 'en')}\n{url}\n"
        "If your contact data changed, choose “Received, my data changed” and tell us.\n"
        f"We never ask for passwords, OTP codes or transfers.\n{call_en}Reference {reference}\n"
    )
    subject = f"ทดสอบการติดต่อ (ไม่มีเหตุ) · Contact check: {name}"
    return Rendered(subject[:150], f"{thai}\n---\n\n{english}", reference=reference)


def _sms(row: DrillCheck) -> Rendered:
    config, due = settings.CONFIG, due_as_told(row)
    code, reference = codes.code_of(row), reference_of(row)
    speaks = row.contact.languages
    language = "en" if speaks and "th" not in speaks else "th"
    number = hotline()
    text = ""
    for sender in (Text(config.name_th, config.name_en), Text(config.instance, config.instance)):
        text = Text(
            f"{sender.th}: ทดสอบการติดต่อ ไม่มีเหตุใด โปรดโทร {number or 'ศูนย์'} บอกรหัส {code}"
            f" ก่อน {show.moment(due, 'th')} และแจ้งหากข้อมูลเปลี่ยน เราไม่ขอ OTP อ้างอิง {reference}",
            f"{sender.en}: contact check, no incident. Please call {number or 'the centre'} and say {code}"
            f" by {show.moment(due, 'en')}; tell us of changes. We never ask for an OTP. Ref {reference}",
        ).in_language(language)
        if sms_size(text).parts <= SMS_PARTS:
            break
    return Rendered("", text, reference=reference)


def reference_of(row: DrillCheck) -> str:
    """Return the reference that people can name on the telephone."""
    return f"{settings.CONFIG.instance}-{row.pk.hex[-6:].upper()}"


def hotline() -> str:
    """Return the centre's hotline as people read it; "" when none is set."""
    try:
        return show_phone(settings.CONFIG.hotline)
    except ThaiFormatError:
        return settings.CONFIG.hotline.strip()

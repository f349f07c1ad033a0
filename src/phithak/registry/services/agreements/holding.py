"""What happens to agreements by itself: the term ends, flows that nothing holds up go off, keepers are reminded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from phithak.base import clock
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import EventTag
from phithak.core.db.transactions import write
from phithak.core.i18n import show
from phithak.core.outbox import services as outbox
from phithak.core.outbox.rendering import Context, Rendered, renderer
from phithak.core.outbox.states import Channel, Recipient
from phithak.registry.events.agreements import Tag
from phithak.registry.models import Agreement, DataLink, SharingRule
from phithak.registry.queries import agreements as queries
from phithak.registry.queries.agreements import State
from phithak.registry.services import shares

RENDERER = "registry.agreement_ends"
BATCH = 200
MOST_READERS = 20
_SYSTEM = actors.system("registry")
_SUBJECT = Text(
    "ข้อตกลง {number} สิ้นสุด {day_th} (อีก {left} วัน)", "Agreement {number} ends on {day_en} ({left} days left)"
)
_OVER = Text("ข้อตกลง {number} สิ้นสุดแล้วเมื่อ {day_th}", "Agreement {number} was over on {day_en}")
_BODY = Text(
    "{title_th}\nเมื่อพ้นวันสุดท้าย การแบ่งปันและการส่งข้อมูลที่อาศัยข้อตกลงนี้จะปิดเองในวันถัดไป "
    "ถ้าต้องการให้ต่อเนื่อง เข้าระบบ เปิด ทะเบียน › ข้อตกลงและการให้ข้อมูล ทำฉบับใหม่และลงนามก่อนวันนั้น",
    "{title_en}\nOnce the last day is over, every sharing and data flow that rests on it goes off by itself. "
    "To keep them, log in, open Registry › Agreements and sharing, make a new one and have it signed before that day.",
)


def stop_flows(actor: Actor, row: Agreement) -> None:
    """Switch off the rules and data links that rest on an agreement, in the open transaction."""
    now = clock.now()
    rules = SharingRule.objects.filter(agreement=row, on=True).update(
        on=False, switched_at=now, switched_by=actor.user_id
    )
    links = DataLink.objects.filter(agreement=row, active=True).update(active=False)
    if rules or links:
        _note(actor, Tag.FLOWS_STOPPED, row, rules=rules, links=links)


def settle_agreement(actor: Actor, row: Agreement) -> None:
    """Suspend the links that rest on an agreement which no longer holds, each in a short transaction."""
    shares.settle(actor, row.pk)


def settle(actor: Actor = _SYSTEM) -> int:
    """Write down what time did: terms that are over, flows and links without a valid agreement.

    Runs each night at five past midnight in Bangkok. Reads never wait for it. Killed half-way it goes on from
    there when it runs again.

    Returns:
        How many agreements and links were changed.
    """
    today, done = clock.today(), 0
    over = Agreement.objects.filter(state=State.SIGNED, ends_on__lt=today)
    while batch := list(over.order_by("ends_on", "pk")[:BATCH]):
        done += sum(_expire(actor, row) for row in batch)
    # what a change or a kill left behind: on, though nothing holds it up
    unheld = Agreement.objects.exclude(queries.valid_on(today)).filter(
        Q(pk__in=SharingRule.objects.filter(on=True).values("agreement"))
        | Q(pk__in=DataLink.objects.filter(active=True, agreement__isnull=False).values("agreement"))
    )
    for row in list(unheld.order_by("pk")):
        with write("registry.stop_flows"):
            stop_flows(actor, row)
        done += 1
    return done + shares.settle(actor)


def _expire(actor: Actor, row: Agreement) -> bool:
    with write("registry.expire_agreement"):
        signed = Agreement.objects.filter(pk=row.pk, state=State.SIGNED, ends_on=row.ends_on)
        if not signed.update(state=State.ENDED, ended_at=clock.now(), version=F("version") + 1):
            return False
        stop_flows(actor, row)
        _note(actor, Tag.EXPIRED, row, day=row.ends_on.isoformat())
    return True


def remind(actor: Actor = _SYSTEM) -> int:
    """Mail the keepers of agreements that end within 60 days, once for each end.

    The mark that it was done and the mails stand or fall in one transaction, so a kill neither loses nor
    repeats one.

    Returns:
        How many agreements were reminded of.
    """
    done = 0
    for row in list(queries.to_remind(clock.today()).order_by("ends_on", "pk")):
        users = queries.people_with(row.tenant_id, queries.MANAGE)[:MOST_READERS]
        with write("registry.remind"):
            due = Agreement.objects.filter(pk=row.pk, state=State.SIGNED, ends_on=row.ends_on)
            if not due.exclude(reminded_for__isnull=False, reminded_for=F("ends_on")).update(
                reminded_for=row.ends_on
            ):
                continue
            for user_id in users:
                outbox.queue(
                    actor,
                    tenant_id=row.tenant_id,
                    channel=Channel.MAIL,
                    recipient=Recipient.user(user_id),
                    renderer=RENDERER,
                    params={"agreement": str(row.pk)},
                    idempotency_key=f"agreement.ends:{row.pk}:{row.ends_on:%j%y}:{user_id}",
                )
            _note(actor, Tag.REMINDED, row, day=row.ends_on.isoformat())
        done += 1
    return done


@renderer(RENDERER)
def reminder(params: Mapping[str, Any], context: Context) -> Rendered:
    """Write the mail in the reader's language, as the agreement is when it is sent."""
    row = queries.agreement(_SYSTEM, UUID(params["agreement"]))
    left = queries.days_left(row)
    told = queries.title(row)
    subject = (_SUBJECT if left >= 0 else _OVER).format(
        number=row.number,
        left=left,
        day_th=show.day(row.ends_on, "th"),
        day_en=show.day(row.ends_on, "en"),
    )
    body = _BODY.format(title_th=told.th, title_en=told.en)
    line = subject.in_language(context.language)
    return Rendered(line, f"{line}\n{body.in_language(context.language)}")


def _note(actor: Actor, tag: EventTag, row: Agreement, **facts: object) -> None:
    contrib.record(
        actor,
        tag,
        (queries.KIND, row.pk),
        tenant_id=row.tenant_id,
        facts={"number": row.number, **facts},
    )

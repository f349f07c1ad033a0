"""Planning, starting and stopping a drill; the monthly one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from phithak.base import clock
from phithak.base.errors import InvalidInputError, NotFoundError
from phithak.core import contrib
from phithak.core.accounts import actors, permissions
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.scope import tenants_with
from phithak.core.db.transactions import write
from phithak.core.jobs import services as jobs
from phithak.core.outbox import services as outbox
from phithak.core.outbox.services.control import reason_of
from phithak.engines.thai import normalize
from phithak.engines.thai.months import BE_OFFSET, MONTHS_TH
from phithak.registry.events.drills import Tag
from phithak.registry.models import Drill
from phithak.registry.queries import drills as queries
from phithak.registry.queries.drills import DrillState
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.services.drills.errors import DrillStateError

JOB = "registry.drill"
NAME_MOST = 200
MINUTES_LEAST, MINUTES_MOST = 5, 24 * 60
_COUNTRY = 2


@dataclass(frozen=True)
class Plan:
    """Whom a drill asks; an empty list asks all.

    Attributes:
        name: as people call it; stands in the messages.
        kinds: kinds of contacts (``ContactKind``).
        sectors: codes of sectors, each with all below it.
        countries: ISO 3166-1 codes.
        due_minutes: time to answer, for the first contact and again for the backup.
    """

    name: str
    kinds: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    due_minutes: int = 60


def plan(actor: Actor, tenant_id: UUID, wanted: Plan) -> UUID:
    """Plan a drill and return its id; nobody is asked before :func:`start`.

    Raises:
        ForbiddenError, NotFoundError: no right, or not in a tenant in which the actor holds it.
        InvalidInputError: names the field.
    """
    permissions.require(actor, queries.MANAGE)
    if actor.kind is not ActorKind.SYSTEM and tenant_id not in tenants_with(actor, queries.MANAGE):
        raise NotFoundError
    row = Drill(
        tenant_id=tenant_id,
        name=_name(wanted.name),
        kinds=_known("kinds", wanted.kinds, set(ContactKind)),
        sectors=_known("sectors", wanted.sectors, {code for code, _ in queries.sector_choices()}),
        countries=_countries(wanted.countries),
        due_minutes=_minutes(wanted.due_minutes),
        by_id=actor.user_id,
    )
    with write("registry.drill.plan"):
        row.save(force_insert=True)
        facts = {"name": row.name, "minutes": row.due_minutes}
        contrib.record(actor, Tag.PLANNED, (queries.DRILL, row.pk), tenant_id=tenant_id, facts=facts)
    return row.pk


def start(actor: Actor, drill_id: UUID) -> None:
    """Start a planned drill: its job takes up the contacts and asks them.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's.
        DrillStateError: it was started or stopped before.
    """
    permissions.require(actor, queries.MANAGE)
    row = queries.drill(actor, drill_id, queries.MANAGE)
    with write("registry.drill.start"):
        changed = Drill.objects.filter(pk=row.pk, state=DrillState.PLANNED).update(
            state=DrillState.RUNNING, started_at=clock.now()
        )
        if not changed:
            raise DrillStateError
        resume(actor, row)
        contrib.record(
            actor, Tag.STARTED, (queries.DRILL, row.pk), tenant_id=row.tenant_id, facts={"name": row.name}
        )


def resume(actor: Actor, row: Drill) -> UUID:
    """Queue the job of a running drill, once however often it is asked for; return the job's id."""
    return jobs.enqueue(JOB, {"drill": str(row.pk)}, actor=actor, unique=str(row.pk), tenant_id=row.tenant_id)


def stop(actor: Actor, drill_id: UUID, reason: str) -> None:
    """Stop a drill at once: nobody else is asked, and what has not left yet never leaves.

    Contacts whose outcome is known keep it; the others count as not asked.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's.
        DrillStateError: it has ended.
        phithak.core.outbox.errors.ReasonNeededError: the reason is too short.
    """
    permissions.require(actor, queries.MANAGE)
    row = queries.drill(actor, drill_id, queries.MANAGE)
    said = reason_of(reason)
    with write("registry.drill.stop"):
        changed = Drill.objects.filter(pk=row.pk, state__in=[DrillState.PLANNED, DrillState.RUNNING]).update(
            state=DrillState.STOPPED, closed_at=clock.now(), reason=said
        )
        if not changed:
            raise DrillStateError
        outbox.cancel_campaign(actor, row.pk, tenant_id=row.tenant_id, reason=said)
        facts = {"name": row.name, "reason": said}
        contrib.record(actor, Tag.STOPPED, (queries.DRILL, row.pk), tenant_id=row.tenant_id, facts=facts)


def monthly() -> list[UUID]:
    """Plan and start this month's drill of each centre, unless the setting is off or it was begun before."""
    if not settings.CONFIG.drill_monthly:
        return []
    today = clock.today()
    name = f"การซ้อมประจำเดือน{MONTHS_TH[today.month - 1]} {today.year + BE_OFFSET}"
    actor = actors.system("registry.drill_monthly")
    begun = []
    for tenant_id in queries.centres():
        row = queries.visible_to(actor).filter(tenant=tenant_id, name=name).first()
        drill_id = row.pk if row is not None else plan(actor, tenant_id, Plan(name))
        if row is None or row.state == DrillState.PLANNED:
            start(actor, drill_id)
            begun.append(drill_id)
    return begun


def _name(text: str) -> str:
    name = " ".join(normalize(text).split())
    if any(unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"} for char in text):
        raise _wrong(
            "name", "ชื่อการซ้อมมีอักขระที่มองไม่เห็น โปรดพิมพ์ใหม่", "the name holds invisible characters; type it anew"
        )
    if not 0 < len(name) <= NAME_MOST:
        raise _wrong(
            "name", f"ตั้งชื่อการซ้อม 1 ถึง {NAME_MOST} ตัวอักษร", f"give a name of 1 to {NAME_MOST} characters"
        )
    return name


def _known(field: str, values: Iterable[str], known: Iterable[str]) -> list[str]:
    wanted = sorted(set(values))
    allowed = set(known)
    for value in wanted:
        if value not in allowed:
            raise _wrong(field, f"ไม่รู้จัก “{value}”", f"“{value}” is not known")
    return wanted


def _countries(values: Iterable[str]) -> list[str]:
    wanted = sorted({value.strip().upper() for value in values})
    for value in wanted:
        if len(value) != _COUNTRY or not (value.isascii() and value.isalpha()):
            raise _wrong(
                "countries",
                f"“{value}” ไม่ใช่รหัสประเทศสองตัวอักษร",
                f"“{value}” is not a country code of two letters",
            )
    return wanted


def _minutes(value: int) -> int:
    if not MINUTES_LEAST <= value <= MINUTES_MOST:
        raise _wrong(
            "due_minutes",
            f"กำหนดตอบ {MINUTES_LEAST} ถึง {MINUTES_MOST} นาที",
            f"give {MINUTES_LEAST} to {MINUTES_MOST} minutes",
        )
    return value


def _wrong(field: str, th: str, en: str) -> InvalidInputError:
    return InvalidInputError(field=field, reason_th=th, reason_en=en)

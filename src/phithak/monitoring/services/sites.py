"""The roll-out: sites, their stage, and a pilot's configuration given to the next ones in one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from phithak.base import profile
from phithak.base.errors import NotFoundError
from phithak.core import contrib
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.db.transactions import write
from phithak.monitoring.errors import BadTemplateError, SiteTakenError
from phithak.monitoring.events import Tag
from phithak.monitoring.models import Sender, Site, Source
from phithak.monitoring.queries import doors
from phithak.monitoring.queries.projection import DIRECT, SENSOR_KINDS
from phithak.monitoring.queries.states import SenderKind, Stage
from phithak.monitoring.services.projecting import project
from phithak.registry.queries import organisations

SITE = "monitoring.site"
MOST_SITES = 50
_VERSION = 1
_MOST_SENDERS, _MOST_SOURCES = 10, 50


def candidates(actor: Actor, *, kind: str = "") -> list[tuple[UUID, str]]:
    """Return the organisations that the actor may add to the roll-out: id and name, those without a site.

    Args:
        actor: who asks.
        kind: of organisation; "" for all.
    """
    rows = organisations.listed(actor).exclude(pk__in=doors.visible_to(actor).values("tenant"))
    if actor.kind is not ActorKind.SYSTEM:
        # only who may manage: the centre, over its members
        rows = rows.filter(tenant__state="active")
    if kind:
        rows = rows.filter(kind=kind)
    return [(row.pk, str(organisations.name_of(row))) for row in rows.order_by("name_key", "pk")[:2000]]


def add_site(actor: Actor, *, tenant_id: UUID, wave: int = 1, pilot: bool = False, note: str = "") -> UUID:
    """Put an organisation into the roll-out.

    Raises:
        NotFoundError: no such organisation, or not the actor's to see.
        SiteTakenError: it is in the roll-out already.
    """
    organisations.organisation(actor, tenant_id)
    row = Site(tenant_id=tenant_id, state=Stage.PLANNED, wave=wave, pilot=pilot, note=note.strip())
    try:
        with write("monitoring.add_site"):
            row.save(force_insert=True)
            # who may not manage this organisation's site does not see what was just written
            doors.site(actor, row.pk, doors.MANAGE)
            contrib.record(actor, Tag.SITE_ADDED, (SITE, row.pk), tenant_id=tenant_id)
    except IntegrityError as error:
        raise SiteTakenError(field="tenant_id") from error
    return row.pk


def change_site(actor: Actor, site_id: UUID, *, state: Stage, wave: int, pilot: bool, note: str) -> None:
    """Say where a site stands in the roll-out."""
    row = doors.site(actor, site_id, doors.MANAGE)
    with write("monitoring.change_site"):
        Site.objects.filter(pk=row.pk).update(state=state, wave=wave, pilot=pilot, note=note.strip())
        contrib.record(
            actor, Tag.SITE_CHANGED, (SITE, row.pk), tenant_id=row.tenant_id, facts={"state": state.value}
        )


def set_quota(actor: Actor, site_id: UUID, *, events: int, size: int) -> None:
    """Say how much a site may send in a second; the intake follows within two seconds.

    Args:
        actor: needs ``monitoring.manage``.
        site_id: whose.
        events: a second, over all its senders; 0 for no limit.
        size: bytes a second, unpacked; 0 for no limit.
    """
    row = doors.site(actor, site_id, doors.MANAGE)
    with write("monitoring.set_quota"):
        Site.objects.filter(pk=row.pk).update(quota_events=events, quota_bytes=size)
        contrib.record(
            actor,
            Tag.QUOTA_SET,
            (SITE, row.pk),
            tenant_id=row.tenant_id,
            facts={"events": events, "bytes": size},
        )
    project()


def export_template(actor: Actor, site_id: UUID) -> dict[str, Any]:
    """Return a site's configuration as a template; what differs from site to site is left empty."""
    row = doors.site(actor, site_id, doors.MANAGE)
    senders = Sender.objects.filter(site=row, revoked_at=None).order_by("pk").prefetch_related("sources")
    made = {
        "phithak_site_template": _VERSION,
        "pilot": row.tenant.name_th,
        "senders": [
            {
                "name": one.name,
                "kind": one.kind,
                "caps": one.caps,
                "sources": [
                    {
                        "label": source.label,
                        "kind": source.kind,
                        "profile": source.profile,
                        "place": "" if source.local else source.place,
                        "local": source.local,
                    }
                    for source in sorted(one.sources.all(), key=lambda found: found.label)
                ],
            }
            for one in senders
        ],
    }
    with write("monitoring.export_template"):
        contrib.record(actor, Tag.TEMPLATE_EXPORTED, (SITE, row.pk), tenant_id=row.tenant_id)
    return made


def apply_template(actor: Actor, template: Any, tenant_ids: Sequence[UUID], *, wave: int = 2) -> list[UUID]:
    """Give many organisations a site each with what a template holds, in one step: all or none.

    Args:
        actor: needs ``monitoring.manage`` over each.
        template: as :func:`export_template` made it.
        tenant_ids: 1 to 50 organisations that have no site yet.
        wave: of the roll-out.

    Raises:
        BadTemplateError: the template is of the wrong form.
        NotFoundError: an organisation is not the actor's to see.
        SiteTakenError: one has a site already.
    """
    wanted = list(dict.fromkeys(tenant_ids))
    if not 1 <= len(wanted) <= MOST_SITES:
        raise _wrong("เลือก 1 ถึง 50 หน่วยงาน", "choose 1 to 50 organisations")
    plan = read_template(template)
    seen = set(organisations.listed(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    if seen != set(wanted):
        raise NotFoundError
    sites = [Site(tenant_id=one, state=Stage.PLANNED, wave=wave) for one in wanted]
    try:
        with write("monitoring.apply_template"):
            Site.objects.bulk_create(sites)
            if doors.visible_to(actor, doors.MANAGE).filter(pk__in=[row.pk for row in sites]).count() != len(
                sites
            ):
                raise NotFoundError
            _fill(sites, plan)
            for row in sites:
                contrib.record(
                    actor,
                    Tag.TEMPLATE_APPLIED,
                    (SITE, row.pk),
                    tenant_id=row.tenant_id,
                    facts={"pilot": str(template.get("pilot", ""))[:200]},
                )
    except IntegrityError as error:
        raise SiteTakenError(field="tenant_ids") from error
    project()
    return [row.pk for row in sites]


def _fill(sites: Sequence[Site], plan: Sequence[tuple[Sender, Sequence[Source]]]) -> None:
    senders: list[Sender] = []
    sources: list[Source] = []
    for site in sites:
        for pattern, kinds in plan:
            made = Sender(
                tenant_id=site.tenant_id, site=site, name=pattern.name, kind=pattern.kind, caps=pattern.caps
            )
            senders.append(made)
            sources += [
                Source(
                    sender=made,
                    label=one.label,
                    kind=one.kind,
                    profile=one.profile,
                    place=one.place,
                    local=one.local,
                )
                for one in kinds
            ]
    Sender.objects.bulk_create(senders)
    Source.objects.bulk_create(sources)


def read_template(told: Any) -> list[tuple[Sender, list[Source]]]:
    """Return the senders and sources of a template, not stored.

    Raises:
        BadTemplateError: of the wrong form, of another version, or a source without a privacy profile.
    """
    if not isinstance(told, dict) or told.get("phithak_site_template") != _VERSION:
        raise _wrong("ไฟล์นี้ไม่ใช่แม่แบบการติดตั้ง", "this is no template of a roll-out")
    senders = told.get("senders")
    if not isinstance(senders, list) or not 1 <= len(senders) <= _MOST_SENDERS:
        raise _wrong("แม่แบบต้องมีผู้ส่ง 1 ถึง 10 ตัว", "a template has 1 to 10 senders")
    plan = [_planned(one) for one in senders]
    if len({row.name for row, _ in plan}) != len(plan):
        raise _wrong("ชื่อผู้ส่งซ้ำกัน", "two senders have one name")
    return plan


def _planned(told: Any) -> tuple[Sender, list[Source]]:
    if not isinstance(told, dict) or told.get("kind") not in set(SenderKind):
        raise _wrong("ผู้ส่งไม่ถูกรูปแบบ", "a sender is of the wrong form")
    sources = told.get("sources")
    caps = told.get("caps", {})
    if not isinstance(sources, list) or len(sources) > _MOST_SOURCES or not isinstance(caps, dict):
        raise _wrong("แหล่งข้อมูลของผู้ส่งไม่ถูกรูปแบบ", "the sources of a sender are of the wrong form")
    found = [_source(one) for one in sources]
    if len({one.label for one in found}) != len(found):
        raise _wrong("ชื่อแหล่งข้อมูลซ้ำกัน", "two sources have one label")
    return Sender(name=_text(told, "name", 120), kind=told["kind"], caps=caps), found


def _source(told: Any) -> Source:
    if not isinstance(told, dict) or told.get("kind") not in {*SENSOR_KINDS, DIRECT}:
        raise _wrong("แหล่งข้อมูลไม่ถูกรูปแบบ", "a source is of the wrong form")
    if told.get("profile") not in profile.NAMES:
        raise _wrong("แหล่งข้อมูลไม่มีโปรไฟล์คุ้มครองข้อมูล", "a source has no privacy profile")
    place = told.get("place", "")
    if not isinstance(place, str) or len(place) > 300:  # noqa: PLR2004 - the column's length
        raise _wrong("ที่ตั้งของแหล่งข้อมูลยาวเกินไป", "the place of a source is too long")
    return Source(
        label=_text(told, "label", 64), kind=told["kind"], profile=told["profile"], place=place,
        local=told.get("local") is True,
    )  # fmt: skip


def _text(told: dict[str, Any], name: str, most: int) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= most:
        raise _wrong(f"{name} ต้องมี 1 ถึง {most} ตัวอักษร", f"{name} has 1 to {most} characters")
    return value.strip()


def _wrong(thai: str, english: str) -> BadTemplateError:
    return BadTemplateError(field="template", reason_th=thai, reason_en=english)

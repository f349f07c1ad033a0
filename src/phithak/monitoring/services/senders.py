"""Senders and their sources: added, given a token, switched, revoked."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from phithak.base import clock, profile
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.monitoring.errors import BadSourceError, NameTakenError, RevokedError
from phithak.monitoring.events import Tag
from phithak.monitoring.models import EnrolmentCode, Sender, Source, Turn
from phithak.monitoring.queries import doors
from phithak.monitoring.queries.projection import DIRECT, SENSOR_KINDS
from phithak.monitoring.queries.states import SenderKind, Side
from phithak.monitoring.services.projecting import project

SENDER, SOURCE = "monitoring.sender", "monitoring.source"
_LABEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True)
class SourceFacts:
    """What is known of a source.

    Attributes:
        label: small letters, digits, ``._-``; what the sender calls it.
        kind: way in which it is taken, of ``SENSOR_KINDS``, or ``direct`` for an agent.
        profile: privacy profile; without one the source is refused.
        place: path or address at the site, where known.
        local: the place differs from site to site.
    """

    label: str
    kind: str
    profile: str
    place: str = ""
    local: bool = False


def add_sender(actor: Actor, site_id: UUID, *, name: str, kind: SenderKind) -> UUID:
    """Add a sender to a site; it may send only once it has a token.

    Raises:
        NameTakenError: the site has one of this name.
    """
    site = doors.site(actor, site_id, doors.MANAGE)
    row = Sender(tenant_id=site.tenant_id, site=site, name=" ".join(name.split()), kind=kind)
    try:
        with write("monitoring.add_sender"):
            row.save(force_insert=True)
            _record(actor, Tag.SENDER_ADDED, row)
    except IntegrityError as error:
        raise NameTakenError(field="name", name=row.name) from error
    return row.pk


def issue_token(actor: Actor, sender_id: UUID) -> str:
    """Give an agent a token; it is shown once, and one that it had before holds no more.

    Raises:
        RevokedError: the sender was revoked.
    """
    row = doors.sender(actor, sender_id, doors.MANAGE)
    token = secrets.token_urlsafe(32)
    with write("monitoring.issue_token"):
        if not give_token(row, token, host=""):
            raise RevokedError
        _record(actor, Tag.TOKEN_ISSUED, row)
    project()
    return token


def give_token(row: Sender, token: str, *, host: str) -> bool:
    """Let a token be a sender's, in the open transaction; false when the sender was revoked."""
    return bool(
        Sender.objects.filter(pk=row.pk, revoked_at=None).update(
            token_hash=sha256(token.encode("ascii")).hexdigest(),
            enrolled_at=clock.now(),
            host=host,
            # whoever still has the old token is refused from now on, so a copy is none any more
            twin_at=None,
            twin="",
            beat={},
        )
    )


def revoke(actor: Actor, sender_id: UUID) -> None:
    """Let a sender send nothing any more, for good; the intake follows within two seconds."""
    row = doors.sender(actor, sender_id, doors.MANAGE)
    now = clock.now()
    with write("monitoring.revoke"):
        if not Sender.objects.filter(pk=row.pk, revoked_at=None).update(
            revoked_at=now, token_hash="", twin_at=None
        ):
            raise RevokedError
        EnrolmentCode.objects.filter(sender=row, used_at=None, ended_at=None).update(ended_at=now)
        _record(actor, Tag.REVOKED, row)
    project()


def add_source(actor: Actor, sender_id: UUID, facts: SourceFacts) -> UUID:
    """Add a source to a sender.

    Raises:
        BadSourceError: the label, the kind or the privacy profile cannot be used.
        NameTakenError: the sender has a source of that label.
    """
    row = doors.sender(actor, sender_id, doors.MANAGE)
    check(facts, SenderKind(row.kind))
    made = Source(
        sender=row,
        label=facts.label,
        kind=facts.kind,
        profile=facts.profile,
        place=facts.place.strip(),
        local=facts.local,
    )
    try:
        with write("monitoring.add_source"):
            made.save(force_insert=True)
            _newer(row.pk)
            contrib.record(
                actor,
                Tag.SOURCE_ADDED,
                (SOURCE, made.pk),
                tenant_id=row.tenant_id,
                facts={"label": made.label},
            )
    except IntegrityError as error:
        raise NameTakenError(field="label", name=facts.label) from error
    project()
    return made.pk


def place_source(actor: Actor, source_id: UUID, *, place: str) -> None:
    """Say where a source lies at its site: what a template left open."""
    row = doors.source(actor, source_id, doors.MANAGE)
    with write("monitoring.place_source"):
        Source.objects.filter(pk=row.pk).update(place=place.strip())
        contrib.record(
            actor,
            Tag.SOURCE_CHANGED,
            (SOURCE, row.pk),
            tenant_id=row.sender.tenant_id,
            facts={"label": row.label},
        )


def switch(actor: Actor, source_id: UUID, *, on: bool, reason: str = "") -> None:
    """Turn the centre's switch of a source; the site sees who and when, and why.

    A source is collected while neither side has switched it off; what the site switched off stays off.
    """
    row = doors.source(actor, source_id, doors.SWITCH)
    now = clock.now()
    with write("monitoring.switch"):
        if not Source.objects.filter(pk=row.pk).exclude(on=on).update(on=on):
            return
        Turn(
            source=row, side=Side.CENTRE, on=on, person=actor.name[:200], reason=reason.strip()[:200], at=now
        ).save(force_insert=True)
        _newer(row.sender_id)
        contrib.record(
            actor,
            Tag.SWITCHED,
            (SOURCE, row.pk),
            tenant_id=row.sender.tenant_id,
            facts={
                "label": row.label,
                "turned": "on" if on else "off",
                "side": Side.CENTRE.value,
                "person": actor.name,
            },
        )
    project()


def check(facts: SourceFacts, sender_kind: SenderKind) -> None:
    """Refuse a source that a sender of this kind cannot have.

    Raises:
        BadSourceError: the label, the kind or the privacy profile cannot be used.
    """
    kinds = SENSOR_KINDS if sender_kind is SenderKind.SENSOR else (DIRECT,)
    if not _LABEL.fullmatch(facts.label):
        raise BadSourceError(
            field="label", reason_th="ใช้ a-z 0-9 . _ - ไม่เกิน 64 ตัว", reason_en="use a-z 0-9 . _ -, at most 64"
        )
    if facts.kind not in kinds:
        raise BadSourceError(
            field="kind", reason_th=f"ใช้ได้เฉพาะ {', '.join(kinds)}", reason_en=f"use {', '.join(kinds)}"
        )
    if facts.profile not in profile.NAMES:
        raise BadSourceError(
            field="profile", reason_th="ต้องมีโปรไฟล์คุ้มครองข้อมูล", reason_en="a privacy profile is needed"
        )


def _newer(sender_id: UUID) -> None:
    """Let the sender's settings be of a new version, so that it fetches them at its next word."""
    Sender.objects.filter(pk=sender_id).update(settings_number=F("settings_number") + 1)


def _record(actor: Actor, tag: Tag, row: Sender) -> None:
    contrib.record(actor, tag, (SENDER, row.pk), tenant_id=row.tenant_id, facts={"name": row.name})

"""Submitting, returning and approving: two persons, never one's own, bound to the hash of words, plan and list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from phithak.base import clock
from phithak.base.errors import ForbiddenError
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.outbox.services.control import reason_of
from phithak.core.outbox.states import Channel
from phithak.notices import queries as wording
from phithak.notices import saying
from phithak.notices.errors import (
    CampaignChangedError,
    CampaignNotReadyError,
    CampaignSecondPersonError,
    NotApprovedError,
)
from phithak.notices.events import CampaignTag
from phithak.notices.models import Campaign, Recipient
from phithak.notices.queries import campaigns as queries
from phithak.notices.services.campaigns import sealing
from phithak.notices.services.campaigns.planning import record, refused
from phithak.notices.states import CampaignState

SAMPLE_CODE = "K7MP2X9T"
"""A code as recipients get one; all have this length."""


def submit(actor: Actor, campaign_id: UUID, *, seen: int) -> str:
    """Ask for the approval of a campaign whose list was gathered; return the seal that is to be approved.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's; or no person.
        CampaignStateError, CampaignChangedError: not in that state, or changed since it was looked at.
        CampaignNotReadyError: nobody to tell, a slot without a value, or an SMS that is too long.
    """
    row = queries.campaign(actor, campaign_id, queries.WRITE)
    _person(actor, queries.WRITE)
    if row.state != CampaignState.LISTED:
        raise refused(row.state)
    row.directory = wording.directories(row.tenant_id)
    check_ready(row)
    seal = sealing.seal_of(row)
    with write("notices.campaign.submit"):
        changed = Campaign.objects.filter(pk=row.pk, state=CampaignState.LISTED, version=seen).update(
            state=CampaignState.SUBMITTED, version=seen + 1, seal=seal, directory=row.directory,
            submitter=actor.user_id, submitted_at=clock.now(), reason="",
        )  # fmt: skip
        if not changed:
            raise CampaignChangedError
        record(actor, CampaignTag.SUBMITTED, row, count=row.recipients, hash=seal[:16])
    return seal


def send_back(actor: Actor, campaign_id: UUID, *, reason: str) -> None:
    """Return a submitted or approved campaign that has not started to who drafted it.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's.
        CampaignStateError: it is not submitted, or has started.
        phithak.core.outbox.errors.ReasonNeededError: the reason is too short.
    """
    row = queries.campaign(actor, campaign_id, queries.APPROVE)
    said = reason_of(reason)
    with write("notices.campaign.return"):
        changed = Campaign.objects.filter(
            pk=row.pk, state__in=[CampaignState.SUBMITTED, CampaignState.APPROVED]
        ).update(
            state=CampaignState.LISTED, version=row.version + 1, seal="", reason=said, submitter=None,
            submitted_at=None, approver=None, approved_at=None,
        )  # fmt: skip
        if not changed:
            raise refused(row.state)
        record(actor, CampaignTag.RETURNED, row, reason=said)


def approve(actor: Actor, campaign_id: UUID, *, seen: str) -> None:
    """Approve a submitted campaign as the second person.

    Args:
        actor: neither who drafted nor who submitted it.
        campaign_id: the campaign.
        seen: the seal that the approver looked at; it must still be that of words, plan and list.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's; or no person.
        CampaignSecondPersonError: the approver drafted or submitted it.
        CampaignStateError: it is not submitted.
        CampaignChangedError: words, plan or list are not those of the seal.
    """
    row = queries.campaign(actor, campaign_id, queries.APPROVE)
    _person(actor, queries.APPROVE)
    if row.state != CampaignState.SUBMITTED:
        raise refused(row.state)
    if actor.user_id in {row.author_id, row.submitter_id} or str(actor.user_id) in row.writers:
        raise CampaignSecondPersonError
    check_list(row)
    if seen != row.seal or sealing.seal_of(row) != seen:
        raise CampaignChangedError
    with write("notices.campaign.approve"):
        changed = Campaign.objects.filter(
            pk=row.pk, state=CampaignState.SUBMITTED, seal=seen, version=row.version
        ).update(
            state=CampaignState.APPROVED,
            version=row.version + 1,
            approver=actor.user_id,
            approved_at=clock.now(),
        )
        if not changed:
            raise CampaignChangedError
        record(actor, CampaignTag.APPROVED, row, hash=seen[:16])


def check_list(row: Campaign) -> None:
    """Refuse when the rows of the list are not those of its hash.

    Raises:
        CampaignChangedError: they are not.
    """
    if queries.list_root(row.pk) != row.list_hash:
        raise CampaignChangedError


def check_ready(row: Campaign) -> None:
    """Refuse a campaign that could not be sent as it is.

    Raises:
        CampaignNotReadyError: says what is missing.
        NotApprovedError: the wording was retired or changed since.
    """
    if not wording.is_intact(row.text):
        raise NotApprovedError(template=row.text.template.code)
    channels = Recipient.objects.filter(campaign=row, skipped="").values_list("channel", flat=True)
    used = sorted(set(channels.distinct()))
    if not used:
        raise CampaignNotReadyError(reason_th="ไม่มีผู้รับที่ส่งถึงได้", reason_en="there is nobody who could be told")
    missing: list[str] = []
    for said in samples(row, used):
        missing += [slot for slot in said.missing if slot not in missing]
        if said.sms is not None and said.sms.parts > saying.SMS_PARTS:
            raise CampaignNotReadyError(
                reason_th=f"SMS ยาว {said.sms.parts} ส่วน เกิน {saying.SMS_PARTS} ส่วน ย่อข้อความในแม่แบบ",
                reason_en=f"the SMS has {said.sms.parts} parts, more than {saying.SMS_PARTS}: shorten its template",
            )
    if missing:
        raise CampaignNotReadyError(
            reason_th=f"ช่องที่ยังไม่มีค่า: {' '.join(missing)}",
            reason_en=f"slots without a value: {' '.join(missing)}",
        )


def samples(row: Campaign, channels: list[str]) -> list[saying.Said]:
    """Return what recipients of each channel would be told, in each language that an SMS can have."""
    words = sealing.approved_words(row)
    due = (row.started_at or clock.now()) + timedelta(hours=row.due_hours)
    told = saying.Told(SAMPLE_CODE, url=f"{settings.CONFIG.public_url}/l/…/", due=due)
    found = []
    for channel in channels:
        found.append(saying.say(Channel(channel), words, told))
        english = Recipient.objects.filter(campaign=row, language="en", channel=channel)
        if channel == Channel.SMS and english.exists():
            found.append(saying.say(Channel.SMS, words, replace(told, language="en")))
    return found


def _person(actor: Actor, permission: str) -> None:
    if actor.user_id is None:
        raise ForbiddenError(permission=permission)

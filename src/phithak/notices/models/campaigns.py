"""Campaigns: one notice to many, to whom, what became of each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Campaign(TenantOwned):
    """One notice to many people, and how their answers are chased. ``seal`` is what the second person approved."""

    title = models.CharField(max_length=200)
    text = models.ForeignKey("notices.TemplateVersion", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)  # mail | sms: the way that is tried first
    answers = models.CharField(max_length=12, default="none")  # states.Answers
    source = models.CharField(max_length=60)  # a registered source of recipients
    source_args = models.JSONField(default=dict)
    about_kind = models.CharField(max_length=60, blank=True)  # the object of a higher room that it serves
    about_id = models.UUIDField(null=True, blank=True)
    facts = models.JSONField(default=dict)  # by slot; a date as {"date": "2026-11-24"}
    passed = models.JSONField(default=list)  # promises whose check has passed
    directory = models.JSONField(default=dict)  # the hotlines as they were when it was submitted
    tlp = models.CharField(max_length=12, default="AMBER")
    exercise = models.BooleanField(default=False)  # a rehearsal: no message is made
    urgent = models.BooleanField(default=False)
    day_only = models.BooleanField(default=False)
    calls_per_hour = models.PositiveIntegerField(default=0)  # what the hotline can take; 0 = all in one wave
    call_percent = models.PositiveSmallIntegerField(default=10)  # of those told, how many call
    due_hours = models.PositiveSmallIntegerField(default=24)
    chase = models.JSONField(default=list)  # [[hours after the first message, states.Step], …]
    state = models.CharField(max_length=10, default="draft")  # states.CampaignState
    version = models.PositiveIntegerField(default=1)
    recipients = models.PositiveIntegerField(default=0)
    list_hash = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    waves = models.PositiveIntegerField(default=0)
    next_wave = models.PositiveIntegerField(default=0)
    wave_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    writers = models.JSONField(
        default=list
    )  # everybody who ever changed it (user ids): none of them may approve
    submitter = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was stopped, returned or cancelled

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "wave_at"]),
            models.Index(fields=["about_kind", "about_id"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | Q(author__isnull=True) | ~Q(approver=F("author")),
                name="notices_campaign_approver_is_not_author",
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | Q(submitter__isnull=True) | ~Q(approver=F("submitter")),
                name="notices_campaign_approver_is_not_submitter",
            ),
        ]


class Recipient(Row):
    """Somebody who is told: handles and opaque keys, never a name or an address."""

    campaign = models.ForeignKey("notices.Campaign", on_delete=models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()  # in the approved list
    key = models.CharField(max_length=60)  # of the source, such as a contact's id
    party = models.UUIDField(null=True, blank=True)  # the organisation (tenant id) that is told through them
    language = models.CharField(max_length=2, default="th")
    mail_id = models.UUIDField(null=True, blank=True)  # vault handles
    sms_id = models.UUIDField(null=True, blank=True)
    channel = models.CharField(max_length=10, blank=True)  # by which they are told first; "" = by none
    skipped = models.CharField(max_length=20, blank=True)  # states.Skipped: why no message is made
    same_as = models.UUIDField(
        null=True, blank=True
    )  # the recipient who has the same address; its answer counts
    switched = models.CharField(max_length=20, blank=True)  # why another way than the campaign's is used
    wave = models.PositiveIntegerField(default=0)
    code_hash = models.CharField(max_length=64)  # keyed hash of the reference that they are told
    rounds = models.PositiveSmallIntegerField(default=0)  # messages so far
    message = models.ForeignKey("outbox.Message", null=True, on_delete=models.PROTECT, related_name="+")
    link_id = models.UUIDField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    step = models.PositiveSmallIntegerField(default=0)  # of the chase plan, the next one
    step_at = models.DateTimeField(null=True, blank=True)
    to_call = models.BooleanField(default=False)  # a person has to reach them otherwise
    answer = models.CharField(max_length=20, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=10, blank=True)  # states.How
    answered_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "key"], name="notices_recipient_once"),
            models.UniqueConstraint(fields=["campaign", "place"], name="notices_recipient_places"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "wave", "rounds", "place"], name="notices_next_of_wave"),
            models.Index(fields=["campaign", "answer", "due_at"], name="notices_silent"),
            models.Index(fields=["step_at"], condition=Q(step_at__isnull=False), name="notices_next_step"),
            models.Index(
                fields=["link_id"], condition=Q(link_id__isnull=False), name="notices_recipient_of_link"
            ),
            models.Index(fields=["code_hash"], name="notices_recipient_of_code"),
            models.Index(
                fields=["same_as"], condition=Q(same_as__isnull=False), name="notices_recipient_twins"
            ),
        ]


class Dispatch(Row):
    """One message to one recipient: the first, a reminder, or by another way; without a message it was rehearsed."""

    recipient = models.ForeignKey("notices.Recipient", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=10)  # states.Why
    channel = models.CharField(max_length=10)
    message = models.ForeignKey("outbox.Message", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "round"], name="notices_dispatch_rounds")
        ]

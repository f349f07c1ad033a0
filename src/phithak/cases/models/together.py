"""Working with others: meetings and what was promised there, requests, verifications, the report afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Meeting(TenantOwned):
    """A meeting that the centre (the tenant) calls about a case."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=200)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=300)
    agenda = models.TextField(blank=True)
    minutes = models.TextField(blank=True)
    minutes_by = models.CharField(max_length=250, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["begins_at"])]


class Invitee(Row):
    """An organisation that is invited, by its first contact; and what it answered."""

    meeting = models.ForeignKey("cases.Meeting", on_delete=models.PROTECT, related_name="invitees")
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(
        "registry.ContactPoint", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(max_length=10, blank=True)  # queries.meetstates.Answer, "" = none yet
    answered_by = models.CharField(max_length=250, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "organisation"], name="cases_invited_once")
        ]


class Commitment(Row):
    """What the invited agreed on; each of them acknowledges it."""

    meeting = models.ForeignKey("cases.Meeting", on_delete=models.PROTECT, related_name="commitments")
    text = models.CharField(max_length=1000)


class Acknowledgement(Row):
    """An organisation stands by a commitment."""

    commitment = models.ForeignKey("cases.Commitment", on_delete=models.PROTECT, related_name="acks")
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=250)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commitment", "organisation"], name="cases_acknowledged_once")
        ]


class Decision(Row):
    """What a meeting decided; it lives on as a task with an owner and a day."""

    meeting = models.ForeignKey("cases.Meeting", on_delete=models.PROTECT, related_name="decisions")
    text = models.CharField(max_length=300)
    due_on = models.DateField()
    remind_on = models.DateField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    task = models.ForeignKey("cases.Task", on_delete=models.PROTECT, related_name="+")


class Verification(Row):
    """A request to check something independently; results of one topic stand side by side."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="verifications")
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=200)
    due_on = models.DateField(null=True, blank=True)
    result = models.JSONField(default=list)  # pairs of a row's name and what was found there
    answered_by = models.CharField(max_length=250, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "topic", "organisation"], name="cases_asked_once")
        ]


class PostReport(Row):
    """A version of the report after the incident, as it was made from the case; another person approves it."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="post_reports")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="cases_report_versions"),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("made_by")),
                name="cases_report_by_two",
            ),
        ]

"""The case itself: what lists show, its texts, who takes part, its timeline, and what it was opened from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row

_FILTERED = [
    "tenant",
    "phase",
    "severity",
    "rsit",
    "rsit_also",
    "tlp",
    "level",
    "kind",
    "personal",
    "assignee",
]


class Case(TenantOwned):
    """An incident; the tenant leads it. Narrow: its texts lie in ``CaseBody``.

    ``version`` rises with each change of the facts that people edit together.
    """

    number = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)  # queries.states.CaseKind
    rsit = models.CharField(max_length=80, blank=True)  # queries.rsit
    rsit_also = models.CharField(max_length=80, blank=True)
    severity = models.PositiveSmallIntegerField(default=0)  # queries.states.Severity, 0 = not yet told
    priority = models.PositiveSmallIntegerField(default=0)  # severity and whether care suffers
    patient_safety = models.BooleanField(default=False)
    level = models.CharField(max_length=12, blank=True)  # queries.states.Level, "" = not yet judged
    level_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    level_at = models.DateTimeField(null=True, blank=True)
    tlp = models.CharField(max_length=12, default="AMBER")
    pap = models.CharField(max_length=6, default="AMBER")
    originator = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    personal = models.CharField(max_length=8, blank=True)  # queries.states.Personal, "" = not asked
    personal_look_on = models.DateField(null=True, blank=True)
    phase = models.CharField(max_length=14, default="triage")  # queries.states.Phase
    outcome = models.CharField(max_length=20, blank=True)  # queries.states.Outcome
    assignee = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        # each order of the list walks an index that also holds what the list is filtered by
        indexes: ClassVar = [
            models.Index(fields=["opened_at", "id", *_FILTERED], name="cases_by_opening"),
            models.Index(fields=["updated_at", "id", *_FILTERED], name="cases_by_change"),
            models.Index(fields=["priority", "id", *_FILTERED], name="cases_by_priority"),
            models.Index(fields=["number", "id", *_FILTERED], name="cases_by_number"),
            models.Index(fields=["personal", "personal_look_on"], name="cases_to_look_at"),
        ]


class CaseBody(Row):
    """The texts of a case."""

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="body")
    summary = models.TextField(blank=True)
    severity_reason = models.CharField(max_length=500, blank=True)
    level_reason = models.CharField(max_length=500, blank=True)
    closing = models.CharField(max_length=1000, blank=True)


class Party(Row):
    """An organisation in a case, in a role; ``sees`` lets its people see what is shared."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12)  # queries.states.PartyRole
    sees = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "sees", "case"], name="cases_of_party")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "organisation"], name="cases_party_once")
        ]


class Entry(Row):
    """A moment or note of a case; never changed, only struck with a reason."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12)  # queries.states.Moment
    at = models.DateTimeField()
    text = models.TextField()
    organisation = models.ForeignKey(
        "registry.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.CharField(max_length=500, blank=True)
    shared = models.BooleanField(default=False)  # parties see it
    by = models.CharField(max_length=250)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "at"])]


class Report(TenantOwned):
    """What somebody told the centre (the tenant); name and number of the caller lie in the vault, handles here."""

    channel = models.CharField(max_length=10)  # queries.states.Channel
    reporter = models.CharField(max_length=12)  # queries.states.Reporter
    organisation = models.ForeignKey(
        "registry.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    receipt = models.CharField(max_length=12, unique=True)  # a public reference
    title = models.CharField(max_length=200)
    text = models.TextField()
    patient_safety = models.BooleanField(default=False)
    caller_name = models.UUIDField(null=True, blank=True)
    caller_phone = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, default="new")  # queries.states.ReportState
    reason = models.CharField(max_length=500, blank=True)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="reports")
    verified = models.CharField(max_length=10, blank=True)  # queries.states.Verified
    verified_how = models.CharField(max_length=300, blank=True)
    verified_by = models.CharField(max_length=250, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "received_at"]),
            models.Index(fields=["received_at", "id", "tenant", "state"], name="cases_reports_in_order"),
        ]


class Origin(Row):
    """What a case was opened from by a service; the same thing opens one case, however often it is told."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="origins")
    source = models.CharField(max_length=40)  # such as detection.alert
    ref = models.CharField(max_length=100)
    organisation = models.ForeignKey(
        "registry.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField(max_length=200, unique=True)  # source, ref and organisation as one

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source=""), name="cases_origin_has_a_source")
        ]


class Counter(models.Model):
    """The last number given in a year."""

    name = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

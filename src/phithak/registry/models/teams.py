"""The operating unit: teams, shifts, and who comes next when nobody answers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Team(TenantOwned):
    """A team of an organisation, such as the night desk."""

    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)


class TeamMember(Row):
    """A person in a team."""

    team = models.ForeignKey("registry.Team", on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    lead = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "person"],
                condition=Q(ended_at__isnull=True),
                name="registry_one_seat_in_a_team",
            )
        ]


class Shift(Row):
    """A member of a team is on duty from one moment to another (UTC)."""

    team = models.ForeignKey("registry.Team", on_delete=models.PROTECT, related_name="shifts")
    member = models.ForeignKey("registry.TeamMember", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    duty = models.CharField(max_length=10, default="primary")  # primary | backup
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["team", "starts_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="registry_shift_ends_after_start"
            )
        ]


class EscalationStep(Row):
    """One step of a team's chain: after so many minutes without an answer, this contact is called."""

    team = models.ForeignKey("registry.Team", on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    after_minutes = models.PositiveSmallIntegerField()
    contact = models.ForeignKey(
        "registry.ContactPoint", on_delete=models.PROTECT, null=True, related_name="+"
    )
    on_duty = models.CharField(max_length=10, blank=True)  # primary | backup: whoever has that duty then
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "number"],
                condition=Q(ended_at__isnull=True),
                name="registry_one_step_per_number",
            )
        ]

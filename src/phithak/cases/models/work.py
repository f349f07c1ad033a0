"""Work on a case: tasks, the terms that give them their clocks, what is known of systems, what is learnt."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.db.models import Row


class Task(Row):
    """Something to do, at the centre or at an organisation; an unsafe step waits for an approver of the hospital."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="tasks")
    organisation = models.ForeignKey(
        "registry.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )  # None = the centre's own
    step = models.CharField(max_length=60, blank=True)  # playbook and step, such as ransomware.isolate
    title_th = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    policy = models.CharField(max_length=40, blank=True)  # the term that gave it its clock
    safe = models.BooleanField(default=True)  # for clinical systems
    state = models.CharField(max_length=10, default="open")  # queries.workstates.TaskState
    due_at = models.DateTimeField(null=True, blank=True)
    approver = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    done_by = models.CharField(max_length=250, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "state"]),
            models.Index(fields=["state", "due_at"]),
        ]


class PolicyTerm(Row):
    """A term that the centre set in place of the shipped one; new tasks take the newest, old ones keep theirs."""

    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=250)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "number"], name="cases_term_versions")
        ]


class Finding(Row):
    """What is said of a system, by whom: compromised, not compromised, unknown; never changed."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="findings")
    organisation = models.ForeignKey(
        "registry.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    system = models.CharField(max_length=200)
    state = models.CharField(max_length=16)  # queries.workstates.FindingState
    basis = models.CharField(max_length=10)  # queries.workstates.Basis
    method = models.CharField(max_length=300, blank=True)
    evidence = models.CharField(max_length=1000, blank=True)
    by = models.CharField(max_length=250)


class Technique(Row):
    """A step of the attack path, by its technique of ATT&CK."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="techniques")
    code = models.CharField(max_length=12)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "code"], name="cases_technique_once")
        ]


class Question(Row):
    """An open question of the root cause, until it is answered."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="questions")
    text = models.CharField(max_length=500)
    answer = models.CharField(max_length=2000, blank=True)
    answered_by = models.CharField(max_length=250, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)


class Outage(Row):
    """A service that is down, since when, and how people do without it."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="outages")
    organisation = models.ForeignKey(
        "registry.Organisation", null=True, on_delete=models.PROTECT, related_name="+"
    )
    service = models.CharField(max_length=200)
    care = models.BooleanField(default=False)  # care of patients depends on it
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    workaround = models.CharField(max_length=500, blank=True)


class Lesson(Row):
    """What was learnt: a new control, a new rule, or another change."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="lessons")
    kind = models.CharField(max_length=10)  # queries.workstates.LessonKind
    text = models.CharField(max_length=1000)
    by = models.CharField(max_length=250)


class RestrictedPart(Row):
    """A part of a case that opens to named people alone, such as who is suspected."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="parts")
    title = models.CharField(max_length=200)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")


class PartAccess(Row):
    """A person who may open a part, until a moment."""

    part = models.ForeignKey("cases.RestrictedPart", on_delete=models.PROTECT, related_name="accesses")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "user"], name="cases_part_access_once")
        ]


class PartEntry(Row):
    """What is written in a part; names lie in the vault, the handle here."""

    part = models.ForeignKey("cases.RestrictedPart", on_delete=models.PROTECT, related_name="entries")
    sealed = models.UUIDField()
    by = models.CharField(max_length=250)


class Guest(Row):
    """An external expert in one case, until a moment."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="guests")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "user"], name="cases_guest_once")]
        indexes: ClassVar = [models.Index(fields=["user", "until"])]

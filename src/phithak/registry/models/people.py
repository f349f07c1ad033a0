"""People, the positions that they hold, and how to reach them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Person(TenantOwned):
    """A person who works for an organisation; ``user`` when they have an account here."""

    title = models.CharField(
        max_length=60, blank=True
    )  # code of engines.thai titles and ranks, or as written
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    name_key = models.BinaryField(max_length=400)
    languages = models.JSONField(default=list)  # ISO 639-1
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    leaves_on = models.DateField(null=True, blank=True)  # access ends when that day begins in Bangkok
    left_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "name_key"]),
            # with the tenant, so that rows that a page skips are judged by the index alone
            models.Index(fields=["name_key", "id", "tenant"]),
            models.Index(
                fields=["leaves_on"],
                condition=Q(left_at__isnull=True, leaves_on__isnull=False),
                name="registry_person_leaving",
            ),
        ]


class Position(TenantOwned):
    """What a person is in an organisation (the tenant); a person may hold several at once."""

    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="positions")
    title_th = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=200, blank=True)
    kinds = models.JSONField(default=list)  # queries.people.ContactKind: the messages that fit this position
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "ended_at"])]


class DutyPattern(Row):
    """Hours that contacts share, so that "on duty now" is decided once for each pattern, not for each contact."""

    key = models.CharField(max_length=32, unique=True)  # queries.people_hours.duty_key
    time_zone = models.CharField(max_length=40)
    hours = models.JSONField(default=list)
    on_holidays = models.BooleanField(default=False)


class ContactPoint(TenantOwned):
    """Whom to reach in an organisation (the tenant) for one kind of message, and how."""

    kind = models.CharField(max_length=20)  # queries.people.ContactKind
    position = models.ForeignKey("registry.Position", on_delete=models.PROTECT, null=True, related_name="+")
    label_th = models.CharField(max_length=200)  # as the call sheet names it, such as "เวรไอที"
    label_en = models.CharField(max_length=200, blank=True)
    name_key = models.BinaryField(max_length=400, default=b"")  # of the label
    email_id = models.UUIDField(null=True, blank=True)  # vault handles
    phone_id = models.UUIDField(null=True, blank=True)
    other_email_id = models.UUIDField(null=True, blank=True)  # outside the organisation's own domains
    languages = models.JSONField(default=list)
    time_zone = models.CharField(max_length=40, default="Asia/Bangkok")
    hours = models.JSONField(default=list)  # [[weekday 0-6, "08:30", "16:30"], …]; [] = round the clock
    on_holidays = models.BooleanField(default=False)
    duty_key = models.CharField(max_length=32, default="always")  # its DutyPattern
    rank = models.PositiveSmallIntegerField(default=1)  # who is called first
    backup = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    system = models.ForeignKey(
        "registry.System", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    scope = models.CharField(max_length=300, blank=True)  # of a vendor: what it may be called for
    tlp_most = models.CharField(max_length=12, default="AMBER")
    key_fingerprint = models.CharField(max_length=64, blank=True)
    key_text = models.TextField(blank=True)  # public OpenPGP key or S/MIME certificate
    key_expires_at = models.DateTimeField(null=True, blank=True)
    liveness = models.CharField(max_length=10, default="unknown")  # green | amber | red | unknown
    answered_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    stale_since = models.DateTimeField(null=True, blank=True)  # no answer within the set period
    changed_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # the last change was told and holds
    needs_successor = models.BooleanField(default=False)  # ended without anybody to take over
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "kind", "rank"],
                condition=Q(ended_at__isnull=True),
                name="registry_contact_running",
            ),
            models.Index(
                fields=["name_key", "id", "tenant"],
                condition=Q(ended_at__isnull=True),
                name="registry_contact_by_name",
            ),
            models.Index(
                fields=["kind", "name_key", "id", "tenant"],
                condition=Q(ended_at__isnull=True),
                name="registry_contact_of_kind",
            ),
            models.Index(
                fields=["liveness", "name_key", "id", "tenant"],
                condition=Q(ended_at__isnull=True),
                name="registry_contact_of_liveness",
            ),
            models.Index(
                fields=["kind", "rank", "id"],
                condition=Q(ended_at__isnull=True),
                name="registry_contact_by_rank",
            ),
            models.Index(
                fields=["key_expires_at"],
                condition=Q(ended_at__isnull=True, key_expires_at__isnull=False),
                name="registry_contact_key_expiry",
            ),
            models.Index(
                fields=["tenant", "kind"],
                condition=Q(needs_successor=True),
                name="registry_contact_successor",
            ),
            models.Index(fields=["liveness", "kind"]),
        ]


class CallBudget(Row):
    """How many numbers a person opened within the hour; one row for each who ever did."""

    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)


class ContactLanguage(models.Model):
    """A language of a contact's ``languages`` once more, so that the few who speak a rare one are found by index."""

    id = models.BigAutoField(primary_key=True)
    contact = models.ForeignKey(
        "registry.ContactPoint", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    code = models.CharField(max_length=8)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "code"], name="registry_contact_language_once")
        ]
        indexes: ClassVar = [models.Index(fields=["code", "contact"])]


class CallSheet(TenantOwned):
    """An offline call sheet that was made for the centre or a member; the file is an encrypted PDF."""

    file_id = models.UUIDField()
    contacts = models.PositiveIntegerField()
    password_id = models.UUIDField()  # vault handle

"""Tables of the monitoring room; no decisions here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Site(TenantOwned):
    """An organisation's place in the roll-out."""

    state = models.CharField(max_length=12)  # queries.states.Stage
    wave = models.PositiveSmallIntegerField(default=1)
    pilot = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    quota_events = models.PositiveIntegerField(
        default=0
    )  # in a second, over all its senders; 0 means none is set
    quota_bytes = models.PositiveBigIntegerField(default=0)  # same
    template_of = models.ForeignKey("monitoring.Site", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], name="monitoring_one_site_per_tenant")
        ]


class Sender(TenantOwned):
    """A machine that sends; ``token_hash`` is the SHA-256 of its token, "" before it has one.

    ``heard_at`` is the centre's clock; ``beat`` the last heartbeat as it was told.
    """

    site = models.ForeignKey("monitoring.Site", on_delete=models.PROTECT, related_name="senders")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)  # queries.states.SenderKind
    token_hash = models.CharField(max_length=64, blank=True)
    caps = models.JSONField(default=dict)
    settings_number = models.PositiveIntegerField(default=1)
    enrolled_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.BigIntegerField(default=0)  # when the intake received it, microseconds since 1970
    beat = models.JSONField(default=dict)
    version = models.CharField(max_length=40, blank=True)
    host = models.CharField(max_length=200, blank=True)
    clashes = models.BigIntegerField(default=0)  # batch numbers used twice, as the ledger told last
    twin_at = models.DateTimeField(
        null=True, blank=True
    )  # since when two machines are seen under this identity
    twin = models.CharField(max_length=10, blank=True)  # queries.states.TwinSign

    class Meta:
        indexes: ClassVar = [models.Index(fields=["heard_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "name"], name="monitoring_sender_names"),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="monitoring_one_sender_per_token"
            ),
        ]


class Source(Row):
    """A kind of log of a sender, with the switches of both sides as they stand."""

    sender = models.ForeignKey("monitoring.Sender", on_delete=models.PROTECT, related_name="sources")
    label = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)  # how the sensor reads it
    profile = models.CharField(max_length=20)  # base.profile.NAMES
    place = models.CharField(max_length=300, blank=True)  # path or address at the site
    local = models.BooleanField(default=False)  # the place differs from site to site
    on = models.BooleanField(default=True)
    there_on = models.BooleanField(null=True)  # as the sensor told last
    events = models.BigIntegerField(default=0)
    dropped = models.JSONField(default=dict)
    fault = models.CharField(max_length=200, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "label"], name="monitoring_source_labels")
        ]


class Turn(Row):
    """One turn of a source's switch, at one side; never changed."""

    source = models.ForeignKey("monitoring.Source", on_delete=models.PROTECT, related_name="turns")
    side = models.CharField(max_length=10)  # queries.states.Side
    on = models.BooleanField()
    person = models.CharField(max_length=200)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "side", "at"], name="monitoring_one_turn_at_a_time")
        ]


class EnrolmentCode(Row):
    """A one-time code, told by telephone; only a keyed hash of it is kept."""

    sender = models.ForeignKey("monitoring.Sender", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)


class Sample(Row):
    """How a sender was, four times an hour."""

    sender = models.ForeignKey("monitoring.Sender", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()  # start of the quarter of an hour
    waiting = models.BigIntegerField(default=0)
    dropped = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)
    skew_ms = models.BigIntegerField(default=0)
    cpu = models.FloatField(default=0.0)
    memory = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "at"], name="monitoring_one_sample_a_quarter")
        ]


class Silence(Row):
    """A sender that fell silent: one signal until it is heard again."""

    sender = models.ForeignKey("monitoring.Sender", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    told_at = models.DateTimeField()
    cause = models.CharField(max_length=8)  # queries.states.Cause
    evidence = models.CharField(max_length=20)  # queries.states.Evidence
    ended_at = models.DateTimeField(null=True, blank=True)
    proven = models.CharField(max_length=8, blank=True)  # cause as it turned out

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sender"], condition=Q(ended_at__isnull=True), name="monitoring_one_open_silence"
            )
        ]


class RetentionAct(Row):
    """An act of the event store's retention that stands in the journal."""

    number = models.PositiveBigIntegerField(unique=True)


class SavedSearch(TenantOwned):
    """A search of events with a name, for everybody of the tenant that may search."""

    name = models.CharField(max_length=100)
    question = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="monitoring_search_names")
        ]

"""Agreements and the flows that they allow."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Agreement(TenantOwned):
    """A memorandum, contract or consent between organisations; the tenant keeps the record."""

    number = models.CharField(max_length=60)
    title_th = models.CharField(max_length=250)
    title_en = models.CharField(max_length=250, blank=True)
    kind = models.CharField(max_length=12)  # mou | contract | dpa | consent | order
    scope = models.TextField()
    data_kinds = models.JSONField(default=list)  # that may flow
    flows = models.JSONField(default=list)  # queries.agreements.Flow: what it provides for, beside scans
    scan_consent = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField()  # the last day
    state = models.CharField(max_length=10, default="draft")  # draft | signed | ended
    file_id = models.UUIDField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=500, blank=True)
    reminded_for = models.DateField(null=True, blank=True)  # the last day of which the keeper was reminded
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "ends_on"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="registry_agreement_number"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="registry_agreement_term"),
        ]


class AgreementParty(Row):
    """An organisation that is bound by an agreement."""

    agreement = models.ForeignKey("registry.Agreement", on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    signer = models.CharField(max_length=250, blank=True)
    signed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="registry_party_once")
        ]


class SharingRule(Row):
    """A flow that an agreement allows towards one of its parties; on or off."""

    agreement = models.ForeignKey("registry.Agreement", on_delete=models.PROTECT, related_name="rules")
    party = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    flow = models.CharField(max_length=12)  # sensor | sharing | data_flow | scan
    tlp_most = models.CharField(max_length=12, default="AMBER")
    data_kinds = models.JSONField(default=list)
    on = models.BooleanField(default=False)
    switched_at = models.DateTimeField(null=True, blank=True)
    switched_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)  # of TLP and kinds

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "party", "flow"], name="registry_rule_once")
        ]

"""Organisations, their names, and how they stand to each other."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from phithak.base import clock
from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Sector(Row):
    """A sector or a part of one; from a sector pack. ``code`` such as ``health`` or ``health.hospital``."""

    code = models.CharField(max_length=60, unique=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    words = models.JSONField(default=list)  # other names that people search by
    cii = models.BooleanField(default=False)  # a sector of critical information infrastructure by law
    pack = models.CharField(max_length=60)


class Organisation(models.Model):
    """A constituent. Its key is its tenant's id, which never changes, also when organisations are merged."""

    tenant = models.OneToOneField(
        "accounts.Tenant", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)
    name_th = models.CharField(max_length=250)
    name_en = models.CharField(max_length=250, blank=True)
    short_th = models.CharField(max_length=60, blank=True)
    short_en = models.CharField(max_length=60, blank=True)
    name_key = models.BinaryField(max_length=400)  # queries.sorting.name_key: sorts as a Thai dictionary does
    kind = models.CharField(max_length=40)  # queries.kinds.Kind
    sector = models.ForeignKey("registry.Sector", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=20, default="registered")  # queries.organisations.State
    country = models.CharField(max_length=2, default="TH")
    province = models.CharField(max_length=6, blank=True)  # ISO 3166-2, such as TH-50
    juristic_id = models.CharField(
        max_length=13, blank=True
    )  # of a juristic person; a citizen's lies in the vault
    owner_id = models.UUIDField(null=True, blank=True)  # vault handle of a natural person's national id
    is_juristic = models.BooleanField(default=True)
    revenue_thb = models.BigIntegerField(null=True, blank=True)  # a year, all services
    service_revenue_thb = models.BigIntegerField(null=True, blank=True)  # a year, of its largest service
    users_per_month = models.PositiveIntegerField(null=True, blank=True)
    size = models.CharField(max_length=10, default="unknown")  # large | medium | small | unknown
    size_rule = models.CharField(max_length=60, blank=True)  # rule and version that decided
    legal_roles = models.JSONField(default=list)  # controller | processor | platform | telecom_licensee …
    cii = models.CharField(max_length=12, default="none")  # none | candidate | designated; restricted
    address = models.CharField(max_length=500, blank=True)
    website = models.CharField(max_length=253, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    renewal_due = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name_key", "tenant"]),
            # what lists show: pages deep in the list are reached over the index alone
            models.Index(
                fields=["name_key", "tenant"], condition=Q(merged_into__isnull=True), name="registry_listed"
            ),
            models.Index(fields=["sector", "size"]),
            # what lists are filtered by most: the first page is read in order, without sorting all that match
            models.Index(fields=["province", "name_key", "tenant"]),
            models.Index(fields=["kind", "name_key", "tenant"]),
            models.Index(fields=["renewal_due"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["juristic_id"],
                condition=~Q(juristic_id="") & Q(merged_into__isnull=True),
                name="registry_one_organisation_per_juristic_id",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("tenant")),
                name="registry_merged_into_another",
            ),
        ]


class Alias(TenantOwned):
    """Another name of an organisation: former, brand, in Latin letters, as people misspell it."""

    text = models.CharField(max_length=250)
    folded = models.CharField(max_length=250, db_index=True)  # engines.thai loose fold
    kind = models.CharField(max_length=10, default="other")  # former | brand | latin | other

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "text"], name="registry_alias_once")
        ]


class MatchKey(models.Model):
    """A short key of a name or domain; two organisations that share one are compared as possible duplicates."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey("registry.Organisation", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80, db_index=True)


class Relation(Row):
    """One organisation stands over another: parent, platform, partner's operator, regulator; or both are partners."""

    over = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    under = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # queries.organisations.RelationKind
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["over", "under", "kind"],
                condition=Q(ended_at__isnull=True),
                name="registry_one_running_relation",
            ),
            models.CheckConstraint(condition=~Q(over=F("under")), name="registry_relation_of_two"),
        ]


class AuthorityScope(TenantOwned):
    """An authority (the tenant) sees the registrations of a sector."""

    sector = models.ForeignKey("registry.Sector", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "sector"],
                condition=Q(ended_at__isnull=True),
                name="registry_one_running_scope",
            )
        ]


class DuplicateProposal(Row):
    """Two records that may be one organisation; a person decides."""

    first = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("registry.Organisation", on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()  # of 100
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="open")  # open | merged | different
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "-score"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="registry_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="registry_pair_in_order"),
        ]

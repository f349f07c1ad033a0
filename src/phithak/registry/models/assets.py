"""What organisations own and run, where data lies, and which systems are joined."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Domain(TenantOwned):
    """A domain name of an organisation; ``name`` in ASCII (IDNA), lower case, no final dot."""

    name = models.CharField(max_length=253)
    shown = models.CharField(max_length=253)  # as people write it
    reversed = models.CharField(
        max_length=253, db_index=True
    )  # labels from the right, to find parents and children
    purpose = models.CharField(max_length=200, blank=True)
    claim = models.CharField(max_length=10, default="held")  # queries.assets.Claim: held | contested
    never_probe = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name"]), models.Index(fields=["claim", "created_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "name"], condition=Q(ended_at__isnull=True), name="registry_domain_once"
            )
        ]


class IpRange(TenantOwned):
    """A range of addresses; ``first`` and ``last`` as 32 hexadecimal digits, IPv4 mapped into IPv6.

    ``block`` is the smallest block of a power of two that holds the whole range, as ``digits/bits``: an address
    lies in at most 129 such blocks, so its owner is found by equality however many ranges there are.
    """

    cidr = models.CharField(max_length=90)  # as people write it: a block, or first-last
    first = models.CharField(max_length=32)
    last = models.CharField(max_length=32)
    block = models.CharField(max_length=36)
    purpose = models.CharField(max_length=200, blank=True)
    private = models.BooleanField(default=False)  # addresses that many networks use at once
    claim = models.CharField(max_length=10, default="held")  # queries.assets.Claim: held | contested
    never_probe = models.BooleanField(default=False)  # medical and OT ranges
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["first", "last"]),
            models.Index(fields=["block", "first"]),
            models.Index(fields=["claim", "created_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "cidr"], condition=Q(ended_at__isnull=True), name="registry_range_once"
            )
        ]


class System(TenantOwned):
    """An information system. The tenant owns it; who built it, runs it and controls its data stand apart."""

    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    name_key = models.BinaryField(max_length=400)  # queries.sorting.name_key
    purpose = models.CharField(max_length=500, blank=True)
    builder = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    operator = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    controller = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    builder_name = models.CharField(max_length=200, blank=True)  # of one that is not in the registry
    operator_name = models.CharField(max_length=200, blank=True)
    controller_name = models.CharField(max_length=200, blank=True)
    internet_facing = models.BooleanField(default=False)
    care_critical = models.BooleanField(default=False)  # care of patients depends on it
    url = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name_key"])]


class Software(TenantOwned):
    """A product and version that runs in an organisation, on a system when that is known."""

    system = models.ForeignKey(
        "registry.System", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    vendor = models.CharField(max_length=120, blank=True)
    product = models.CharField(max_length=120)
    release = models.CharField(max_length=80, blank=True)  # its version, as it says itself
    cpe = models.CharField(max_length=300, blank=True)
    purl = models.CharField(max_length=300, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=40, default="person")
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["product", "release"])]


class Device(TenantOwned):
    """A medical or other special device; never probed unless a person says otherwise."""

    kind = models.CharField(max_length=60)
    maker = models.CharField(max_length=120, blank=True)
    model = models.CharField(max_length=120, blank=True)
    firmware = models.CharField(max_length=80, blank=True)
    count = models.PositiveIntegerField(default=1)
    place = models.CharField(max_length=200, blank=True)
    system = models.ForeignKey(
        "registry.System", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    range = models.ForeignKey(
        "registry.IpRange", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # the network that it stands in
    never_probe = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)


class DataStore(TenantOwned):
    """A place where data lies; the tenant holds it."""

    name = models.CharField(max_length=200)
    name_key = models.BinaryField(max_length=400)  # queries.sorting.name_key
    place = models.CharField(max_length=20)  # queries.assets.Place: own_centre | public_cloud | …
    technique = models.CharField(max_length=20, default="other")  # bucket | database | file_share | paper …
    provider = models.CharField(max_length=120, blank=True)
    locator = models.CharField(max_length=500, blank=True)  # address of the bucket, name of the server
    system = models.ForeignKey(
        "registry.System", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    people = models.PositiveIntegerField(null=True, blank=True)  # whose data it holds, estimated
    exposure = models.CharField(max_length=10, default="unknown")  # public | private | unknown
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_how = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place", "exposure"]),
            models.Index(fields=["exposure", "checked_at"]),
            models.Index(fields=["name_key"]),
        ]


class DataStoreKind(Row):
    """One kind of data in a store, such as ``id_card_image``."""

    store = models.ForeignKey("registry.DataStore", on_delete=models.PROTECT, related_name="kinds")
    kind = models.CharField(max_length=40)  # queries.assets.DataKind

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "kind"], name="registry_store_kind_once")
        ]
        indexes: ClassVar = [models.Index(fields=["kind"])]


class DataLink(TenantOwned):
    """Data flows from one system to another, of any two organisations; the tenant wrote it down."""

    source = models.ForeignKey("registry.System", on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey("registry.System", on_delete=models.PROTECT, related_name="+")
    kinds = models.JSONField(default=list)
    method = models.CharField(max_length=60, blank=True)
    agreement = models.ForeignKey(
        "registry.Agreement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    active = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "target"],
                condition=Q(ended_at__isnull=True),
                name="registry_data_link_once",
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="registry_data_link_of_two"),
        ]

"""Lists of addresses that people keep, and addresses that want nothing by a channel."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class AddressList(TenantOwned):
    """A list of addresses under a name; the addresses lie in the vault."""

    name = models.CharField(max_length=200)
    entries = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "name"])]


class AddressListEntry(Row):
    """One addressee of a list: vault handles alone."""

    of = models.ForeignKey("notices.AddressList", on_delete=models.PROTECT, related_name="+")
    mail_id = models.UUIDField(null=True, blank=True)
    sms_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["of", "id"])]


class DoNotSend(TenantOwned):
    """An address that wants no notice by one channel: another one is used, or a person tells them otherwise."""

    channel = models.CharField(max_length=10)  # mail | sms
    address_id = models.UUIDField()  # vault handle
    reason = models.CharField(max_length=300)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "channel", "ended_at"])]

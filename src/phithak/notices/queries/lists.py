"""Reads of lists of addresses and of do-not-send entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from phithak.base.errors import InvalidInputError, NotFoundError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import rows_visible_to
from phithak.core.privacy import queries as privacy
from phithak.notices.models import AddressList, AddressListEntry, DoNotSend
from phithak.notices.sources import Source, Target

MANAGE = "notices.lists.manage"
LIST, BARRED = "notices.list", "notices.do_not_send"


def lists_visible_to(actor: Actor, permission: str = MANAGE) -> QuerySet[AddressList]:
    """Return the lists of the organisations in which the actor holds the permission."""
    return rows_visible_to(AddressList.objects.select_related("tenant"), actor, permission=permission)


def barred_visible_to(actor: Actor, permission: str = MANAGE) -> QuerySet[DoNotSend]:
    """Return the do-not-send entries of those organisations, ended ones too."""
    return rows_visible_to(DoNotSend.objects.select_related("tenant", "by"), actor, permission=permission)


def address_list(actor: Actor, list_id: UUID) -> AddressList:
    """Return one list.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
    """
    row = lists_visible_to(actor).filter(pk=list_id).first()
    if row is None:
        raise NotFoundError
    return row


def barred(actor: Actor, entry_id: UUID) -> DoNotSend:
    """Return one do-not-send entry; errors as :func:`address_list`."""
    row = barred_visible_to(actor).filter(pk=entry_id).first()
    if row is None:
        raise NotFoundError
    return row


def entries_of(row: AddressList) -> QuerySet[AddressListEntry]:
    """Return the entries of a list that was read through its door."""
    return AddressListEntry.objects.filter(of=row).order_by("pk")


def barred_tags(tenant_id: UUID) -> set[tuple[str, str]]:
    """Return channel and compare tag of every address that wants nothing by that channel."""
    rows = list(
        DoNotSend.objects.filter(tenant=tenant_id, ended_at__isnull=True).values_list("channel", "address_id")
    )
    tags = privacy.compare_tags(handle for _, handle in rows)
    return {(channel, tags[handle]) for channel, handle in rows if handle in tags}


# -- the source "a list of addresses" -------------------------------------------------------------------


def _check(actor: Actor, tenant_id: UUID, args: Mapping[str, Any]) -> dict[str, Any]:
    try:
        list_id = UUID(str(args.get("list", "")))
    except ValueError as error:
        raise InvalidInputError(
            field="list_id", reason_th="โปรดเลือกรายชื่อ", reason_en="choose a list"
        ) from error
    row = lists_visible_to(actor).filter(pk=list_id, tenant=tenant_id, ended_at__isnull=True).first()
    if row is None:
        raise InvalidInputError(
            field="list_id", reason_th="ไม่พบรายชื่อนี้ในหน่วยงาน", reason_en="there is no such list"
        )
    return {"list": str(row.pk)}


def _targets(actor: Actor, tenant_id: UUID, args: Mapping[str, Any]) -> Iterable[Target]:
    row = lists_visible_to(actor).filter(pk=args["list"], tenant=tenant_id).first()
    if row is None:
        raise NotFoundError
    for entry in entries_of(row).iterator(2000):
        yield Target(str(entry.pk), mail_id=entry.mail_id, sms_id=entry.sms_id)


def _names(actor: Actor, keys: Sequence[str]) -> Mapping[str, Text]:  # noqa: ARG001 - their masked address is all
    return {}


BY_LIST = Source("notices.list", Text("รายชื่อที่อยู่ที่เก็บไว้", "A list of addresses"), _check, _targets, _names)

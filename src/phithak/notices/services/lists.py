"""Lists of addresses, and addresses that want nothing by a channel. Addresses go into the vault as they come in."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from phithak.base import clock
from phithak.base.errors import InvalidInputError
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db import bulk
from phithak.core.db.transactions import chunks, write
from phithak.core.outbox.services.control import reason_of
from phithak.core.outbox.states import Channel
from phithak.core.privacy import services as privacy
from phithak.core.privacy.masks import Kind
from phithak.engines.thai import PhoneKind, ThaiFormatError, normalize, parse_phone
from phithak.notices.errors import BadAddressesError
from phithak.notices.events import CampaignTag
from phithak.notices.models import AddressList, AddressListEntry, DoNotSend
from phithak.notices.queries import lists as queries
from phithak.notices.services.rows import need_right_in

LINES_MOST = 20_000
NAME_MOST = 200
ADDRESS_MOST = 254
_SHOWN_LINES = 10


def make_list(actor: Actor, tenant_id: UUID, *, name: str) -> UUID:
    """Make an empty list of addresses.

    Raises:
        ForbiddenError, NotFoundError: no right in that organisation.
        InvalidInputError: the name cannot be stored.
    """
    need_right_in(actor, queries.MANAGE, tenant_id)
    title = " ".join(normalize(name).split())
    if not 0 < len(title) <= NAME_MOST:
        raise InvalidInputError(
            field="name",
            reason_th=f"ตั้งชื่อ 1 ถึง {NAME_MOST} ตัวอักษร",
            reason_en=f"give 1 to {NAME_MOST} characters",
        )
    row = AddressList(tenant_id=tenant_id, name=title)
    with write("notices.list.make"):
        row.save(force_insert=True)
        _record(actor, CampaignTag.LIST_MADE, row)
    return row.pk


def add_addresses(actor: Actor, list_id: UUID, text: str) -> int:
    """Add addressees to a list, one a line: an e-mail address, a mobile number, or both with a comma between.

    Every line is read before anything is stored; the same address twice is two entries, and told once.

    Returns:
        How many were added.

    Raises:
        NotFoundError: no such list, or not the actor's.
        BadAddressesError: names the lines that are no addresses.
        InvalidInputError: there are too many lines, or none.
    """
    row = queries.address_list(actor, list_id)
    read = _read(text)
    values = [(kind, value) for line in read for kind, value in line]
    handles = iter(privacy.seal_many(actor, values, tenant_id=row.tenant_id))
    entries = []
    for line in read:
        entry = AddressListEntry(of=row)
        for kind, _ in line:
            if kind is Kind.EMAIL:
                entry.mail_id = next(handles)
            else:
                entry.sms_id = next(handles)
        entries.append(entry)
    for part in chunks(entries):
        with write("notices.list.add"):
            bulk.insert_all(part)
            AddressList.objects.filter(pk=row.pk).update(entries=F("entries") + len(part))
            _record(actor, CampaignTag.LIST_GREW, row, len(part))
    return len(entries)


def end_list(actor: Actor, list_id: UUID) -> None:
    """Take a list out of use; campaigns that took it up keep their recipients.

    Raises:
        NotFoundError: no such list, or not the actor's.
    """
    row = queries.address_list(actor, list_id)
    with write("notices.list.end"):
        if AddressList.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=clock.now()):
            _record(actor, CampaignTag.LIST_ENDED, row)


def bar(actor: Actor, tenant_id: UUID, *, address: str, reason: str) -> UUID:
    """Note that an address wants no notices; the channel is that of the address.

    Raises:
        ForbiddenError, NotFoundError: no right in that organisation.
        BadAddressesError: it is no address.
        phithak.core.outbox.errors.ReasonNeededError: the reason is too short.
    """
    need_right_in(actor, queries.MANAGE, tenant_id)
    said = reason_of(reason)
    found = _line(address)
    if found is None or len(found) != 1:
        raise InvalidInputError(
            field="address",
            reason_th="ใส่อีเมลหรือเบอร์มือถือหนึ่งรายการ",
            reason_en="give one e-mail address or mobile number",
        )
    kind, value = found[0]
    channel = Channel.MAIL if kind is Kind.EMAIL else Channel.SMS
    handle = privacy.seal(actor, kind, value, tenant_id=tenant_id)
    row = DoNotSend(
        tenant_id=tenant_id, channel=channel.value, address_id=handle, reason=said, by_id=actor.user_id
    )
    with write("notices.do_not_send"):
        row.save(force_insert=True)
        contrib.record(
            actor, CampaignTag.BARRED, (queries.BARRED, row.pk), tenant_id=tenant_id,
            facts={"channel": channel.value, "reason": said},
        )  # fmt: skip
    return row.pk


def unbar(actor: Actor, entry_id: UUID) -> None:
    """End a do-not-send entry.

    Raises:
        NotFoundError: no such entry, or not the actor's.
    """
    row = queries.barred(actor, entry_id)
    with write("notices.do_not_send.end"):
        if DoNotSend.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=clock.now()):
            contrib.record(
                actor, CampaignTag.UNBARRED, (queries.BARRED, row.pk), tenant_id=row.tenant_id,
                facts={"channel": row.channel},
            )  # fmt: skip


def _read(text: str) -> list[list[tuple[Kind, str]]]:
    lines = [line for line in text.splitlines() if line.strip()]
    if not 0 < len(lines) <= LINES_MOST:
        raise InvalidInputError(
            field="addresses",
            reason_th=f"ใส่ 1 ถึง {LINES_MOST:,} บรรทัด",
            reason_en=f"give 1 to {LINES_MOST:,} lines",
        )
    read = [_line(line) for line in lines]
    bad = [number for number, line in enumerate(read, 1) if line is None]
    if bad:
        shown = ", ".join(map(str, bad[:_SHOWN_LINES])) + (" …" if len(bad) > _SHOWN_LINES else "")
        raise BadAddressesError(field="addresses", lines=shown)
    return [line for line in read if line is not None]


def _line(text: str) -> list[tuple[Kind, str]] | None:
    found = [_address(part.strip()) for part in text.replace(";", ",").split(",") if part.strip()]
    kinds = [one[0] for one in found if one is not None]
    if not found or len(kinds) != len(found) or len(set(kinds)) != len(kinds):
        return None
    return [one for one in found if one is not None]


def _address(text: str) -> tuple[Kind, str] | None:
    if "@" in text:
        name, _, host = text.partition("@")
        plain = all(char.isprintable() and not char.isspace() for char in text)
        right = (
            bool(name) and "." in host.strip(".") and "@" not in host and plain and len(text) <= ADDRESS_MOST
        )
        return (Kind.EMAIL, text) if right else None
    try:
        phone = parse_phone(text)
    except ThaiFormatError:
        return None
    return (Kind.PHONE, phone.number) if phone.kind in {PhoneKind.MOBILE, PhoneKind.FOREIGN} else None


def _record(actor: Actor, tag: CampaignTag, row: AddressList, count: int = 1) -> None:
    facts = {"name": row.name, "count": count}
    contrib.record(actor, tag, (queries.LIST, row.pk), tenant_id=row.tenant_id, facts=facts, count=count)

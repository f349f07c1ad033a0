"""Mails that tell the other side; rendered when they are sent, from the rows as they are then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.core.i18n import show
from phithak.core.outbox import services as outbox
from phithak.core.outbox.rendering import Context, Rendered, renderer
from phithak.core.outbox.states import Channel, Recipient
from phithak.registry.models import DataShare
from phithak.registry.queries import agreements
from phithak.registry.queries.shares import doors

RENDERER = "registry.share_told"
MOST_READERS = 20
_SYSTEM = actors.system("registry")
_WHAT = {
    "suspended": Text(
        "{giver_th} ระงับการให้ข้อมูลแก่ {holder_th}", "{giver_en} suspends its data to {holder_en}"
    ),
    "lifted": Text(
        "{giver_th} ยกเลิกการระงับข้อมูลแก่ {holder_th}",
        "{giver_en} lifted the suspension of its data to {holder_en}",
    ),
    "appealed": Text("{holder_th} อุทธรณ์การระงับข้อมูล", "{holder_en} appeals against the suspension"),
    "refused": Text(
        "ผลอุทธรณ์: {giver_th} ยังคงระงับข้อมูลแก่ {holder_th}",
        "Appeal refused: {giver_en} keeps its data to {holder_en} suspended",
    ),
}
_SUSPENDED = Text(
    "มีผล {effective_th}\nเหตุผล: {reason}\n\nหยุดใช้ข้อมูลที่ได้รับตั้งแต่เวลานั้น "
    "ถ้าไม่เห็นด้วย เข้าระบบแล้วเปิด ทะเบียน › ข้อตกลงและการให้ข้อมูล › การให้ข้อมูลต่อ เพื่ออุทธรณ์",
    "From {effective_en}\nReason: {reason}\n\nStop using the data from then on. "
    "If you disagree, log in and open Registry › Agreements and sharing › Data sharing to appeal.",
)
_SEE = Text(
    "เข้าระบบแล้วเปิด ทะเบียน › ข้อตกลงและการให้ข้อมูล › การให้ข้อมูลต่อ เพื่อดูเหตุผลและสถานะ",
    "Log in and open Registry › Agreements and sharing › Data sharing to see reason and state.",
)


def readers(row: DataShare, *, at_holder: bool) -> list[UUID]:
    """Return who is told: those who can appeal at the holder, or those who decide at the giver."""
    if at_holder:
        return agreements.people_with(row.holder_id, doors.APPEAL)[:MOST_READERS]
    return agreements.people_with(row.tenant_id, doors.MANAGE)[:MOST_READERS]


def tell(actor: Actor, row: DataShare, what: str, about: UUID, users: list[UUID]) -> None:
    """Queue one mail to each of the users, in the open transaction; once for each thing that is told.

    Args:
        actor: who acted.
        row: the link.
        what: ``suspended``, ``lifted``, ``appealed`` or ``refused``.
        about: the suspension or appeal.
        users: from :func:`readers`, read before the transaction.
    """
    for user_id in users:
        outbox.queue(
            actor,
            tenant_id=row.tenant_id,
            channel=Channel.MAIL,
            recipient=Recipient.user(user_id),
            renderer=RENDERER,
            params={"share": str(row.pk), "what": what},
            idempotency_key=f"share.{what}:{about}:{user_id}",
        )


@renderer(RENDERER)
def told(params: Mapping[str, Any], context: Context) -> Rendered:
    """Write the mail in the reader's language."""
    row = doors.share(_SYSTEM, UUID(params["share"]))
    giver, holder, what = doors.giver(row), doors.holder(row), str(params["what"])
    names = {"giver_th": giver.th, "giver_en": giver.en, "holder_th": holder.th, "holder_en": holder.en}
    subject = _WHAT[what].format(**names).in_language(context.language)
    body = _SEE
    newest = next(iter(doors.suspensions_of(row)), None)
    if what == "suspended" and newest is not None:
        body = _SUSPENDED.format(
            effective_th=show.moment(newest.effective_at, "th"),
            effective_en=show.moment(newest.effective_at, "en"),
            reason=newest.reason,
        )
    return Rendered(subject, f"{subject}\n{body.in_language(context.language)}")

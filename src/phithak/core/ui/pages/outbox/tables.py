"""Lists of the outbox: all messages, the unknown ones, the dead letters."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.core.outbox import queries
from phithak.core.outbox.models import Message
from phithak.core.outbox.states import Channel
from phithak.core.outbox.states import State as MessageState
from phithak.core.ui.states import State
from phithak.core.ui.tables import Column, Filter, Table

_TONES = {
    MessageState.ACCEPTED: "info",
    MessageState.DELIVERED: "good",
    MessageState.FAILED: "bad",
    MessageState.UNKNOWN: "unknown",
    MessageState.HELD: "warn",
    MessageState.SENDING: "info",
}


def badge(state: str) -> State:
    """Return a message's state as pages show it."""
    known = MessageState(state)
    return State(known.value, known.text, _TONES.get(known, "neutral"))


def table(actor: Actor, *, name: str = "messages", empty: Text, states: bool = True) -> Table:
    """Return a list of messages with masked recipients.

    Args:
        actor: who looks; decides which masks are shown.
        name: name of the list and of its exports.
        empty: what an empty list says.
        states: whether the list can be filtered by state.
    """
    masks: dict[UUID, str] = {}

    def read(rows: Sequence[Message]) -> None:
        masks.update(queries.recipients(actor, rows))

    filters = [
        Filter(
            "channel",
            Text("ช่องทาง", "Channel"),
            options=[(one.value, one.text) for one in Channel],
            apply=lambda rows, value: rows.filter(channel=value),
        )
    ]
    if states:
        filters.append(
            Filter(
                "state",
                Text("สถานะ", "State"),
                options=[(one.value, one.text) for one in MessageState],
                apply=lambda rows, value: rows.filter(state=value),
            )
        )
    return Table(
        name=name,
        columns=[
            Column(
                "created_at", Text("เข้าคิว", "Queued"), value="created_at", sort="created_at", kind="datetime",
                link=lambda row: reverse("outbox:message", args=[row.pk]),
            ),
            Column("channel", Text("ช่องทาง", "Channel"), value=lambda row: str(Channel(row.channel).text)),
            Column("recipient", Text("ผู้รับ (ปิดบัง)", "Recipient (masked)"),
                   value=lambda row: masks.get(row.pk, queries.NOBODY)),
            Column("renderer", Text("ชนิดข้อความ", "Kind of message"), value="renderer", kind="code"),
            Column("state", Text("สถานะ", "State"), value=lambda row: badge(row.state), kind="state"),
            Column("error", Text("รหัสเหตุ", "Reason code"), value="error", kind="code"),
            Column("attempts", Text("ส่งแล้ว (ครั้ง)", "Times sent"), value="attempts", kind="number"),
            Column("campaign", Text("ชุด", "Batch"), value=lambda row: str(row.campaign or ""), kind="code"),
        ],
        filters=filters,
        search=_search,
        default_sort="-created_at",
        empty=empty,
        beside=read,
    )  # fmt: skip


def _search(rows: QuerySet[Message], words: str) -> QuerySet[Message]:
    """Narrow to a message, a batch or a provider's id that was pasted in, or to a kind of message."""
    return queries.matching(rows, words, _uuid(words))


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words.rpartition(".")[0] or words)
    except ValueError:
        return None

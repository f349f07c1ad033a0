"""List pages of campaigns, recipients, address lists and do-not-send entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from phithak.base.text import Text
from phithak.core.privacy import queries as privacy
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.notices.models import AddressList, Campaign, DoNotSend, Recipient
from phithak.notices.queries import campaigns as queries
from phithak.notices.states import ANSWER_TEXTS, NEEDS_US, Answers, CampaignState, Delivery, How, Skipped
from phithak.registry.queries.people import TLP

_STATE, _CHANNEL = Text("สถานะ", "State"), Text("ช่องทาง", "Channel")
_RECIPIENT, _ORGANISATION = Text("ผู้รับ", "Recipient"), Text("หน่วยงาน", "Organisation")
_DELIVERY, _ANSWER = Text("การส่ง", "Delivery"), Text("คำตอบ", "Answer")
_TENANT = Text("หน่วยงานผู้แจ้ง", "Sending organisation")
CHANNELS = {channel.value: channel.text for channel in queries.CHANNELS}
NEEDS = "needs_us"
_ANSWER_TONES = {"help": "bad", "could_not": "warn", "declined": "neutral", "not_applicable": "neutral"}


def campaign_state(row: Campaign) -> State:
    """Return a campaign's state as a badge."""
    state = CampaignState(row.state)
    return State(state.value, state.text, state.tone)


def delivery_state(row: Any) -> State:
    """Return what became of a recipient's latest message as a badge."""
    delivery = Delivery(row.delivery)
    if delivery is Delivery.SKIPPED and row.skipped:
        return State(delivery.value, Skipped(row.skipped).text, delivery.tone)
    return State(delivery.value, delivery.text, delivery.tone)


def answer_state(row: Recipient) -> State | str:
    """Return a recipient's answer as a badge; "" where none is asked or expected."""
    if row.answer:
        text = ANSWER_TEXTS.get(row.answer, Text(row.answer, row.answer))
        return State(row.answer, text, _ANSWER_TONES.get(row.answer, "good"))
    if row.campaign.answers == Answers.NONE or row.skipped == Skipped.SAME_ADDRESS:
        return ""
    if row.to_call:
        return State("to_call", Text("ต้องโทรหา", "To be called"), "bad")
    return State("silent", Text("ยังไม่ตอบ", "Not answered"), "warn") if row.rounds else ""


def tenant_name(row: Campaign | AddressList | DoNotSend) -> Text:
    """Return the name of the organisation that a row belongs to."""
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)


def _tlp(name: str) -> Text:
    label = f"TLP:{name}"
    return Text(label, label)


def _name_them(rows: Sequence[Any]) -> None:
    # the rows went through the door of their campaign; the source is asked as the campaign's organisation
    parties = queries.parties(rows)
    by_tenant: dict[Any, list[Any]] = {}
    for row in rows:
        by_tenant.setdefault(row.campaign.tenant_id, []).append(row)
    names: dict[Any, Text] = {}
    for tenant_id, group in by_tenant.items():
        names |= queries.names(queries.actor_of(tenant_id), group)
    for row in rows:
        row.shown = names.get(row.pk, Text("•••", "•••"))
        row.organisation = parties.get(row.party, "") if row.party else ""


def _mask_them(rows: Sequence[Any]) -> None:
    masks = privacy.masked(row.address_id for row in rows)
    for row in rows:
        row.shown = masks.get(row.address_id, "•••")


def _mask_entries(rows: Sequence[Any]) -> None:
    masks = privacy.masked(handle for row in rows for handle in (row.mail_id, row.sms_id) if handle)
    for row in rows:
        row.mail, row.sms = masks.get(row.mail_id, ""), masks.get(row.sms_id, "")


def _of_answer(rows: Any, value: str) -> Any:
    if value == "none":
        return rows.filter(queries.silent_condition())
    return rows.filter(answer__in=NEEDS_US) if value == NEEDS else rows.filter(answer=value)


def _of_call(rows: Any, value: str) -> Any:
    return (
        rows.filter(to_call=value == "yes", answer="")
        if value == "yes"
        else rows.exclude(to_call=True, answer="")
    )


_ANSWER_OPTIONS = [
    ("none", Text("ยังไม่ตอบ", "Not answered")),
    (NEEDS, Text("ขอความช่วยเหลือหรือทำไม่ได้", "Needs our help")),
    *ANSWER_TEXTS.items(),
]
_CALL = Filter(
    "call",
    Text("การติดตาม", "Follow-up"),
    options=[
        ("yes", Text("ต้องโทรหรือแจ้งทางอื่น", "To be called or reached otherwise")),
        ("no", Text("ระบบติดตามอยู่", "By the system")),
    ],
    apply=_of_call,
)

CAMPAIGNS = Table(
    name="campaigns",
    columns=[
        Column(
            "title",
            Text("การแจ้ง", "Campaign"),
            value="title",
            sort="title",
            link=lambda row: reverse("notices:campaign", args=[row.pk]),
        ),
        Column("state", _STATE, value=campaign_state, sort="state", kind="state"),
        Column("channel", _CHANNEL, value=lambda row: CHANNELS.get(row.channel, row.channel), sort="channel"),
        Column("recipients", Text("ผู้รับ", "Recipients"), value="recipients", sort="recipients", kind="number"),
        Column("answers", Text("ขอคำตอบ", "Answer asked"), value=lambda row: Answers(row.answers).text),
        Column("tlp", Text("TLP", "TLP"), value=lambda row: f"TLP:{row.tlp}", sort="tlp", kind="code"),
        Column("started", Text("เริ่ม", "Started"), value="started_at", sort="started_at", kind="datetime"),
        Column("ended", Text("จบ", "Ended"), value="ended_at", sort="ended_at", kind="datetime"),
        Column("tenant", _TENANT, value=tenant_name),
    ],
    filters=[
        Filter(
            "state",
            _STATE,
            options=[(state.value, state.text) for state in CampaignState],
            apply=lambda rows, value: rows.filter(state=value),
        ),
        Filter(
            "channel",
            _CHANNEL,
            options=list(CHANNELS.items()),
            apply=lambda rows, value: rows.filter(channel=value),
        ),
        Filter(
            "tlp",
            Text("TLP", "TLP"),
            options=[(name, _tlp(name)) for name in TLP],
            apply=lambda rows, value: rows.filter(tlp=value),
        ),
    ],
    search=queries.matching,
    default_sort="-created_at",
    empty=Text("ยังไม่มีการแจ้ง กด “ร่างการแจ้ง” เพื่อเริ่ม", "No campaign yet. Draft one to begin."),
)

_COLUMNS = [
    Column(
        "recipient",
        _RECIPIENT,
        value="shown",
        link=lambda row: reverse("notices:recipient", args=[row.pk]),
    ),
    Column("organisation", _ORGANISATION, value="organisation"),
    Column("channel", _CHANNEL, value=lambda row: CHANNELS.get(row.channel, ""), sort="channel"),
    Column("delivery", _DELIVERY, value=delivery_state, sort="delivery", kind="state"),
    Column("answer", _ANSWER, value=answer_state, sort="answer", kind="state"),
    Column("rounds", Text("ครั้ง", "Messages"), value="rounds", sort="rounds", kind="number"),
    Column("due", Text("ตอบภายใน", "Due"), value="due_at", sort="due_at", kind="datetime"),
    Column("answered", Text("ตอบเมื่อ", "Answered"), value="answered_at", sort="answered_at", kind="datetime"),
]
_DELIVERY_FILTER = Filter(
    "delivery",
    _DELIVERY,
    options=[(one.value, one.text) for one in Delivery],
    apply=lambda rows, value: rows.filter(queries.condition_of(Delivery(value))),
)
_CHANNEL_FILTER = Filter(
    "channel", _CHANNEL, options=list(CHANNELS.items()), apply=lambda rows, value: rows.filter(channel=value)
)

RECIPIENTS = Table(
    name="recipients",
    columns=[
        Column("place", Text("ลำดับ", "No."), value=lambda row: row.place + 1, sort="place", kind="number"),
        *_COLUMNS,
        Column(
            "wave",
            Text("ระลอก", "Wave"),
            value=lambda row: "" if row.skipped else row.wave + 1,
            sort="wave",
            kind="number",
        ),
        Column(
            "how", Text("ตอบทาง", "Answered by"), value=lambda row: How(row.how).text if row.answer else ""
        ),
    ],
    filters=[
        _DELIVERY_FILTER,
        Filter("answer", _ANSWER, options=_ANSWER_OPTIONS, apply=_of_answer),
        _CHANNEL_FILTER,
        _CALL,
    ],
    search=queries.matching_recipients,
    default_sort="place",
    beside=_name_them,
    empty=Text(
        "ยังไม่มีผู้รับ กด “รวบรวมผู้รับ” ในหน้าการแจ้ง", "No recipients yet. Gather them on the campaign's page."
    ),
)

SILENT = Table(
    name="silent",
    columns=[
        *_COLUMNS[:2],
        Column(
            "campaign",
            Text("การแจ้ง", "Campaign"),
            value=lambda row: row.campaign.title,
            link=lambda row: reverse("notices:campaign", args=[row.campaign_id]),
        ),
        *_COLUMNS[2:7],
        Column("next", Text("ขั้นต่อไป", "Next step"), value="step_at", sort="step_at", kind="datetime"),
    ],
    filters=[_CALL, _DELIVERY_FILTER, _CHANNEL_FILTER],
    search=queries.matching_recipients,
    default_sort="due_at",
    beside=_name_them,
    empty=Text("ทุกคนที่ถามตอบแล้ว", "Everybody who was asked has answered."),
)

LISTS = Table(
    name="lists",
    columns=[
        Column(
            "name",
            Text("รายชื่อ", "List"),
            value="name",
            sort="name",
            link=lambda row: reverse("notices:list", args=[row.pk]),
        ),
        Column("entries", Text("ราย", "Entries"), value="entries", sort="entries", kind="number"),
        Column("made", Text("สร้างเมื่อ", "Made"), value="created_at", sort="created_at", kind="datetime"),
        Column(
            "state",
            _STATE,
            value=lambda row: (
                State("ended", Text("เลิกใช้", "Ended"), "neutral")
                if row.ended_at
                else State("active", Text("ใช้อยู่", "In use"), "good")
            ),
            kind="state",
        ),
        Column("tenant", _ORGANISATION, value=tenant_name),
    ],
    filters=[
        Filter(
            "state",
            _STATE,
            options=[("active", Text("ใช้อยู่", "In use")), ("ended", Text("เลิกใช้", "Ended"))],
            apply=lambda rows, value: rows.filter(ended_at__isnull=value == "active"),
        )
    ],
    search=lambda rows, words: rows.filter(name__icontains=words),
    default_sort="name",
    empty=Text("ยังไม่มีรายชื่อ กด “เพิ่มรายชื่อ”", "No lists yet. Add one."),
)

ENTRIES = Table(
    name="entries",
    columns=[
        Column("mail", Text("อีเมล", "E-mail"), value="mail"),
        Column("sms", Text("มือถือ", "Mobile"), value="sms"),
        Column("added", Text("เพิ่มเมื่อ", "Added"), value="created_at", sort="created_at", kind="datetime"),
    ],
    default_sort="pk",
    beside=_mask_entries,
    template="notices/campaigns/list.html",
    empty=Text("ยังไม่มีที่อยู่ วางรายชื่อในช่องด้านบน", "No addresses yet. Paste them above."),
)

BARRED = Table(
    name="barred",
    columns=[
        Column(
            "address",
            Text("ที่อยู่", "Address"),
            value="shown",
            link=lambda row: reverse("notices:barred", args=[row.pk]),
        ),
        Column("channel", _CHANNEL, value=lambda row: CHANNELS.get(row.channel, row.channel), sort="channel"),
        Column("reason", Text("เหตุผล", "Reason"), value="reason"),
        Column("since", Text("ตั้งแต่", "Since"), value="created_at", sort="created_at", kind="datetime"),
        Column(
            "state",
            _STATE,
            value=lambda row: (
                State("ended", Text("ยกเลิกแล้ว", "Ended"), "neutral")
                if row.ended_at
                else State("active", Text("มีผล", "In force"), "info")
            ),
            kind="state",
        ),
        Column("tenant", _ORGANISATION, value=tenant_name),
    ],
    filters=[
        Filter(
            "state",
            _STATE,
            options=[("active", Text("มีผล", "In force")), ("ended", Text("ยกเลิกแล้ว", "Ended"))],
            apply=lambda rows, value: rows.filter(ended_at__isnull=value == "active"),
        ),
        _CHANNEL_FILTER,
    ],
    default_sort="-created_at",
    beside=_mask_them,
    empty=Text("ยังไม่มีใครขอไม่รับข้อความ", "Nobody asked for no messages."),
)

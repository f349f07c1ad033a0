"""The lists of the journal's pages."""

from __future__ import annotations

from functools import partial

from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.journal import queries
from phithak.core.journal.models import Checkpoint, Entry
from phithak.core.journal.queries import CheckpointView, narrowing
from phithak.core.journal.queries import entries as reading
from phithak.core.ui.states import State
from phithak.core.ui.tables import Column, Filter, Table

_LONG_ID = 20
KINDS = {
    ActorKind.USER: Text("ผู้ใช้", "User"),
    ActorKind.TOKEN: Text("โทเค็น API", "API token"),
    ActorKind.SYSTEM: Text("ระบบ", "The system itself"),
    ActorKind.PUBLIC: Text("ประชาชน", "The public"),
}


def entries_table(actor: Actor) -> Table:
    """Return the list of entries; its filter offers the tags and kinds that the actor can see."""
    return Table(
        name="journal",
        columns=[
            Column(
                "what",
                Text("สิ่งที่เกิดขึ้น", "What happened"),
                value=queries.readable,
                link=lambda row: reverse("journal:detail", args=[row.pk]),
            ),
            Column("at", Text("เวลา", "Time"), value="at", sort="at", kind="datetime"),
            Column("actor", Text("ผู้กระทำ", "By"), value="actor_name"),
            Column("object", Text("สิ่งที่ถูกกระทำ", "Object"), value=_object, kind="code"),
            Column("tag", Text("รหัสเหตุการณ์", "Tag"), value="tag", sort="tag", kind="code"),
        ],
        filters=[
            Filter("tag", Text("เหตุการณ์", "Event"), options=partial(_tags, actor), apply=narrowing.of_tag),
            Filter(
                "by",
                Text("ชนิดผู้กระทำ", "Kind of actor"),
                options=[(kind.value, text) for kind, text in KINDS.items()],
                apply=narrowing.of_actor_kind,
            ),
            Filter(
                "object",
                Text("ชนิดสิ่งที่ถูกกระทำ", "Kind of object"),
                options=partial(_objects, actor),
                apply=narrowing.of_object_kind,
            ),
        ],
        search=narrowing.matching,
        empty=Text(
            "ไม่มีรายการที่ตรงกับที่เลือก ลองล้างตัวกรอง ค้นด้วยชื่อ รหัส หรือวันที่ เช่น 21 พ.ย. 2569",
            "No entries match. Clear the filter, or search by name, id or a date such as 21 พ.ย. 2569.",
        ),
        template="journal/list.html",
    )


def checkpoints_table(last: CheckpointView | None) -> Table:
    """Return the list of checkpoints; ``last`` is the newest witnessed one, which vouches for all before it."""
    return Table(
        name="checkpoints",
        columns=[
            Column(
                "size",
                Text("จำนวนรายการ", "Entries"),
                value="size",
                sort="size",
                kind="number",
                link=lambda row: reverse("journal:checkpoint", args=[row.epoch, row.size]),
            ),
            Column("epoch", Text("ชุดที่", "Epoch"), value="epoch", sort="epoch", kind="number"),
            Column("at", Text("ลงนามเมื่อ", "Signed at"), value="at", sort="at", kind="datetime"),
            Column("witness", Text("พยาน", "Witness"), value=partial(witness_state, last), kind="state"),
            Column(
                "root", Text("รากของต้นไม้", "Root"), value=lambda row: bytes(row.root).hex()[:16], kind="code"
            ),
        ],
        empty=Text(
            "ยังไม่มีจุดตรวจ ระบบลงนามภายในไม่กี่วินาทีหลังมีรายการ",
            "No checkpoints yet; one is signed seconds after an entry",
        ),
    )


def witness_state(last: CheckpointView | None, row: Checkpoint) -> State:
    """Return whether a witness vouches for a checkpoint; without one it is never shown as good."""
    if last is not None and (row.epoch, row.size) <= (last.epoch, last.size):
        return State("witnessed", Text("มีพยาน", "Witnessed"), "good")
    return State("not witnessed", Text("ยังไม่มีพยาน", "Not yet witnessed"), "unknown")


def _object(row: Entry) -> str:
    """Return kind and the end of the id, where ids of the same minute differ; the entry's page has it whole."""
    short = f"…{row.object_id[-6:]}" if len(row.object_id) > _LONG_ID else row.object_id
    return f"{row.object_kind} {short}"


def _tags(actor: Actor) -> list[tuple[str, Text]]:
    return [(tag, Text(tag, tag)) for tag in reading.tags(actor)]


def _objects(actor: Actor) -> list[tuple[str, Text]]:
    return [(kind, Text(kind, kind)) for kind in reading.object_kinds(actor)]

"""List pages of cases and reports."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse

from phithak.base.text import Text
from phithak.cases.models import Case, Report
from phithak.cases.queries import reading, rsit
from phithak.cases.queries.states import (
    TLP,
    CaseKind,
    Channel,
    Level,
    Personal,
    Phase,
    ReportState,
    Severity,
    Verified,
)
from phithak.core.accounts.actors import Actor
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.registry.queries import organisations

_OPEN, _ALL = "open", "all"
_PERSONAL = Text("ข้อมูลส่วนบุคคล", "Personal data")
_UNJUDGED = State("none", Text("ยังไม่ประเมิน", "Not judged"), "unknown")
PERSONAL = {
    "": State("unasked", Text("ยังไม่ตอบ", "Not answered"), "unknown"),
    "yes": State("yes", Text("กระทบ", "Touched"), "bad"),
    "no": State("no", Text("ไม่กระทบ", "Not touched"), "neutral"),
    "unknown": State("unknown", Personal.UNKNOWN.text, "warn"),
}


def level_state(row: Case) -> State:
    """Return the level of section 60 as a badge."""
    if not row.level:
        return _UNJUDGED
    found = Level(row.level)
    tones = {Level.CRISIS: "bad", Level.CRITICAL: "bad", Level.NON_CRITICAL: "warn"}
    return State(found.value, found.text, tones.get(found, "neutral"))


def _name(row: Case) -> Text | None:
    user = row.assignee
    return Text(user.name_th or user.name_en, user.name_en or user.name_th) if user else None


def cases_table(actor: Actor) -> Table:
    """Return the list of cases as an actor may see it; "mine" is the actor's own."""
    mine = Filter(
        "assignee",
        Text("ผู้รับผิดชอบ", "Assigned to"),
        [("me", Text("ฉัน", "Me")), ("nobody", Text("ยังไม่มีใคร", "Nobody"))],
        lambda rows, value: (
            rows.filter(assignee=actor.user_id) if value == "me" else rows.filter(assignee__isnull=True)
        ),
    )
    return Table(
        name="cases",
        columns=[
            Column("number", Text("เลขที่", "Number"), value="number", sort="number", link=_page),
            Column("title", Text("เรื่อง", "Title"), value="title"),
            Column(
                "severity",
                Text("ความรุนแรง", "Severity"),
                value=lambda row: Severity(row.severity).state,
                sort="priority",
                kind="state",
            ),
            Column("phase", Text("ขั้น", "Phase"), value=lambda row: Phase(row.phase).state, kind="state"),
            Column("personal", _PERSONAL, value=lambda row: PERSONAL[row.personal], kind="state"),
            Column("assignee", Text("ผู้รับผิดชอบ", "Assigned to"), value=_name),
            Column("opened", Text("เปิดเมื่อ", "Opened"), value="opened_at", sort="opened_at", kind="datetime"),
            Column("updated", Text("แก้ล่าสุด", "Last change"), value="updated_at", sort="updated_at", kind="datetime"),
            Column("tlp", Text("TLP", "TLP"), value=lambda row: f"TLP:{row.tlp}", kind="code"),
            Column("kind", Text("ชนิด", "Kind"), value=lambda row: CaseKind(row.kind).text),
        ],
        filters=[
            Filter("phase", Text("ขั้น", "Phase"),
                   [(_OPEN, Text("ยังไม่ปิด", "All open")), *((one.value, one.text) for one in Phase),
                    (_ALL, Text("ทั้งหมด", "All"))],
                   _of_phase, default=_OPEN),
            Filter("severity", Text("ความรุนแรง", "Severity"),
                   [(str(one.value), one.text) for one in reversed(Severity)],
                   lambda rows, value: rows.filter(severity=int(value))),
            Filter("kind", Text("ชนิด", "Kind"), [(one.value, one.text) for one in CaseKind],
                   lambda rows, value: rows.filter(kind=value)),
            Filter("rsit", Text("ชั้น RSIT", "Class (RSIT)"), list(rsit.CLASSES.items()),
                   lambda rows, value: rows.filter(Q(rsit=value) | Q(rsit_also=value))),
            Filter("personal", Text("ข้อมูลส่วนบุคคล", "Personal data"),
                   [("unasked", PERSONAL[""].text), *((one.value, one.text) for one in Personal)],
                   lambda rows, value: rows.filter(personal="" if value == "unasked" else value)),
            Filter("level", Text("มาตรา 60", "Section 60"),
                   [("unjudged", _UNJUDGED.text), *((one.value, one.text) for one in Level)],
                   lambda rows, value: rows.filter(level="" if value == "unjudged" else value)),
            Filter("tlp", Text("TLP", "TLP"), [(one, Text(f"ระดับ TLP:{one}", f"TLP:{one}")) for one in TLP],
                   lambda rows, value: rows.filter(tlp=value)),
            mine,
        ],
        search=reading.searched,
        ranked=reading.ranked,
        default_sort="-opened_at",
        empty=Text("ไม่มีเคส เปิดเคสใหม่ หรือรับรายงานเข้าเคส", "No cases. Open one, or take a report in."),
    )  # fmt: skip


def _of_phase(rows: QuerySet[Case], value: str) -> QuerySet[Case]:
    if value == _ALL:
        return rows
    return rows.exclude(phase=Phase.CLOSED) if value == _OPEN else rows.filter(phase=value)


def _page(row: Case) -> str:
    return reverse("cases:case", args=[row.pk])


def organisation_of(row: Report) -> Text | None:
    """Return the name of a report's organisation."""
    return organisations.name_of(row.organisation) if row.organisation else None


def verified_state(row: Report) -> State | None:
    """Return whether the caller was called back; None for what did not come by telephone."""
    return Verified(row.verified).state if row.verified else None


REPORTS = Table(
    name="reports",
    columns=[
        Column("receipt", Text("เลขรับ", "Receipt"), value="receipt", kind="code",
               link=lambda row: reverse("cases:report", args=[row.pk])),
        Column("title", Text("เรื่อง", "Title"), value="title"),
        Column("organisation", Text("หน่วยงาน", "Organisation"), value=organisation_of),
        Column("channel", Text("มาทาง", "Channel"), value=lambda row: Channel(row.channel).text),
        Column("verified", Text("ยืนยันตัวผู้โทร", "Caller verified"), value=verified_state, kind="state"),
        Column("state", Text("สถานะ", "State"), value=lambda row: ReportState(row.state).state, kind="state"),
        Column("received", Text("รับเมื่อ", "Received"), value="received_at", sort="received_at", kind="datetime"),
    ],
    filters=[
        Filter("state", Text("สถานะ", "State"), [(one.value, one.text) for one in ReportState],
               lambda rows, value: rows.filter(state=value)),
        Filter("channel", Text("มาทาง", "Channel"), [(one.value, one.text) for one in Channel],
               lambda rows, value: rows.filter(channel=value)),
    ],
    search=lambda rows, words: rows.filter(Q(title__icontains=words) | Q(receipt__iexact=words)),
    default_sort="-received_at",
    empty=Text("ยังไม่มีรายงานเหตุ", "No reports yet"),
)  # fmt: skip

TIMELINE = Table(
    name="timeline",
    columns=[
        Column("at", Text("เวลา", "Time"), value="at", sort="at", kind="datetime"),
        Column("kind", Text("อะไร", "What"), value="title"),
        Column("text", Text("ข้อความ", "Text"), value="text"),
        Column("organisation", Text("หน่วยงาน", "Organisation"), value="organisation"),
        Column("evidence", Text("หลักฐาน", "Evidence"), value="evidence"),
        Column("by", Text("โดย", "By"), value="by"),
        Column("struck", Text("ขีดออกเพราะ", "Struck because"), value="why"),
    ],
    default_sort="at",
    empty=Text("ยังไม่มีอะไรในไทม์ไลน์", "Nothing in the timeline yet"),
)

"""Imports: upload, what the file would do, its columns, the run, the result and its faulty rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages.files.views import checked
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import Column, Filter, State, Table
from phithak.registry.forms.joining import ColumnsForm, UploadForm
from phithak.registry.models import ImportRow, ImportRun
from phithak.registry.queries import sectors
from phithak.registry.queries.joining import imports as queries
from phithak.registry.queries.joining.imports import IMPORT, ImportState, RowState
from phithak.registry.services import joining
from phithak.registry.services.joining import leftovers
from phithak.registry.sheets import writing
from phithak.registry.sheets.columns import LAYOUTS
from phithak.registry.sheets.encodings import CHOICES as ENCODINGS
from phithak.registry.sheets.texts import DELIMITERS

_LIST = Text("นำเข้าจากไฟล์", "Imports from files")
_NEW = Text("นำเข้าไฟล์ใหม่", "Import a file")
_ONE = Text("การนำเข้า", "Import")
_TONES = {
    ImportState.CHECKING: "info",
    ImportState.CHECKED: "warn",
    ImportState.RUNNING: "info",
    ImportState.DONE: "good",
    ImportState.FAILED: "bad",
    ImportState.CANCELLED: "neutral",
}
_ROW_TONES = {
    RowState.FAULT: "bad",
    RowState.CHANGE: "info",
    RowState.ADDED: "good",
    RowState.CHANGED: "good",
    RowState.SAME: "neutral",
}
_BUSY = {ImportState.CHECKING, ImportState.RUNNING}


def badge(row: ImportRun) -> State:
    """Return the state of an import as a badge."""
    state = queries.settled(row)
    return State(state.value, state.text, _TONES[state])


TABLE = Table(
    name="imports",
    columns=[
        Column("at", Text("เมื่อ", "When"), value="created_at", sort="created_at", kind="datetime"),
        Column(
            "name",
            Text("ไฟล์", "File"),
            value="name",
            link=lambda row: reverse("registry:import", args=[row.pk]),
        ),
        Column("kind", Text("ในไฟล์", "Holds"), value=lambda row: LAYOUTS[row.kind].title),
        Column("rows", Text("แถว", "Rows"), value="rows", kind="number"),
        Column("added", Text("เพิ่ม", "Added"), value="added", kind="number"),
        Column("changed", Text("แก้", "Changed"), value="changed", kind="number"),
        Column("same", Text("เหมือนเดิม", "The same"), value="same", kind="number"),
        Column("faults", Text("ผิด", "At fault"), value="faults", kind="number"),
        Column("state", Text("สถานะ", "State"), value=badge, kind="state"),
    ],
    filters=[
        Filter(
            "state",
            Text("สถานะ", "State"),
            options=[(state.value, state.text) for state in ImportState],
            apply=lambda rows, value: rows.filter(state=value),
        )
    ],
    search=lambda rows, told: rows.filter(name__icontains=told),
    default_sort="-created_at",
    empty=Text("ยังไม่เคยนำเข้า กดนำเข้าไฟล์ใหม่เพื่อเริ่ม", "Nothing was imported yet. Begin with a file."),
)


def _row_text(row: ImportRow) -> Text:
    if row.state in {RowState.CHANGE, RowState.CHANGED}:
        return Text(", ".join(one["th"] for one in row.faults), ", ".join(one["en"] for one in row.faults))
    parts = [(one["column"], one["th"], one["en"]) for one in row.faults]
    return Text(
        " · ".join(f"{column}: {th}" if column else th for column, th, _ in parts),
        " · ".join(f"{column}: {en}" if column else en for column, _, en in parts),
    )


ROWS = Table(
    name="import-rows",
    columns=[
        Column("number", Text("แถวในไฟล์", "Row of the file"), value="number", sort="number", kind="number"),
        Column(
            "state",
            Text("ผล", "Outcome"),
            value=lambda row: State(row.state, RowState(row.state).text, _ROW_TONES[RowState(row.state)]),
            kind="state",
        ),
        Column("told", Text("คอลัมน์และเหตุ", "Column and reason"), value=_row_text),
        Column(
            "organisation",
            Text("หน่วยงาน", "Organisation"),
            value=lambda row: row.organisation.name_th if row.organisation else "",
            link=lambda row: (
                reverse("registry:organisation", args=[row.organisation_id]) if row.organisation_id else None
            ),
        ),
    ],
    filters=[
        Filter(
            "state",
            Text("ผล", "Outcome"),
            options=[(state.value, state.text) for state in RowState],
            apply=lambda rows, value: rows.filter(state=value),
        )
    ],
    default_sort="number",
    empty=Text("ไม่มีแถวที่ผิดหรือเปลี่ยน", "No row is at fault or changes"),
    template="registry/joining/import.html",
)


@page(IMPORT, title=_LIST)
def index(request: Request) -> HttpResponseBase:
    """List the imports."""
    actions = [
        (_NEW, reverse("registry:new_import")),
        (Text("ส่งออกทะเบียน", "Export the registry"), reverse("registry:export")),
    ]
    return TABLE.respond(request, rows=queries.runs_visible_to(request.actor), title=_LIST, actions=actions)


@page(IMPORT, title=_NEW, methods=("GET", "POST"))
def new(request: Request) -> HttpResponseBase:
    """Take a file, read it at once, and queue its check; ``?sample=`` gives an empty table of all headings."""
    layout = LAYOUTS.get(request.GET.get("sample", ""))
    if layout is not None:
        return _csv([[str(item.title) for item in layout.fields]], f"{layout.name}.csv")
    posted = request.method == "POST"
    form = UploadForm(
        request.POST if posted else None, request.FILES if posted else None, sectors=sectors.choices()
    )
    made: list[UUID] = []

    def store(data: dict[str, Any]) -> None:
        sent = checked(data["file"])
        defaults = {"kind": data["default_kind"], "sector": data["default_sector"]}
        made.append(
            joining.upload(request.actor, sent, name=sent.name or "", kind=data["kind"], defaults=defaults)
        )

    if form.submit(store):
        return redirect("registry:import", made[0])
    return show_form(request, form, "registry/joining/new_import.html", {"title": _NEW})


@page(IMPORT, title=_ONE)
def one(request: Request, run_id: UUID) -> HttpResponseBase:
    """Show an import: how the file was read, what it would do or has done, and its rows."""
    row = queries.run(request.actor, run_id)
    return ROWS.respond(
        request,
        rows=queries.rows_of(row),
        title=Text(f"นำเข้า {row.name}", f"Import {row.name}"),
        context=_shown(row),
    )


@page(IMPORT, title=_ONE)
def progress(request: Request, run_id: UUID) -> HttpResponseBase:
    """Answer the fragment of the progress; when the work has ended the whole page is loaded anew."""
    row = queries.run(request.actor, run_id)
    answer = render(request, "ui/_progress.html", _bar(row))
    if queries.settled(row) not in _BUSY:
        answer["HX-Refresh"] = "true"
    return answer


@page(IMPORT, title=Text("คอลัมน์และวิธีอ่านไฟล์", "Columns, and how the file is read"), methods=("GET", "POST"))
def columns(request: Request, run_id: UUID) -> HttpResponseBase:
    """Change how a file is read and which column is what; it is checked anew."""
    row = queries.run(request.actor, run_id)
    read = queries.decided(row)
    chosen = row.read.get("chosen", {})
    initial = {
        **{f"column_{place}": name for place, name in row.columns.items()},
        **{name: chosen.get(name, "") for name in ("encoding", "delimiter", "sheet")},
        "header": chosen.get("header") or None,
    }
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        layout=LAYOUTS[row.kind],
        header=read.header,
        sheets=read.sheets,
    )

    def store(_data: dict[str, Any]) -> None:
        joining.choose(
            request.actor,
            run_id,
            columns=form.columns(),
            options=form.options(),
            defaults=row.read.get("defaults", {}),
        )

    if form.submit(store):
        messages.success(request, str(Text("ตรวจไฟล์ใหม่แล้วแสดงผลในหน้านี้", "The file is checked anew.")))
        return redirect("registry:import", run_id)
    shown = {"run": row, "read": read, "title": Text("คอลัมน์และวิธีอ่านไฟล์", "Columns, and how the file is read")}
    return show_form(request, form, "registry/joining/columns.html", shown)


@page(IMPORT, title=_ONE, methods=("POST",))
def start(request: Request, run_id: UUID) -> HttpResponseBase:
    """Run a checked import."""
    joining.start(request.actor, run_id)
    return redirect("registry:import", run_id)


@page(IMPORT, title=_ONE, methods=("POST",))
def cancel(request: Request, run_id: UUID) -> HttpResponseBase:
    """Stop an import."""
    joining.cancel(request.actor, run_id)
    messages.success(request, str(Text("ยกเลิกแล้ว แถวที่เข้าไปแล้วยังอยู่", "Cancelled. Rows that went in stay.")))
    return redirect("registry:import", run_id)


@page(IMPORT, title=_ONE, methods=("POST",))
def faulty(request: Request, run_id: UUID) -> HttpResponseBase:
    """Send the faulty rows as they came, with a column that says what is wrong; the journal has it first."""
    lines = leftovers.faulty_rows(request.actor, run_id)
    return _csv(lines, f"faults-{run_id}.csv")


def _csv(rows: Any, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(writing.csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _bar(row: ImportRun) -> dict[str, Any]:
    told = queries.progress(row)
    return {
        "running": queries.settled(row) in _BUSY,
        "url": reverse("registry:import_progress", args=[row.pk]),
        "done": told.done if told else 0,
        "total": told.total if told else row.rows,
    }


def _shown(row: ImportRun) -> dict[str, Any]:
    read = queries.decided(row)
    state = queries.settled(row)
    layout = LAYOUTS[row.kind]
    fields = {item.name: item.title for item in layout.fields}
    mapped = [
        (
            name or f"#{place + 1}",
            fields.get(row.columns.get(str(place), "")),
            [line[place] for line in read.sample if place < len(line)],
        )
        for place, name in enumerate(read.header)
    ]
    return {
        "run": row,
        "badge": badge(row),
        "busy": state in _BUSY,
        "checked": state is ImportState.CHECKED,
        "changeable": state in {ImportState.CHECKED, ImportState.FAILED},
        "cancellable": state in {*_BUSY, ImportState.CHECKED},
        "plan": [
            (Text("จะเพิ่ม", "To add"), row.plan.get("add", 0)),
            (Text("จะแก้", "To change"), row.plan.get("change", 0)),
            (Text("เหมือนเดิม", "The same"), row.plan.get("same", 0)),
            (Text("ผิด ไม่เข้า", "At fault, left out"), row.plan.get("fault", 0)),
        ],
        "good": sum(row.plan.get(name, 0) for name in ("add", "change", "same")),
        "counts": [
            (Text("เพิ่มแล้ว", "Added"), row.added, "added"),
            (Text("แก้แล้ว", "Changed"), row.changed, "changed"),
            (Text("เหมือนเดิม", "The same"), row.same, "same"),
            (Text("ผิด ไม่เข้า", "At fault, left out"), row.faults, "fault"),
        ],
        "read": read,
        "encoding": ENCODINGS.get(read.encoding),
        "delimiter": DELIMITERS.get(read.delimiter),
        "kind": layout.title,
        "mapped": mapped,
        **_bar(row),
    }

"""Requests and imports over the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field, File, Form
from ninja.files import UploadedFile

from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, paginate
from phithak.core.ui.pages.files.views import checked
from phithak.registry.api.calls import Calls, filled, pair
from phithak.registry.models import ChangeRequest, ImportRow, ImportRun
from phithak.registry.queries.joining import imports, requests
from phithak.registry.queries.joining.imports import IMPORT
from phithak.registry.queries.joining.requests import DECIDE, MAKE, VIEW, FieldDifference
from phithak.registry.services import joining
from phithak.registry.sheets import Options

router = Router()
asking = Calls(router, view=VIEW, manage=DECIDE)
importing = Calls(router, view=IMPORT, manage=IMPORT)


class DifferenceOut(Schema):
    """One field of a request: what the record says now, and what is asked."""

    field: str
    now_th: str
    now_en: str
    asked_th: str
    asked_en: str
    moved: bool


class RequestOut(Schema):
    """A request; ``version`` is the record's, to be sent back with the approval."""

    id: UUID
    kind: str
    reference: str
    state: str
    name_th: str
    name_en: str
    organisation_id: UUID | None
    version: int
    reason: str
    created_at: datetime
    decided_at: datetime | None
    differences: list[DifferenceOut]


class ApproveIn(Schema):
    """The version of the record that was looked at; 0 for a registration."""

    version: int = Field(0, ge=0, le=2_147_483_647)


class RefuseIn(Schema):
    """Why, at least five characters; the other side gets it."""

    reason: str = Field(max_length=1000)


class ImportIn(Schema):
    """What is in the file, and how it is read; empty = found out."""

    kind: str = Field("organisations", max_length=20)
    encoding: str = Field("", max_length=20)
    delimiter: str = Field("", max_length=1)
    sheet: str = Field("", max_length=100)
    header: int = Field(0, ge=0, le=20)
    default_kind: str = Field("", max_length=40)
    default_sector: str = Field("", max_length=60)


class ColumnsIn(ImportIn):
    """Number of each column (from 0, as text) to its field."""

    columns: dict[str, str] = {}


class ImportOut(Schema):
    """An import: ``plan`` is what the check found, the counts what the run did."""

    id: UUID
    kind: str
    name: str
    state: str
    encoding: str
    delimiter: str
    sheet: str
    header: list[str]
    columns: dict[str, str]
    rows: int
    plan: dict[str, int]
    added: int
    changed: int
    same: int
    faults: int
    cursor: int
    error: str


class FaultOut(Schema):
    """What is wrong with one cell, or which field changes."""

    column: str
    th: str
    en: str


class ImportRowOut(Schema):
    """A row that was kept: at fault, to be changed, or what became of it."""

    id: UUID
    number: int
    state: str
    faults: list[FaultOut]
    organisation_id: UUID | None


def _difference(one: FieldDifference) -> DifferenceOut:
    return filled(DifferenceOut, one, **pair("now", one.now), **pair("asked", one.asked))


def _request(row: ChangeRequest) -> RequestOut:
    return filled(
        RequestOut,
        row,
        **pair("name", requests.name_of(row)),
        version=row.organisation.version if row.organisation else 0,
        differences=[_difference(one) for one in requests.differences(row)],
    )


def _import(row: ImportRun) -> ImportOut:
    read = imports.decided(row)
    return filled(
        ImportOut,
        row,
        state=imports.settled(row),
        encoding=read.encoding,
        delimiter=read.delimiter,
        sheet=read.sheet,
        header=list(read.header),
    )


def _row(row: ImportRow) -> ImportRowOut:
    return filled(ImportRowOut, row, faults=[FaultOut(**one) for one in row.faults])


def _seen(request: Request, request_id: UUID) -> RequestOut:
    return _request(requests.request(request.actor, request_id))


def _run(request: Request, run_id: UUID) -> ImportOut:
    return _import(imports.run(request.actor, run_id))


def _defaults(sent: ImportIn) -> dict[str, str]:
    return {"kind": sent.default_kind, "sector": sent.default_sector}


def _options(sent: ImportIn) -> Options:
    return Options(sent.encoding, sent.delimiter, sent.sheet, sent.header)


@asking.shown("/requests", Page[RequestOut], "รายการคำขอ", "Requests")
def list_requests(request: Request, paging: Query[Paging]) -> Page[RequestOut]:
    """List the requests, newest first."""
    return paginate(requests.requests_visible_to(request.actor), paging, _request)


@asking.shown(
    "/requests/{uuid:request_id}", RequestOut, "คำขอหนึ่งรายการพร้อมช่องที่ต่าง", "One request with its differences"
)
def one_request(request: Request, request_id: UUID) -> RequestOut:
    """Show one."""
    return _seen(request, request_id)


@asking.done("/requests/{uuid:request_id}/approve", RequestOut, "อนุมัติคำขอ", "Approve a request")
def approve_request(request: Request, request_id: UUID, sent: ApproveIn) -> RequestOut:
    """Approve one."""
    joining.approve(request.actor, request_id, version=sent.version)
    return _seen(request, request_id)


@asking.done(
    "/requests/{uuid:request_id}/refuse", RequestOut, "ไม่อนุมัติคำขอพร้อมเหตุผล", "Refuse a request with a reason"
)
def refuse_request(request: Request, request_id: UUID, sent: RefuseIn) -> RequestOut:
    """Refuse one."""
    joining.refuse(request.actor, request_id, sent.reason)
    return _seen(request, request_id)


@asking.done(
    "/requests/{uuid:request_id}/withdraw",
    RequestOut,
    "ถอนคำขอของตน",
    "Withdraw an own request",
    permission=MAKE,
)
def withdraw_request(request: Request, request_id: UUID) -> RequestOut:
    """Withdraw one."""
    joining.withdraw(request.actor, request_id)
    return _seen(request, request_id)


@importing.shown("/imports", Page[ImportOut], "รายการนำเข้า", "Imports")
def list_imports(request: Request, paging: Query[Paging]) -> Page[ImportOut]:
    """List the imports, newest first."""
    return paginate(imports.runs_visible_to(request.actor), paging, _import)


@importing.added("/imports", ImportOut, "ส่งไฟล์ แล้วระบบตรวจ", "Upload a file and have it checked")
def upload_import(request: Request, sent: Form[ImportIn], file: File[UploadedFile]) -> ImportOut:
    """Take a file; its check runs in the background."""
    made = joining.upload(
        request.actor,
        checked(file),
        name=file.name or "",
        kind=sent.kind,
        options=_options(sent),
        defaults=_defaults(sent),
    )
    return _run(request, made)


@importing.shown("/imports/{uuid:run_id}", ImportOut, "สถานะของการนำเข้า", "How an import stands")
def one_import(request: Request, run_id: UUID) -> ImportOut:
    """Show one."""
    return _run(request, run_id)


@importing.shown(
    "/imports/{uuid:run_id}/rows",
    Page[ImportRowOut],
    "แถวที่ผิด ที่จะเปลี่ยน หรือผลของแต่ละแถว",
    "Rows at fault or to be changed, or what became of each",
)
def import_rows(request: Request, run_id: UUID, paging: Query[Paging]) -> Page[ImportRowOut]:
    """List the kept rows of one."""
    return paginate(imports.rows_of(imports.run(request.actor, run_id)), paging, _row)


@importing.done(
    "/imports/{uuid:run_id}/columns",
    ImportOut,
    "บอกคอลัมน์และวิธีอ่านไฟล์ แล้วตรวจใหม่",
    "Tell columns and reading, and check anew",
)
def choose_columns(request: Request, run_id: UUID, sent: ColumnsIn) -> ImportOut:
    """Decide otherwise about a file."""
    joining.choose(
        request.actor,
        run_id,
        columns=sent.columns,
        options=_options(sent),
        defaults=_defaults(sent),
    )
    return _run(request, run_id)


@importing.done("/imports/{uuid:run_id}/start", ImportOut, "นำเข้าแถวที่ถูกต้อง", "Import the good rows")
def start_import(request: Request, run_id: UUID) -> ImportOut:
    """Run one that was checked."""
    joining.start(request.actor, run_id)
    return _run(request, run_id)


@importing.done("/imports/{uuid:run_id}/cancel", ImportOut, "ยกเลิกการนำเข้า", "Cancel an import")
def cancel_import(request: Request, run_id: UUID) -> ImportOut:
    """Stop one."""
    joining.cancel(request.actor, run_id)
    return _run(request, run_id)

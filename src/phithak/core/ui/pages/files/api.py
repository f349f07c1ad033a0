"""Sealed files over the API: upload, list, one file, content."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import File, Form
from ninja.files import UploadedFile

from phithak.core.files import queries, services
from phithak.core.files.models import StoredFile
from phithak.core.ui.api import Page, Paging, Query, Request, Router, Schema, operation, paginate
from phithak.core.ui.pages.files.answers import download
from phithak.core.ui.pages.files.views import checked

router = Router()


class FileOut(Schema):
    """A sealed file; name and media type are as claimed by whoever sent it."""

    id: UUID
    tenant_id: UUID
    name: str
    media_type: str
    sha256: str
    size: int
    state: str
    created_at: datetime


class UploadIn(Schema):
    """Whose file it is."""

    tenant_id: UUID


def _out(found: queries.FileView) -> FileOut:
    return FileOut(
        id=found.id,
        tenant_id=found.tenant_id,
        name=found.name,
        media_type=found.media_type,
        sha256=found.sha256,
        size=found.size,
        state=found.state,
        created_at=found.created_at,
    )


def _row(row: StoredFile) -> FileOut:
    return _out(queries.view(row))


@operation(
    router.get, "/", permission="files.view", response=Page[FileOut], th="รายการไฟล์", en="Sealed files"
)
def files(request: Request, paging: Query[Paging]) -> Page[FileOut]:
    """List the files."""
    return paginate(queries.visible_to(request.actor), paging, _row)


@operation(
    router.post,
    "/",
    permission="files.upload",
    response=FileOut,
    status=201,
    th="อัปโหลดไฟล์ (ปิดผนึกระหว่างรับ)",
    en="Upload a file (sealed while it arrives)",
)
def upload(request: Request, about: Form[UploadIn], file: File[UploadedFile]) -> FileOut:
    """Take a file."""
    sent: Any = checked(file)
    file_id = services.upload(
        request.actor,
        sent,
        tenant_id=about.tenant_id,
        name=sent.name or "",
        media_type=sent.content_type or "",
    )
    return _out(queries.get(request.actor, file_id))


@operation(
    router.get,
    "/{uuid:file_id}",
    permission="files.view",
    response=FileOut,
    th="ไฟล์หนึ่งไฟล์",
    en="One sealed file",
)
def file(request: Request, file_id: UUID) -> FileOut:
    """Show one."""
    return _out(queries.get(request.actor, file_id))


@operation(
    router.get,
    "/{uuid:file_id}/content",
    permission="files.download",
    response=None,
    th="เนื้อหาของไฟล์ (บันทึกการเปิด)",
    en="The content of a file (recorded)",
)
def content(request: Request, file_id: UUID) -> Any:
    """Send the content."""
    return download(request, services.open_file(request.actor, file_id))

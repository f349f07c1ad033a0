"""The pages of sealed files: list, upload, one file, download, quarantine."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.files import queries, services
from phithak.core.files.errors import FileTooLargeError
from phithak.core.files.models import StoredFile
from phithak.core.files.uploads import SealedUpload
from phithak.core.privacy import rootkey
from phithak.core.ui.pages.files.answers import download as answer_download
from phithak.core.ui.pages.files.forms import StateForm, UploadForm
from phithak.core.ui.pages.privacy.views import own_tenants
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import Column, Filter, State, Table

_FILES = Text("ไฟล์", "Files")
_FILE = Text("ไฟล์หนึ่งไฟล์", "One file")
_UPLOAD = Text("อัปโหลดไฟล์", "Upload a file")
_STATES = {
    "ok": State("ok", Text("ใช้ได้", "Available"), "good"),
    "quarantined": State("quarantined", Text("ถูกกัก", "In quarantine"), "warn"),
}


def _tenant(row: StoredFile) -> Text:
    return Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th)


FILES = Table(
    name="files",
    columns=[
        Column(
            "name",
            Text("ชื่อไฟล์", "Name"),
            value=lambda row: queries.view(row).name,
            link=lambda row: reverse("files:file", args=[row.pk]),
        ),
        Column("size", Text("ขนาด (ไบต์)", "Size (bytes)"), value="size", sort="size", kind="number"),
        Column("state", Text("สถานะ", "State"), value=lambda row: _STATES[row.state], kind="state"),
        Column("tenant", Text("หน่วยงาน", "Organisation"), value=_tenant),
        Column("created_at", Text("เมื่อ", "Stored"), value="created_at", sort="created_at", kind="datetime"),
    ],
    filters=[
        Filter(
            "state",
            Text("สถานะ", "State"),
            options=[(code, state.text) for code, state in _STATES.items()],
            apply=lambda rows, value: rows.filter(state=value),
        )
    ],
    default_sort="-created_at",
    empty=Text("ยังไม่มีไฟล์ กดอัปโหลดเพื่อเริ่ม", "No files yet. Upload the first one."),
)


def checked(upload: Any) -> Any:
    """Return an upload whose end was not thrown away.

    Raises:
        FileTooLargeError: it was larger than its sender may send.
    """
    if isinstance(upload, SealedUpload) and upload.too_large:
        raise FileTooLargeError(field="file", limit=rootkey.config_of(None).upload_max_mb)
    return upload


@page("files.view", title=_FILES)
def files(request: Request) -> HttpResponseBase:
    """List the files."""
    may_upload = permissions.has(request.actor, "files.upload")
    return FILES.respond(
        request,
        rows=queries.visible_to(request.actor).select_related("tenant"),
        title=_FILES,
        actions=[(_UPLOAD, reverse("files:upload"))] if may_upload else [],
    )


@page("files.upload", title=_UPLOAD, methods=("GET", "POST"))
def upload(request: Request) -> HttpResponseBase:
    """Take a file."""
    form = UploadForm(
        request.POST or None, request.FILES or None, tenants=own_tenants(request.actor, "files.upload")
    )
    made: list[UUID] = []

    def store(data: dict[str, Any]) -> None:
        sent = checked(data["file"])
        made.append(
            services.upload(
                request.actor,
                sent,
                tenant_id=data["tenant_id"],
                name=sent.name,
                media_type=sent.content_type or "",
            )
        )

    if form.submit(store):
        messages.success(request, str(Text("ปิดผนึกและเก็บไฟล์แล้ว", "The file is sealed and stored.")))
        return redirect("files:file", made[0])
    return render(request, "files/upload.html", {"form": form, "title": _UPLOAD}, status=form.status)


@page("files.view", title=_FILE)
def file(request: Request, file_id: UUID) -> HttpResponseBase:
    """Show one file: name, size, SHA-256, state."""
    found = queries.get(request.actor, file_id)
    shown = {
        "file": found,
        "state": _STATES[found.state],
        "form": StateForm(),
        "may_download": permissions.has(request.actor, "files.download")
        and (found.state == "ok" or permissions.has(request.actor, "files.quarantine")),
        "may_quarantine": permissions.has(request.actor, "files.quarantine"),
        "title": _FILE,
    }
    return render(request, "files/file.html", shown)


@page("files.download", title=_FILE)
def download(request: Request, file_id: UUID) -> HttpResponseBase:
    """Send a file; the journal has it before the first byte goes."""
    return answer_download(request, services.open_file(request.actor, file_id))


@page("files.quarantine", title=_FILE, methods=("POST",))
def set_state(request: Request, file_id: UUID, state: str) -> HttpResponseBase:
    """Put a file into quarantine or release it."""
    form = StateForm(request.POST)
    if form.submit(lambda data: services.set_state(request.actor, file_id, state, data["reason"])):
        messages.success(request, str(Text("บันทึกแล้ว", "Saved.")))
        return redirect("files:file", file_id)
    found = queries.get(request.actor, file_id)
    shown = {
        "file": found,
        "state": _STATES[found.state],
        "form": form,
        "may_download": False,
        "may_quarantine": True,
        "title": _FILE,
    }
    return render(request, "files/file.html", shown, status=form.status)

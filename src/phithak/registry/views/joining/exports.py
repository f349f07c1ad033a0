"""The registry as a file."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.queries import organisations as door
from phithak.registry.services.joining import exporting
from phithak.registry.sheets import writing

_TITLE = Text("ส่งออกทะเบียน", "Export the registry")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(door.VIEW, title=_TITLE)
def export(request: Request) -> HttpResponseBase:
    """Offer the formats, or send the file that was chosen."""
    wanted = request.GET.get("format", "")
    if not wanted:
        return render(request, "registry/joining/export.html", {"title": _TITLE})
    rows = exporting.export(request.actor, wanted)
    answer: HttpResponseBase
    if wanted == "csv":
        answer = StreamingHttpResponse(writing.csv_lines(rows), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(writing.xlsx("registry", rows), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="registry-{clock.today().isoformat()}.{wanted}"'
    answer["Cache-Control"] = "no-store"
    return answer

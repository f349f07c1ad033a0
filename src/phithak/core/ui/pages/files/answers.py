"""The answer that carries a file: always a download, never shown or run by the browser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from phithak.core.files.services import Opened

_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")


def download(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """Stream a file, or the single range that was asked for (``Range: bytes=a-b``).

    The claimed type is never sent: a page of the attacker's would else run under our name.
    """
    size = opened.file.size
    start, end, status = 0, size, 200
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is not None:
        start, end, status = int(asked[1]), min(size, int(asked[2] or size) + 1), 206
        if start >= end:
            opened.stream.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    answer = StreamingHttpResponse(
        _pieces(opened.stream, start, end - start), status=status, content_type="application/octet-stream"
    )
    if status == 206:  # noqa: PLR2004 - RFC 9110: partial content
        answer["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    answer["Content-Length"] = str(end - start)
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=opened.name) or ""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "no-store"
    return answer


def _pieces(stream: io.BufferedReader, start: int, length: int) -> Iterator[bytes]:
    with stream:
        stream.seek(start)
        while length > 0 and (chunk := stream.read(min(_CHUNK, length))):
            length -= len(chunk)
            yield chunk

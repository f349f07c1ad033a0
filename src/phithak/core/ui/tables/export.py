"""Exports of a list, streamed: CSV that a spreadsheet opens safely in Thai, and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.encoding import force_str

from phithak.base import clock
from phithak.core.ui.states import State

if TYPE_CHECKING:
    from phithak.core.ui.tables.declare import Column, Rows

_BOM = "\ufeff"  # without it spreadsheets read Thai as another code page
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_CHUNK = 500

Beside = Callable[[Sequence[Any]], None]


def stream(
    kind: str, rows: Rows, columns: Sequence[Column], *, name: str, beside: Beside | None = None
) -> StreamingHttpResponse:
    """Return the export as a download.

    Args:
        kind: ``csv`` or ``json``.
        rows: what to export, already visible, filtered and ordered.
        columns: what of each row.
        name: first part of the file's name.
        beside: called with each chunk of rows before their cells are made.
    """
    chunks = _chunks(rows, beside)
    lines = _csv(chunks, columns) if kind == "csv" else _json(chunks, columns)
    media = "text/csv; charset=utf-8" if kind == "csv" else "application/json"
    answer = StreamingHttpResponse(lines, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{clock.today().isoformat()}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: moments as ISO 8601 in UTC, days as ISO, states as their code."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, State):
        return value.code
    if isinstance(value, Decimal):
        return str(value)
    return force_str(value)


def safe_cell(value: Any) -> str:
    """Return a value as a CSV cell that no spreadsheet takes for a formula (a leading ``'`` marks text)."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    text = str(plain(value)).replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0\u200b\n").startswith(_FORMULA_STARTS) else text


def _chunks(rows: Rows, beside: Beside | None) -> Iterator[Sequence[Any]]:
    each = iter(rows.iterator(chunk_size=_CHUNK) if isinstance(rows, QuerySet) else rows)
    while chunk := list(islice(each, _CHUNK)):
        if beside is not None:
            beside(chunk)
        yield chunk


def _csv(chunks: Iterable[Sequence[Any]], columns: Sequence[Column]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(_BOM)
    writer.writerow([str(column.title) for column in columns])
    # the headings go out alone: the first rows may take a moment
    yield _taken(buffer)
    for chunk in chunks:
        for row in chunk:
            writer.writerow([safe_cell(column.of(row)) for column in columns])
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _json(chunks: Iterable[Sequence[Any]], columns: Sequence[Column]) -> Iterator[str]:
    lead = "[\n"
    for row in chain.from_iterable(chunks):
        yield lead + json.dumps(
            {column.name: plain(column.of(row)) for column in columns}, ensure_ascii=False
        )
        lead = ",\n"
    yield "[]" if lead == "[\n" else "\n]\n"

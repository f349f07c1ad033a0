"""The body of a list as HTML, made here and not in a template: a template took most of a page's time for it.

Whatever comes from a row is escaped at the one place where it enters the markup; text of others stands inside
``hx-ignore``, so that markup in it could post nothing even if it were not escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from phithak.base.text import Text
from phithak.core.i18n import show
from phithak.core.ui import icons
from phithak.core.ui.states import State

if TYPE_CHECKING:
    from phithak.core.ui.tables.declare import Column

_EMPTY = Text("ว่าง", "empty")


def body(columns: Sequence[Column], rows: Iterable[Any]) -> SafeString:
    """Return the ``<tr>`` elements of the rows, one cell for each column."""
    opener = next((column for column in columns if column.link is not None), None)
    heads = [
        (
            column,
            f'<td role="cell" data-label="{escape(str(column.title))}" class="ph-{column.kind}">',
            _SHOWN.get(column.kind, _text),
            " data-open" if column is opener else "",
        )
        for column in columns
    ]
    empty = f'<span aria-hidden="true">–</span><span class="visually-hidden">{escape(str(_EMPTY))}</span>'
    parts: list[str] = []
    for row in rows:
        parts.append('<tr role="row" data-row>')
        for column, head, shown, opens in heads:
            value = column.of(row)
            inner = empty if value is None or value == "" else shown(value)
            url = column.link(row) if column.link is not None else None
            link = (f'<a href="{escape(url)}"{opens}>', "</a>") if url else ("", "")
            parts.append(f"{head}{link[0]}{inner}{link[1]}</td>")
        parts.append("</tr>")
    return mark_safe("".join(parts))  # noqa: S308 - everything from outside went through escape()


def badge(state: State) -> str:
    """Return a state as a badge with text and icon, never colour alone."""
    return (
        f'<span class="ph-badge ph-tone-{escape(state.tone)}">{icons.svg(state.icon)}'
        f"<span>{escape(str(state.text))}</span></span>"
    )


def _state(value: State | str) -> str:
    return badge(value if isinstance(value, State) else State(str(value), Text(str(value), str(value))))


def _date(value: date | datetime) -> str:
    return escape(show.day(value))


def _moment(value: datetime) -> str:
    return f'<time datetime="{escape(value.isoformat())}">{escape(show.moment(value))}</time>'


def _number(value: float) -> str:
    return escape(show.number(value))


def _code(value: object) -> str:
    return f"<code hx-ignore>{escape(str(value))}</code>"


def _text(value: object) -> str:
    return f"<span hx-ignore>{escape(str(value))}</span>"


_SHOWN: dict[str, Callable[[Any], str]] = {
    "state": _state,
    "date": _date,
    "datetime": _moment,
    "number": _number,
    "code": _code,
    "text": _text,
}

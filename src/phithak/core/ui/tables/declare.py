"""What a list page declares, and how it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from phithak.base.text import Text
from phithak.core.ui.requests import is_partial
from phithak.core.ui.tables import cells, export
from phithak.core.ui.tables.asked import MAX_PAGE, Asked
from phithak.core.ui.tables.paging import Found, Slice, cut, cut_found

Kind = Literal["text", "date", "datetime", "number", "state", "code"]
Rows = QuerySet[Any] | Sequence[Any]
PAGE_SIZE = 50
NO_ITEMS = Text("ยังไม่มีรายการ", "No items yet")


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: stable name, used in addresses and exports.
        title: heading.
        value: attribute of the row (dots allowed), or a function of the row.
        sort: ORM field (or attribute, for plain lists) to sort by; None = not sortable.
        link: gives the row's address; the first linked column is what Enter opens.
        kind: how the value is shown and exported; a ``state`` is a :class:`State`.
    """

    name: str
    title: Text
    value: str | Callable[[Any], Any]
    sort: str | None = None
    link: Callable[[Any], str | None] | None = None
    kind: Kind = "text"

    def of(self, row: Any) -> Any:
        """Return the value of this column for a row."""
        return attrgetter(self.value)(row) if isinstance(self.value, str) else self.value(row)


@dataclass(frozen=True)
class Filter:
    """A choice above the list.

    Attributes:
        name: query parameter.
        title: label.
        options: (value, text) pairs; a list, or a function that gives one when the page is made.
        apply: narrows the rows to a value.
        default: value that is chosen while the address says nothing of this filter; "" there means all.
    """

    name: str
    title: Text
    options: Sequence[tuple[str, Text]] | Callable[[], Sequence[tuple[str, Text]]]
    apply: Callable[[Any, str], Any]
    default: str = ""

    def choices(self) -> list[tuple[str, Text]]:
        """Return the options now."""
        return list(self.options() if callable(self.options) else self.options)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A list page. ``name`` is unique on the page; see the package for an example.

    ``beside`` reads at once what the columns need beside the rows of a page (or of a chunk of an export).
    ``ranked`` finds the same rows as ``search`` in the default order (backwards when told), sooner where many
    match; None when it cannot for these words.
    ``compact`` keeps short rows a table on narrow screens, where others become cards.
    """

    name: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: Callable[[Any, str], Any] | None = None
    ranked: Callable[[Any, str, bool], Found | None] | None = None
    default_sort: str = ""
    empty: Text = NO_ITEMS
    page_size: int = PAGE_SIZE
    beside: Callable[[Sequence[Any]], None] | None = None
    compact: bool = False
    template: str = "ui/table_page.html"
    extra: Mapping[str, Any] = field(default_factory=dict)

    def respond(
        self,
        request: HttpRequest,
        *,
        rows: Rows,
        title: Text,
        actions: Sequence[tuple[Text, str]] = (),
        intro: Text | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> HttpResponseBase:
        """Answer the page, its fragment for htmx, or an export.

        Args:
            request: its query string says what is asked.
            rows: what the actor may see; nothing outside of it is counted, shown or exported.
            title: heading of the page.
            actions: buttons (text, address) beside the heading; also the next step of an empty list.
            intro: a sentence under the heading.
            context: more for the template.

        Raises:
            InvalidInputError: a sort, filter value, page or format that is not offered.
        """
        asked = Asked.read(request.GET, self)
        if asked.format:
            found = asked.order(asked.narrow(rows, self), self)
            return export.stream(asked.format, found, self.columns, name=self.name, beside=self.beside)
        part = self._cut(asked, rows)
        if self.beside is not None:
            self.beside(part.rows)
        shown = {
            "table": self,
            # a template would call the function itself and find nothing
            "searchable": self.search is not None,
            "asked": asked,
            "body": cells.body(self.columns, part.rows),
            "part": part,
            "heads": asked.heads(self),
            "chips": asked.chips(self),
            "choices": [(item, item.choices(), asked.filters.get(item.name, "")) for item in self.filters],
            "title": title,
            "intro": intro,
            "actions": actions,
            "pages": _pages(asked, part),
            "region": f"table-{self.name}",
            **self.extra,
            **(context or {}),
        }
        answer = render(request, "ui/_table.html" if is_partial(request) else self.template, shown)
        patch_vary_headers(answer, ["HX-Request"])
        return answer

    def _cut(self, asked: Asked, rows: Rows) -> Slice:
        filtered = asked.filtered(rows, self)
        ranked = asked.ranked(filtered, self)
        if ranked is not None and isinstance(filtered, QuerySet):
            return cut_found(filtered, ranked, asked.page, self.page_size)
        return cut(asked.order(asked.narrow(rows, self), self), asked.page, self.page_size)


def _pages(asked: Asked, part: Slice) -> dict[str, str]:
    """Return the addresses of the first, previous, next and last page, where they are other pages."""
    found = {}
    if part.page > 1:
        found["first"] = asked.address(page=1)
        found["previous"] = asked.address(page=part.page - 1)
    if part.page < part.pages:
        found["next"] = asked.address(page=part.page + 1)
        # a page past the end is the last one, which is found by counting
        found["last"] = asked.address(page=MAX_PAGE if part.more else part.pages)
    return found

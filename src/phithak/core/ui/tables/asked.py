"""What the query string of a list page asks for, checked against what the table offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from phithak.base.errors import InvalidInputError
from phithak.base.text import Text

if TYPE_CHECKING:
    from phithak.core.ui.tables.declare import Column, Rows, Table
    from phithak.core.ui.tables.paging import Found

MAX_WORDS = 200
MAX_PAGE = 10_000_000


@dataclass(frozen=True)
class Head:
    """A heading: its column, the address that sorts by it, and how it is sorted now."""

    column: Column
    url: str | None
    direction: str  # "ascending" | "descending" | ""


@dataclass(frozen=True)
class Chip:
    """One thing that narrows the list, as text, and the address without it."""

    title: Text | None
    text: Text | str
    url: str


@dataclass(frozen=True)
class Asked:
    """Words, filters, sort, page and format of one request; ``defaults`` are filters that are on by themselves."""

    words: str
    filters: Mapping[str, str]
    sort: str
    page: int
    format: str
    defaults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, query: QueryDict, table: Table) -> Asked:
        """Read the query string.

        Raises:
            InvalidInputError: a sort, filter value, page or format that the table does not offer.
        """
        sort = query.get("sort", "")
        sortable = {column.name for column in table.columns if column.sort}
        if sort and sort.removeprefix("-") not in sortable:
            raise _refused("sort", "เรียงตามช่องนี้ไม่ได้", "this list cannot be sorted by that")
        filters = {}
        for item in table.filters:
            value = query.get(item.name, item.default)
            if value and value not in {choice for choice, _ in item.choices()}:
                raise _refused(item.name, "ไม่มีตัวเลือกนี้", "there is no such option")
            if value:
                filters[item.name] = value
        wanted = query.get("format", "")
        if wanted not in {"", "csv", "json"}:
            raise _refused("format", "ส่งออกได้เป็น csv หรือ json", "exports are csv or json")
        page = query.get("page", "1")
        if not (page.isascii() and page.isdigit() and 1 <= int(page[:9]) <= MAX_PAGE):
            raise _refused("page", "เลขหน้าไม่ถูกต้อง", "that is not a page number")
        words = query.get("q", "").strip()[:MAX_WORDS] if table.search else ""
        defaults = {item.name: item.default for item in table.filters if item.default}
        return cls(words, filters, sort, int(page[:9]), wanted, defaults)

    def narrow(self, rows: Rows, table: Table) -> Rows:
        """Return the rows that pass the filters and the search."""
        rows = self.filtered(rows, table)
        if self.words and table.search is not None:
            rows = table.search(rows, self.words)
        return rows

    def filtered(self, rows: Rows, table: Table) -> Rows:
        """Return the rows that pass the filters."""
        for item in table.filters:
            if item.name in self.filters:
                rows = item.apply(rows, self.filters[item.name])
        return rows

    def ranked(self, rows: Rows, table: Table) -> Found | None:
        """Return what the search finds in the default order, where the table finds that sooner than by filtering."""
        if not self.words or table.ranked is None or not isinstance(rows, QuerySet):
            return None
        field, order = self._field(table), table.default_sort
        if field.removeprefix("-") != order.removeprefix("-"):
            return None
        return table.ranked(self.order(rows, table), self.words, field.startswith("-"))

    def order(self, rows: Rows, table: Table) -> Rows:
        """Return the rows in the order asked for, ties by key, so that pages never overlap."""
        wanted = self._field(table)
        if isinstance(rows, QuerySet):
            if not wanted:
                return rows if rows.ordered else rows.order_by("pk")
            # the key runs the same way, so that one index can serve both
            return rows.order_by(wanted, "-pk" if wanted.startswith("-") else "pk")
        if not wanted:
            return rows
        get = attrgetter(wanted.removeprefix("-").replace("__", "."))
        return sorted(rows, key=lambda row: _sortable(get(row)), reverse=wanted.startswith("-"))

    def _field(self, table: Table) -> str:
        if not self.sort:
            return table.default_sort
        minus = "-" if self.sort.startswith("-") else ""
        name = self.sort.removeprefix("-")
        return next(f"{minus}{column.sort}" for column in table.columns if column.name == name)

    def heads(self, table: Table) -> list[Head]:
        """Return the headings with the addresses that sort by them."""
        current = self._field(table)
        heads = []
        for column in table.columns:
            if not column.sort:
                heads.append(Head(column, None, ""))
                continue
            direction = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(current, "")
            turned = f"-{column.name}" if direction == "ascending" else column.name
            heads.append(Head(column, self.address(sort=turned, page=1), direction))
        return heads

    def address(self, **changes: object) -> str:
        """Return the query string with some parts changed; parts at their default are left out."""
        parts: dict[str, object] = {
            "q": self.words,
            **dict.fromkeys(self.defaults, ""),
            **self.filters,
            "sort": self.sort,
            "page": self.page,
            **changes,
        }
        # a filter that is on by itself is told also when it is off
        told = {k: v for k, v in parts.items() if (v or k in self.defaults) and not (k == "page" and v == 1)}
        return "?" + urlencode(told)

    def chips(self, table: Table) -> list[Chip]:
        """Return the words and filters that narrow the list, each with the address that drops it."""
        words = [Chip(None, self.words, self.address(q="", page=1))] if self.words else []
        chosen = [
            Chip(item.title, dict(item.choices())[value], self.address(**{item.name: "", "page": 1}))
            for item in table.filters
            if (value := self.filters.get(item.name))
        ]
        return [*words, *chosen]

    @property
    def csv(self) -> str:
        """Address of the CSV export of what is shown."""
        return self.address(format="csv", page=1)

    @property
    def json(self) -> str:
        """Address of the JSON export of what is shown."""
        return self.address(format="json", page=1)

    @property
    def everything(self) -> str:
        """Address of the list without any filter or search."""
        return self.address(q="", sort="", page=1, **dict.fromkeys(self.filters, ""))

    @property
    def narrowed(self) -> bool:
        """Tell whether a filter or a search is on that is not on by itself."""
        return bool(self.words) or any(
            self.defaults.get(name) != value for name, value in self.filters.items()
        )


def _sortable(value: Any) -> tuple[bool, Any]:
    """Let None stand first instead of breaking the comparison."""
    return (value is not None, str(value) if value is not None and not hasattr(value, "__lt__") else value)


def _refused(field: str, th: str, en: str) -> InvalidInputError:
    return InvalidInputError(field=field, reason_th=th, reason_en=en)

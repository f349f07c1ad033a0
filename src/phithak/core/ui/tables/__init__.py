"""Declarative list pages: filter, sort, search, page, export, empty text.

::

    TABLE = Table(
        name="entries",
        columns=[
            Column("at", Text("เวลา", "Time"), value="created_at", sort="created_at", kind="datetime"),
            Column("tag", Text("เหตุการณ์", "Event"), value=lambda row: tag_text(row.tag), link=_url),
        ],
        filters=[Filter("room", Text("ห้อง", "Room"), options=ROOMS, apply=lambda rows, v: rows.filter(room=v))],
        search=lambda rows, words: rows.filter(tag__icontains=words),
        default_sort="-created_at",
        empty=Text("ยังไม่มีรายการ", "No items yet"),
    )

    return TABLE.respond(request, rows=queries.visible_to(request.actor), title=…, actions=[(Text, url)])

Addresses: ``?q=words&<filter>=value&sort=-at&page=2&format=csv|json``. A sort that is not the name of a
sortable column, or a filter value that is not an option, is refused with 422.
"""

from phithak.core.ui.states import State
from phithak.core.ui.tables.declare import Column, Filter, Table

__all__ = ["Column", "Filter", "State", "Table"]

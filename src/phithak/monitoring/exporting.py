"""Events as files and as text for people: nothing in them is ever run, neither by a browser nor by a spreadsheet."""

from __future__ import annotations

import base64
import csv
import io
import json

from phithak.core.ui.tables.export import safe_cell
from phithak.eventstore.queries import COLUMNS
from phithak.monitoring.queries.events import Answer, moment

_LONGEST = 32_000  # a cell of a spreadsheet holds no more


def readable(raw: bytes) -> str:
    """Return an event as text: UTF-8, else Thai Windows; what is no sign to read is shown as its number."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp874", "backslashreplace")
    return "".join(sign if sign.isprintable() or sign in "\n\t" else f"\\x{ord(sign):02x}" for sign in text)


def as_lines(answer: Answer) -> bytes:
    """Return events as JSON lines; ``raw`` is base64, so that each is there bit for bit."""
    return b"".join(
        json.dumps(
            {
                "time": moment(one.time).isoformat(),
                "received": moment(one.received).isoformat(),
                "site": answer.names[one.tenant].th,
                **one.columns,
                "raw": base64.b64encode(one.raw).decode("ascii"),
            },
            ensure_ascii=False,
        ).encode()
        + b"\n"
        for one in answer.events
    )


def as_csv(answer: Answer) -> str:
    """Return events as CSV for a spreadsheet; no cell is taken for a formula."""
    names = sorted(COLUMNS)
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(["time", "received", "site", *names, "raw"])
    for one in answer.events:
        cells = [moment(one.time).isoformat(), moment(one.received).isoformat(), answer.names[one.tenant].th]
        cells += [one.columns.get(name, "") for name in names]
        writer.writerow([safe_cell(cell[:_LONGEST]) for cell in [*cells, readable(one.raw)]])
    return out.getvalue()

"""The child that opens a workbook: the file on standard input, rows as JSON lines on standard output.

Run as a plain script in isolated mode: nothing of the product is in its memory, and what a hostile workbook can
make it do ends at the limits below. The library gives stored values; formulas are never evaluated.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime, time
from io import BytesIO
from typing import Any

CPU_SECONDS = 20
MEMORY = 1024 * 1024 * 1024
MOST_CELLS = 3_000_000
MOST_CHARACTERS = 80_000_000
TOO_MUCH = 3
DAMAGED = 4
NO_SHEET = 5


def main(wanted: str, most_rows: int) -> int:
    """Write the names of the sheets, then the rows of one of them."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import python_calamine  # noqa: PLC0415 - under the limits set above

    content = BytesIO(sys.stdin.buffer.read())
    out = sys.stdout
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(content)
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible is python_calamine.SheetVisibleEnum.Visible
        ]
        out.write(json.dumps(names) + "\n")
        if wanted and wanted not in names:
            return NO_SHEET
        cells = characters = 0
        for name in [wanted] if wanted else names:
            out.write(json.dumps({"sheet": name}) + "\n")
            for count, row in enumerate(
                book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=most_rows + 30), start=1
            ):
                found = [plain(cell) for cell in row]
                while found and not found[-1]:
                    found.pop()
                cells += len(found) + 1
                characters += sum(map(len, found))
                if cells > MOST_CELLS or characters > MOST_CHARACTERS or count > most_rows + 25:
                    return TOO_MUCH
                out.write(json.dumps(found) + "\n")
    except MemoryError:
        return TOO_MUCH
    except Exception:  # noqa: BLE001 - whatever the library finds wrong, the file is damaged
        return DAMAGED
    return 0


def plain(cell: Any) -> str:
    """Return a cell as text: whole numbers without a point, days and moments in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)  # noqa: PLR2004 - exact so far
    if isinstance(cell, datetime) and cell.time() == time(0):
        return cell.date().isoformat()
    return cell.isoformat(" ", "seconds") if isinstance(cell, datetime) else str(cell)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))

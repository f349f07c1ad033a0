"""Tables out of files of strangers: CSV in any of the usual Thai encodings, and workbooks (XLSX, ODS).

Plain functions on bytes: no table of ours is read, no formula is ever evaluated, and what a file can cost in
memory and time has an end. ``reading.read_table`` gives rows of text; ``columns`` tells which column is what;
``cells`` reads single values in both languages; ``writing`` makes files that no spreadsheet takes for a program.
"""

from phithak.registry.sheets.errors import SheetError
from phithak.registry.sheets.reading import MOST_BYTES, MOST_ROWS, Line, Options, Reading, Sheet, read_table

__all__ = ["MOST_BYTES", "MOST_ROWS", "Line", "Options", "Reading", "Sheet", "SheetError", "read_table"]

"""Tables with a header line (CSV; also with semicolons, tabs or bars) as records: one per row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

Record = dict[str, Any]
_DELIMITERS = ",;\t|"
_NAME = re.compile(r"(?=.*[^\W\d])[\w@.%#()/: -]{1,80}")
_FEWEST = 2


def is_table(head: str) -> bool:
    """Whether a text begins with a line of names and a row with as many values."""
    lines = head.lstrip("\ufeff").splitlines()
    # the last line may be cut
    if len(lines) < _FEWEST or lines[0].startswith("#"):
        return False
    delimiter = _delimiter(lines[0])
    names = cells_of(lines[0], delimiter)
    if len(set(names)) < _FEWEST or not all(_NAME.fullmatch(name.strip()) for name in names):
        return False
    # a value may hold line breaks, so the row may be longer than its first line
    row = next(csv.reader((line + "\n" for line in lines[1:]), delimiter=delimiter), [])
    whole = len(row) == len(names)
    return whole or (len(lines) == _FEWEST and not head.endswith("\n") and len(row) > 1)


def table(lines: Iterator[str]) -> Iterator[Record]:
    """Read rows below a line of names.

    An empty value counts as none, since a table cannot tell them apart. A value without a name is ``column_N``
    (from 1); a second column of one name is ``NAME_2``. What is no row becomes ``{"message": …}``.
    """
    first = next(lines, None)
    if first is None:
        return
    delimiter = _delimiter(first)
    names = _unlike(cells_of(first.lstrip("\ufeff"), delimiter))
    rows = csv.reader((line + "\n" for line in lines), delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield {"message": f"no row of a table: {error}"}
            continue
        if any(row):
            more = (f"column_{number}" for number in range(len(names) + 1, len(row) + 1))
            yield {
                name: value.rstrip("\n") or None for name, value in zip(chain(names, more), row, strict=False)
            }


def cells_of(line: str, delimiter: str = ",") -> list[str]:
    """Return the cells of one line, quotes taken off where they are in order."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        # a cell that is longer than the reader takes
        return line.split(delimiter)


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=lambda letter: len(cells_of(line, letter)))


def _unlike(names: list[str]) -> list[str]:
    found: list[str] = []
    for number, name in enumerate(map(str.strip, names), 1):
        name_here, again = name or f"column_{number}", 1
        while name_here in found:
            again += 1
            name_here = f"{name or f'column_{number}'}_{again}"
        found.append(name_here)
    return found

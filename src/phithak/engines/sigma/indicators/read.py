"""Lists of indicators: CSV with a header, JSON lines or an array, STIX 2.1 bundles, plain lists and hosts files.

The form is told by the first bytes; the file may be packed (``.gz``, ``.zst``). An entry that cannot be looked for
is left out and counted with its reason, never guessed at.
"""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from phithak.engines.sigma.errors import SourceError
from phithak.engines.sigma.indicators.normal import UnfitError, address_of, key_of, kind_of
from phithak.engines.sigma.indicators.stix import comparisons, marking_of, markings
from phithak.engines.sigma.indicators.table import Table
from phithak.engines.sigma.indicators.words import COLUMNS, kind_named, level_named, marking, seconds_of
from phithak.engines.sigma.stream import FAULTS, Opened, chunks, damaged, open_events

_MOST_SHOWN = 50
_LONGEST_SHOWN = 200
_BUNDLE_BYTES = 512 << 20
_SNIFFED = 65_536
_HOSTS = (b"0.0.0.0", b"127.0.0.1", b"::1", b"::")
_NAMES = {name: column for column, names in COLUMNS.items() for name in names}
Entry = dict[str, str]


class Refusal(msgspec.Struct, frozen=True):
    """One entry that was left out: where it stands, the reason, and how it begins."""

    file: str
    line: int
    reason: str
    text: str


class Report(msgspec.Struct):
    """What became of the lists.

    Attributes:
        taken: entries that are looked for now.
        repeated: entries left out because the same stands elsewhere in the lists.
        refused: reason -> how many entries were left out for it.
        shown: the first fifty of those.
        kinds: kind -> distinct values.
    """

    taken: int = 0
    repeated: int = 0
    refused: Counter[str] = msgspec.field(default_factory=Counter)
    shown: list[Refusal] = msgspec.field(default_factory=list)
    kinds: dict[str, int] = msgspec.field(default_factory=dict)


def read_indicators(paths: list[str]) -> tuple[Table, Report]:
    """Read lists of indicators.

    Args:
        paths: files, or ``-``.

    Returns:
        The table, ready to answer, and what became of the entries.

    Raises:
        SourceError: a file is missing, damaged, or a JSON document that cannot be read.
    """
    table, report = Table(), Report()
    for opened in open_events(paths):
        try:
            for line, entry in _entries(opened):
                _take(table, report, opened.name, line, entry)
        except FAULTS as error:
            raise damaged(opened.name, error) from error
    table.freeze()
    report.taken, report.repeated, report.kinds = len(table), table.repeated, dict(table.kinds)
    return table, report


def _take(table: Table, report: Report, file: str, line: int, entry: Entry) -> None:
    try:
        if "problem" in entry:
            raise UnfitError(entry["problem"])
        value = entry.get("value", "")
        kind = kind_named(entry.get("kind", "")) or kind_of(value)
        if not kind:
            raise UnfitError("value")
        table.add(
            key_of(kind, value),
            begins=seconds_of(entry.get("begins", ""), end=False),
            expires=seconds_of(entry.get("expires", ""), end=True),
            tlp=marking(entry.get("tlp", "")),
            pap=marking(entry.get("pap", ""), pap=True),
            level=level_named(entry.get("level", "")),
            said=(entry.get("name", ""), entry.get("source", ""), entry.get("note", "")),
        )
    except ValueError as error:
        # UnfitError is one; the table raises it for a value over all measure
        reason = str(error) if isinstance(error, UnfitError) else "value"
        report.refused[reason] += 1
        if len(report.shown) < _MOST_SHOWN:
            text = str(entry.get("value") or entry.get("name", ""))
            report.shown.append(Refusal(file, line, reason, text[:_LONGEST_SHOWN]))


def _entries(opened: Opened) -> Iterator[tuple[int, Entry]]:
    head = opened.stream.peek(_SNIFFED)[:_SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] in (b"{", b"["):
        yield from _json(opened, head)
        return
    first = next(
        (line for line in head.splitlines() if line.strip() and not line.startswith((b"#", b";"))), b""
    )
    delimiter = next((sign for sign in ",;\t|" if _columns(first.decode("utf-8", "replace"), sign)), None)
    if delimiter is None:
        yield from _plain(opened)
    else:
        yield from _csv(opened, delimiter)


def _columns(line: str, delimiter: str) -> dict[int, str]:
    """Return place -> column of a header; {} where the line is none."""
    cells = next(csv.reader([line], delimiter=delimiter), [])
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        column = _NAMES.get(cell.strip().lower().replace(" ", "_"))
        if column and column not in found.values():
            found[place] = column
    return found if "value" in found.values() else {}


def _lines(opened: Opened) -> Iterator[str]:
    first = True
    for chunk in chunks(opened.stream):
        for line in chunk.splitlines():
            text = line.decode("utf-8", "replace")
            yield text.removeprefix("\ufeff") if first else text
            first = False


def _csv(opened: Opened, delimiter: str) -> Iterator[tuple[int, Entry]]:
    lines = _lines(opened)
    skipped = 0
    header: dict[int, str] = {}
    for line in lines:
        skipped += 1
        if line.strip() and not line.startswith(("#", ";")):
            header = _columns(line, delimiter)
            break
    reader = csv.reader((f"{line}\n" for line in lines if not line.startswith("#")), delimiter=delimiter)
    while True:
        try:
            for cells in reader:
                if any(cells):
                    yield (
                        skipped + reader.line_num,
                        {column: cells[place] for place, column in header.items() if place < len(cells)},
                    )
        except csv.Error:
            yield skipped + reader.line_num, {"problem": "line"}
        else:
            return


def _plain(opened: Opened) -> Iterator[tuple[int, Entry]]:
    """Yield one value per line; ``#`` and ``;`` begin comments; a hosts file names its domains second."""
    for number, line in enumerate(_lines(opened), 1):
        text = line.partition(" #")[0].partition("\t#")[0].strip()
        if not text or text.startswith(("#", ";", "//", "!")):
            continue
        words = text.split()
        if len(words) > 1 and words[0].encode("utf-8", "replace") in _HOSTS:
            for word in words[1:]:
                yield number, {"value": word}
        elif len(words) == 1 or address_of(words[0].encode("utf-8", "replace")):
            yield number, {"value": words[0]}
        else:
            yield number, {"value": text, "problem": "line"}


def _json(opened: Opened, head: bytes) -> Iterator[tuple[int, Entry]]:
    first = head.partition(b"\n")[0]
    try:
        begun = msgspec.json.decode(first)
    except (msgspec.DecodeError, ValueError, RecursionError):
        begun = None
    if isinstance(begun, dict) and "objects" not in begun:
        for number, line in enumerate(_lines(opened), 1):
            if line.strip():
                yield from _json_line(number, line)
        return
    content = opened.stream.read(_BUNDLE_BYTES + 1)
    try:
        if len(content) > _BUNDLE_BYTES:
            raise ValueError("over 512 MiB")  # noqa: TRY301 one answer for both faults
        document = msgspec.json.decode(content.lstrip(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise SourceError(
            "sigma.indicators.json",
            name=opened.name,
            th=f"อ่าน JSON ไม่ได้ ต้องเป็น JSON Lines อาร์เรย์ หรือชุด STIX 2.1 ({error})",
            en=f"Cannot read the JSON; it must be JSON lines, an array or a STIX 2.1 bundle ({error})",
        ) from error
    objects = document.get("objects") if isinstance(document, dict) else document
    objects = [item for item in objects if isinstance(item, dict)] if isinstance(objects, list) else []
    if isinstance(document, dict):
        yield from _bundle(objects)
        return
    for number, item in enumerate(objects, 1):
        yield from _object(number, item)


def _json_line(number: int, line: str) -> Iterator[tuple[int, Entry]]:
    try:
        item = msgspec.json.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError):
        item = None
    if isinstance(item, dict):
        yield from _object(number, item)
    else:
        yield number, {"value": line, "problem": "line"}


def _object(number: int, item: Mapping[str, Any]) -> Iterator[tuple[int, Entry]]:
    if item.get("type") == "indicator" and "pattern" in item:
        yield from _indicator(number, item, markings([]))
        return
    entry: Entry = {}
    for name, value in item.items():
        column = _NAMES.get(name.lower())
        if column and column not in entry and isinstance(value, str | int | float):
            entry[column] = str(value)
    yield number, entry


def _bundle(objects: list[dict[str, Any]]) -> Iterator[tuple[int, Entry]]:
    known = markings(objects)
    for number, item in enumerate(objects, 1):
        if item.get("type") == "indicator":
            yield from _indicator(number, item, known)


def _indicator(number: int, item: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[tuple[int, Entry]]:
    entry: Entry = {
        "begins": str(item.get("valid_from") or ""),
        "expires": str(item.get("valid_until") or ""),
        "name": str(item.get("id") or ""),
        "source": str(item.get("created_by_ref") or ""),
        "note": str(item.get("name") or item.get("description") or ""),
        **marking_of(item, known),
    }
    if item.get("revoked") is True:
        yield number, {**entry, "problem": "revoked"}
        return
    try:
        if item.get("pattern_type", "stix") != "stix":
            raise UnfitError("pattern")  # noqa: TRY301 one way for all refusals
        found = comparisons(str(item.get("pattern", "")))
    except UnfitError as error:
        yield number, {**entry, "value": str(item.get("pattern", "")), "problem": str(error)}
        return
    for kind, value in itertools.islice(found, _SNIFFED):
        yield number, {**entry, "kind": kind, "value": value}

"""Files that are no JSON lines, turned into them: EVTX, JSON arrays, Zeek TSV, audit, web and system logs, tables.

The form is told by the first bytes, if the caller does not say it. One line of output is one record, so a hit's
event number is the number of the record in the file (of the joined event, for auditd).
"""

from __future__ import annotations

import importlib
import io
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from phithak.engines.sigma.errors import SourceError
from phithak.engines.sigma.normalise import lines as parsers
from phithak.engines.sigma.normalise.table import table
from phithak.engines.sigma.stream import Opened, chunks

_ARRAY_BYTES = 512 << 20
_BATCH = 2000
_SNIFFED = 4096
_EVTX = b"ElfFile\x00"
_encode = msgspec.json.Encoder().encode
Parser = Callable[[Iterator[str]], Iterator[dict[str, Any]]]


AUTO, JSON_LINES, _JSON_ARRAY, _EVTX_FILE = "auto", "json", "json-array", "evtx"
_PARSERS: dict[str, Parser] = {
    "zeek": parsers.zeek_tsv,
    "auditd": parsers.auditd,
    "access": parsers.web_access,
    "syslog": parsers.syslog,
    "pgaudit": parsers.pgaudit,
    "mariadb": parsers.mariadb_audit,
    "csv": table,
}
FORMATS = (AUTO, JSON_LINES, _JSON_ARRAY, _EVTX_FILE, *_PARSERS)
"""What a caller may say that files are; ``auto`` looks at the first bytes of each."""


def is_json_lines(opened: Opened, form: str = AUTO) -> bool:
    """Whether a file holds JSON lines, so that it can be read as it is; ``form`` is one of ``FORMATS``."""
    return _form(opened, form) == JSON_LINES


def json_chunks(opened: Opened, size: int, form: str = AUTO) -> Iterator[bytes]:
    """Yield a file's records as chunks of JSON lines; ``form`` is one of ``FORMATS``.

    Raises:
        SourceError: an EVTX file that is damaged or without the package ``evtx``, or a JSON array over 512 MiB.
    """
    found = _form(opened, form)
    if found == _EVTX_FILE:
        yield from _batched(_evtx(opened))
    elif found == _JSON_ARRAY:
        yield from _batched(_array(opened))
    elif found == JSON_LINES:
        yield from chunks(opened.stream, size, live=opened.live)
    else:
        parser = found if callable(found) else _PARSERS[found]
        yield from _batched(map(_encode, parser(_text_lines(opened.stream))))


def _form(opened: Opened, form: str) -> str | Parser:
    if form != AUTO:
        return form
    head = opened.stream.peek(_SNIFFED)[:_SNIFFED]
    if head.startswith(_EVTX):
        return _EVTX_FILE
    if head.lstrip()[:1] == b"[":
        return _JSON_ARRAY
    return parsers.parser_for(decoded(head)) or JSON_LINES


def _batched(records: Iterator[bytes]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    for record in records:
        waiting.append(record)
        if len(waiting) >= _BATCH:
            yield b"\n".join(waiting) + b"\n"
            waiting = []
    if waiting:
        yield b"\n".join(waiting) + b"\n"


def _text_lines(stream: io.BufferedReader) -> Iterator[str]:
    """Yield lines as text: UTF-8, else Thai in cp874, else with replacement characters."""
    for chunk in chunks(stream):
        for line in chunk.splitlines():
            yield decoded(line)


def decoded(line: bytes) -> str:
    """Return a line of a log as text: UTF-8, else cp874 (Thai Windows and old devices)."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp874", "replace")


def _array(opened: Opened) -> Iterator[bytes]:
    content = opened.stream.read(_ARRAY_BYTES + 1)
    try:
        if len(content) > _ARRAY_BYTES:
            raise ValueError("over 512 MiB")  # noqa: TRY301 one answer for both faults
        records = msgspec.json.decode(content, type=list[msgspec.Raw])
    except (msgspec.DecodeError, ValueError) as error:
        raise SourceError(
            "sigma.source.array",
            name=opened.name,
            th=f"อาร์เรย์ JSON อ่านไม่ได้ แปลงเป็น JSON Lines แล้วลองใหม่ ({error})",
            en=f"The JSON array cannot be read; turn it into JSON lines and retry ({error})",
        ) from error
    for record in records:
        yield bytes(record).replace(b"\n", b" ")


def _evtx(opened: Opened) -> Iterator[bytes]:
    try:
        evtx = importlib.import_module("evtx")
    except ImportError as error:
        raise SourceError(
            "sigma.source.evtx",
            name=opened.name,
            th="ต้องติดตั้งแพ็กเกจ evtx ก่อน (pip install phithak[evtx])",
            en="Reading EVTX needs the package evtx (pip install phithak[evtx])",
        ) from error
    with tempfile.TemporaryFile() as copy:
        while block := opened.stream.read(1 << 20):
            copy.write(block)
        copy.seek(0)
        for record in evtx.PyEvtxParser(copy).records_json():
            yield record["data"].replace("\n", " ").encode("utf-8", "replace")

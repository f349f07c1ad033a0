"""Folders into which whole files of events are put: Windows event exports and the like.

A file counts as whole when it has not changed for some seconds. Taken are XML (``wevtutil``, ``<Event>`` elements),
JSON (an array or objects one behind the other), and lines (NDJSON, CSV); UTF-16, in which Windows writes, becomes
UTF-8. The files stay where they are: cleaning up is the business of whoever wrote them.
"""

from __future__ import annotations

import glob
import json
import re
import selectors
import time
from pathlib import Path

from phithak.sensor import moments
from phithak.sensor.settings import SourceSettings
from phithak.sensor.sources.base import Sink
from phithak.sensor.sources.marks import PRINT_BYTES, OpenFile, digest

_LOOK_SECONDS = 2.0
_CHUNK = 1 << 20
_LONGEST = 4 << 20
_KEPT = 2_000
_BYTE_ORDER = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF8_MARK = b"\xef\xbb\xbf"
_EVENT = re.compile(rb"<Event[\s>].*?</Event>", re.DOTALL)
_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}]', re.DOTALL)


class Exports:
    """The exported files of one source.

    Args:
        settings: its ``path`` is a folder, or a pattern of files with ``*``.
        sink: takes the events.
    """

    def __init__(self, settings: SourceSettings, sink: Sink) -> None:
        self.fault = ""
        self._settings = settings
        self._sink = sink
        self._done: dict[str, list[object]] = {}
        self._next_look = 0.0
        self._queue: list[Path] = []
        self._not_before = 0

    def open(self, selector: selectors.BaseSelector) -> None:
        """Begin with what was read before; sockets it has none."""
        del selector
        self.rewind()

    def skip(self) -> None:
        """Pass over the files that were changed up to now, those still being written too."""
        self._not_before = time.time_ns()

    def rewind(self) -> None:
        """Go back to what was sealed."""
        self._done = {item: json.loads(mark) for item, mark in self._sink.positions().items()}
        self._queue = []
        self._next_look = 0.0

    def close(self) -> None:
        """Nothing is held open."""

    def poll(self) -> bool:
        """Read a part of the next file; true when there is more."""
        if not self._queue and moments.steady() >= self._next_look:
            self._next_look = moments.steady() + _LOOK_SECONDS
            self._queue = self._unread()
        if not self._queue:
            return False
        path = self._queue[0]
        try:
            more = self._read(path)
            self.fault = ""
        except OSError as error:
            self.fault = f"{path.name}: {error.strerror or error}"
            more = False
        if not more:
            self._queue.pop(0)
        return more or bool(self._queue)

    def _unread(self) -> list[Path]:
        named = self._settings.path
        pattern = named if glob.has_magic(named) else str(Path(named) / "*")
        if not Path(pattern).parent.is_dir() and not glob.has_magic(str(Path(pattern).parent)):
            self.fault = f"{Path(pattern).parent}: no such folder"
            return []
        found: list[tuple[int, Path]] = []
        present: set[str] = set()
        for name in glob.iglob(pattern):  # noqa: PTH207 - a pattern of the whole path, not below one folder
            path = Path(name)
            try:
                status = path.stat()
            except OSError:
                continue
            item = f"{status.st_dev:x}-{status.st_ino:x}"
            present.add(item)
            settled = (
                time.time() - status.st_mtime >= self._settings.settle
                and status.st_mtime_ns > self._not_before
            )
            if path.is_file() and settled and not path.name.startswith(".") and path.suffix != ".tmp":
                before = self._done.get(item)
                if before is None or before[1:3] != [status.st_size, status.st_mtime_ns] or not before[3]:
                    found.append((status.st_mtime_ns, path))
        gone = [item for item in self._done if item not in present]
        if len(gone) > _KEPT:
            self._sink.add([], dict.fromkeys(gone))
            for item in gone:
                del self._done[item]
        return [path for _, path in sorted(found)]

    def _read(self, path: Path) -> bool:
        """Hand over the next part of a file; true when the file has more."""
        file = OpenFile(path)
        try:
            status = file.status()
            head = file.read(0, PRINT_BYTES)
            before = self._done.get(file.item)
            same = before is not None and before[0] == digest(head[: int(str(before[5]))])
            # one that grew after it was read is read on; another under the same number from its start
            offset = (
                int(str(before[4]))
                if same and before is not None and int(str(before[4])) <= status.st_size
                else 0
            )
            events, taken, whole = self._part(file, offset, status.st_size)
        finally:
            file.close()
        if not self._sink.allow(len(events)):
            return False
        offset += taken
        mark: list[object] = [digest(head), status.st_size, status.st_mtime_ns, whole, offset, len(head)]
        self._done[file.item] = mark
        self._sink.add(events, {file.item: json.dumps(mark)})
        return not whole

    def _part(self, file: OpenFile, offset: int, size: int) -> tuple[list[bytes], int, bool]:
        """Return events from ``offset``, how many bytes they took, and whether the file was read to its end."""
        encoding = _BYTE_ORDER.get(file.read(0, 2), "")
        start = 2 if encoding else 3 if file.read(0, 3) == _UTF8_MARK else 0
        skipped = start if not offset else 0
        most = _CHUNK
        while True:
            raw = file.read(offset + skipped, most)
            last = offset + skipped + len(raw) >= size or not raw
            if encoding:
                raw = raw[: len(raw) & ~1]
            text, room = (_to_utf8(raw, encoding), 2) if encoding else (raw, 1)
            form = _form(file, start, encoding)
            events, used = _FORMS[form](text, last)
            if used or last or most >= _LONGEST:
                break
            most *= 2
        if encoding:
            used_raw = len(text[:used].decode("utf-8", "surrogatepass").encode(encoding, "surrogatepass"))
        else:
            used_raw = used
        if not used and not last:
            raise OSError(f"an event over {_LONGEST // room} bytes")
        return events, skipped + (len(raw) if last else used_raw), last


def _to_utf8(raw: bytes, encoding: str) -> bytes:
    return raw.decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")


def _form(file: OpenFile, start: int, encoding: str) -> str:
    head = file.read(start, PRINT_BYTES)
    text = _to_utf8(head[: len(head) & ~1], encoding) if encoding else head
    first = text.lstrip()[:1]
    if first == b"<":
        return "xml"
    return "json" if first == b"[" or (first == b"{" and b"\n" in text.strip()[:3]) else "lines"


def _xml(text: bytes, last: bool) -> tuple[list[bytes], int]:  # noqa: FBT001 - one of three of one shape
    del last
    found = list(_EVENT.finditer(text))
    return [one[0] for one in found], found[-1].end() if found else 0


def _json(text: bytes, last: bool) -> tuple[list[bytes], int]:  # noqa: FBT001 - same
    del last
    events: list[bytes] = []
    depth = begin = end = 0
    for part in _STRUCTURE.finditer(text):
        if part[0] == b"{":
            if not depth:
                begin = part.start()
            depth += 1
        elif part[0] == b"}" and depth:
            depth -= 1
            if not depth:
                end = part.end()
                events.append(text[begin:end])
    return events, end


def _plain_lines(text: bytes, last: bool) -> tuple[list[bytes], int]:  # noqa: FBT001 - same
    end = len(text) if last else text.rfind(b"\n") + 1
    return [line for line in text[:end].split(b"\n") if line.strip()], end


_FORMS = {"xml": _xml, "json": _json, "lines": _plain_lines}

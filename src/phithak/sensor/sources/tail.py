"""Files that grow: logs, EVE and Zeek JSON, database audits; safe when they are rotated.

Rotation by rename: the old file stays open and is read to its end before it is let go. Rotation by copy and cut
(``copytruncate``): what was not read yet is read from the copy. While the sensor was off: the file is found again
under its new name (``.gz`` too) and read on, files in between are read whole. A last line without its end waits.
"""

from __future__ import annotations

import glob
import selectors
from dataclasses import replace
from pathlib import Path

from phithak.sensor import moments
from phithak.sensor.settings import SourceSettings
from phithak.sensor.sources.base import Sink
from phithak.sensor.sources.lines import Joiner, joiner_for
from phithak.sensor.sources.marks import PRINT_BYTES, Mark, OpenFile, digest

CHUNK = 256 << 10
_LOOK_SECONDS = 2.0
_GRACE_SECONDS = 5.0  # a writer may still hold a file that was renamed
_KEPT_MARKS = 64
_MOST_SKIPPED = 8_000  # two gigabytes of each file
_LEAST_PRINT = 16  # fewer bytes than this may be alike by chance
_SEEN = "seen"


class _Reading:
    """One open file: how far it was read, its fingerprint, when it last grew and was changed when last looked at."""

    def __init__(self, path: Path, file: OpenFile, offset: int) -> None:
        self.path = path
        self.file = file
        self.offset = self.begun = offset
        head = file.read(0, PRINT_BYTES)
        self.length, self.digest = len(head), digest(head)
        self.grew = moments.steady()
        self.gone = False
        self.last_stat = (-1, -1)
        self.changed = file.status().st_mtime_ns

    def mark(self) -> Mark:
        status = self.file.status()
        return Mark(str(self.path), self.offset, self.length, self.digest, status.st_mtime_ns)

    def grow_print(self) -> None:
        if self.length < PRINT_BYTES:
            head = self.file.read(0, PRINT_BYTES)
            self.length, self.digest = len(head), digest(head)


def _is_copy(file: OpenFile, mark: Mark) -> bool:
    """Tell whether a file under another number begins like the one that the mark was made of."""
    return mark.length >= _LEAST_PRINT and file.matches(mark)


class Tail:
    """The files of one source.

    Args:
        settings: its ``path`` may hold ``*``, ``?`` and ``[…]``.
        sink: takes the lines.
    """

    def __init__(self, settings: SourceSettings, sink: Sink) -> None:
        self.fault = ""
        self._settings = settings
        self._sink = sink
        self._readings: dict[str, _Reading] = {}
        self._next_look = 0.0
        self._joiner: Joiner | None = joiner_for(settings.profile)

    def open(self, selector: selectors.BaseSelector) -> None:
        """Open the files that are there; sockets it has none."""
        del selector
        marks = self._marks()
        first = _SEEN not in self._sink.positions()
        for path in self._paths():
            self._begin(path, marks, from_end=first and self._settings.start == "end")
        if not first:
            for path in self._paths():
                self._catch_up(path, marks)
        else:
            self._sink.add(
                [], {_SEEN: "1", **{one.file.item: one.mark().to_text() for one in self._readings.values()}}
            )
        self._next_look = moments.steady() + _LOOK_SECONDS

    def poll(self) -> bool:
        """Read what came; true when a file holds more."""
        if moments.steady() >= self._next_look:
            self._look()
        more = False
        for reading in list(self._readings.values()):
            try:
                more |= self._read(reading)
                self.fault = ""
            except OSError as error:  # noqa: PERF203 - one file must not stop the others
                self.fault = f"{reading.path}: {error.strerror or error}"
        return more

    def skip(self) -> None:
        """Read past what was written up to now."""
        for _ in range(_MOST_SKIPPED):
            if not self.poll():
                return

    def rewind(self) -> None:
        """Go back to what was sealed."""
        marks = self._marks()
        for item, reading in self._readings.items():
            reading.offset = marks[item].offset if item in marks else reading.begun
            reading.last_stat = (-1, -1)

    def close(self) -> None:
        """Let go of all files."""
        for reading in self._readings.values():
            reading.file.close()
        self._readings = {}

    def _marks(self) -> dict[str, Mark]:
        found = {item: Mark.from_text(text) for item, text in self._sink.positions().items() if item != _SEEN}
        return {item: mark for item, mark in found.items() if mark is not None}

    def _paths(self) -> list[Path]:
        if not glob.has_magic(self._settings.path):
            paths = [Path(self._settings.path)]
        else:
            paths = [Path(name) for name in sorted(glob.iglob(self._settings.path))]  # noqa: PTH207 - a whole path
        found = [path for path in paths if path.is_file() and path.suffix != ".gz"]
        if not found and not self.fault:
            self.fault = f"{self._settings.path}: no such file"
        return found

    def _look(self) -> None:
        """Open files that are new, notice those that went."""
        self._next_look = moments.steady() + _LOOK_SECONDS
        here: set[str] = set()
        marks = self._marks()
        for path in self._paths():
            try:
                status = path.stat()
            except OSError:
                continue
            item = f"{status.st_dev:x}-{status.st_ino:x}"
            here.add(item)
            if item in self._readings:
                self._readings[item].path = path
                self._readings[item].gone = False
            else:
                known = {**marks, **{item: one.mark() for item, one in self._readings.items()}}
                self._begin(path, marks, from_end=False)
                self._catch_up(path, known)
        for item, reading in self._readings.items():
            if item not in here:
                reading.gone = True
        if len(marks) > _KEPT_MARKS:
            old = sorted(
                (item for item in marks if item not in self._readings), key=lambda one: marks[one].changed
            )
            self._sink.add([], dict.fromkeys(old[: len(marks) - _KEPT_MARKS]))

    def _begin(self, path: Path, marks: dict[str, Mark], *, from_end: bool) -> None:
        """Open a file at the place that its mark tells, if it is still the file that the mark was made of."""
        try:
            file = OpenFile(path)
            size = file.status().st_size
            mark = marks.get(file.item)
            known = mark is not None and mark.offset <= size and file.matches(mark)
            if known and mark is not None:
                offset = mark.offset
            else:
                offset = size if from_end and mark is None else 0
                if mark is not None:
                    self._cut(path, mark)
        except OSError as error:
            self.fault = f"{path}: {error.strerror or error}"
            return
        self._take(path, file, offset)

    def _take(self, path: Path, file: OpenFile, offset: int, *, gone: bool = False) -> None:
        """Begin to read a file; its mark is kept before any of its events, so that a kill does not forget the file."""
        reading = self._readings[file.item] = _Reading(path, file, offset)
        reading.gone = gone
        self._sink.add([], {file.item: reading.mark().to_text()})

    def _catch_up(self, path: Path, marks: dict[str, Mark]) -> None:
        """Read what was rotated away unseen: while the sensor was off, or twice between two looks."""
        mine = [mark for mark in marks.values() if mark.path == str(path)]
        newest = max((mark.changed for mark in mine), default=None)
        if newest is None:
            return
        for other in self._siblings(path):
            file = OpenFile(other)
            if file.item in self._readings:
                file.close()
                continue
            mark = marks.get(file.item)
            if mark is None or not file.matches(mark):
                mark = next((one for one in marks.values() if _is_copy(file, one)), None)
            if mark is not None:
                self._take(other, file, mark.offset, gone=True)
            elif file.status().st_mtime_ns >= newest:
                self._take(other, file, 0, gone=True)
            else:
                file.close()

    def _siblings(self, path: Path) -> list[Path]:
        """Return files that may have been this one: its name with something behind it, oldest first."""
        names = set(path.parent.glob(glob.escape(path.name) + "[.-]*"))
        names |= set(path.parent.glob(f"{glob.escape(path.stem)}[.-]*{path.suffix}"))
        names |= set(path.parent.glob(f"{glob.escape(path.stem)}[.-]*{path.suffix}.gz"))
        found = [(one.stat().st_mtime_ns, one) for one in names if one != path and one.is_file()]
        return [one for _, one in sorted(found)]

    def _cut(self, path: Path, mark: Mark) -> None:
        """Go on in the copy of a file that was cut, and remember its fingerprint so that the copy is known later."""
        self._sink.add([], {f"old-{mark.digest}": mark.to_text()})
        for other in reversed(self._siblings(path)):
            file = OpenFile(other)
            # few bytes may be alike by chance, but not in a copy that was written after they were seen
            fresh = file.status().st_mtime_ns >= mark.changed and file.matches(mark)
            if file.item not in self._readings and (fresh or _is_copy(file, mark)):
                self._take(other, file, mark.offset, gone=True)
                return
            file.close()

    def _read(self, reading: _Reading) -> bool:
        self._check(reading)
        chunk = reading.file.read(reading.offset, CHUNK)
        quiet = moments.steady() - reading.grew > _GRACE_SECONDS
        if not chunk:
            if reading.gone and quiet:
                self._finish(reading)
            return False
        events, taken = self._lines(chunk, whole=reading.gone and quiet, quiet=quiet)
        if not taken or not self._sink.allow(len(events)):
            return False
        reading.offset += taken
        kept = [event for event in events if event and event != b"\r"]
        self._sink.add(kept, {reading.file.item: reading.mark().to_text()})
        return len(chunk) == CHUNK

    def _check(self, reading: _Reading) -> None:
        """Notice growth, and whether the file was cut or written anew under the same name."""
        status = reading.file.status()
        stat = (status.st_size, status.st_mtime_ns)
        if stat == reading.last_stat:
            return
        reading.last_stat = stat
        reading.grew = moments.steady()
        if reading.file.packed:
            return
        # as it was when it was last looked at: a copy of it is younger than that
        before = replace(reading.mark(), changed=reading.changed)
        reading.changed = stat[1]
        if stat[0] < reading.offset or not reading.file.matches(before):
            self._cut(reading.path, before)
            reading.offset = reading.begun = reading.length = 0
        reading.grow_print()

    def _lines(self, chunk: bytes, *, whole: bool, quiet: bool) -> tuple[list[bytes], int]:
        """Return the events of a chunk and how many bytes of it they took; ``whole`` takes a last line without end."""
        full = len(chunk) == CHUNK
        end = chunk.rfind(b"\n") + 1
        if (not end and full) or whole:
            end = len(chunk)
        if not end:
            return [], 0
        events = chunk[: end - 1 if chunk[end - 1 : end] == b"\n" else end].split(b"\n")
        if self._joiner is None:
            return events, end
        joined, taken = self._joiner.join(events, end, last=quiet)
        return (joined, taken) if taken or not full else self._joiner.join(events, end, last=True)

    def _finish(self, reading: _Reading) -> None:
        """Let go of a file that was rotated away and read to its end; its mark stays, so that it is known."""
        self._sink.add([], {reading.file.item: reading.mark().to_text()})
        reading.file.close()
        del self._readings[reading.file.item]

"""Reading a log as lines, in bounded memory, and finding where two copies part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from phithak.engines.tlog.errors import LogFileError
from phithak.engines.tlog.witnessed import unreadable

BLOCK_BYTES = 1 << 20
MAX_LINE_BYTES = 1 << 24


class LogLines:
    """The lines of a log file, in order and without their newline, read block by block.

    After the last line ``torn`` tells whether it lacked its newline: the mark of a copy taken in mid-write
    or of a file cut short.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.torn = False

    def __iter__(self) -> Iterator[bytes]:
        """Yield each line's bytes.

        Raises:
            LogFileError: the file cannot be read, or one line is longer than ``MAX_LINE_BYTES``.
        """
        try:
            with self.path.open("rb") as handle:
                rest = b""
                while block := handle.read(BLOCK_BYTES):
                    lines = (rest + block).split(b"\n")
                    rest = lines.pop()
                    for line in lines:
                        self.count += 1
                        yield line
                    self._check_length(rest)
        except OSError as error:
            raise unreadable(self.path, error) from error
        if rest:
            self.count += 1
            self.torn = True
            yield rest

    def _check_length(self, rest: bytes) -> None:
        if len(rest) > MAX_LINE_BYTES:
            raise LogFileError(
                "tlog.verify.line",
                th=f"บรรทัดยาวเกิน {MAX_LINE_BYTES} ไบต์ ไม่ใช่บันทึกแบบหนึ่งรายการต่อบรรทัด",
                en=f"the line is longer than {MAX_LINE_BYTES} bytes; this is no log of one entry a line.",
                file=str(self.path),
                line=self.count + 1,
            )


def first_difference(log: Path, other: Path) -> int | None:
    """Return the number (from 1) of the first line in which two files differ, or None if they are alike.

    A line that only one of them has counts as a difference.

    Raises:
        LogFileError: a file cannot be read.
    """
    line = 1
    try:
        with log.open("rb") as left, other.open("rb") as right:
            while True:
                here, there = left.read(BLOCK_BYTES), right.read(BLOCK_BYTES)
                if here != there:
                    return line + here[: _common(here, there)].count(b"\n")
                if not here:
                    return None
                line += here.count(b"\n")
    except OSError as error:
        raise unreadable(Path(error.filename or log), error) from error


def _common(here: bytes, there: bytes) -> int:
    """Length of the common beginning, by halving: byte by byte would be slow on a block of 1 MiB."""
    low, high = 0, min(len(here), len(there))
    while low < high:
        middle = (low + high + 1) // 2
        if here[low:middle] == there[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low

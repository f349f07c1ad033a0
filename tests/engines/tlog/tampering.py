"""Makes logs, checkpoints and tampered copies, and knows the right answer without asking the engine.

Roots come from ``truth.tree_hash``. The expected answer follows from the two lists of lines alone: the
first line in which they differ, and the checkpoint interval that holds it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random

from tests.engines.tlog.truth import tree_hash

ORIGIN = "cert.example/journal"
LONGEST = 20_000


class Edit(StrEnum):
    ALTER = "alter"
    REMOVE = "remove"
    INSERT = "insert"
    REORDER = "reorder"
    TRUNCATE = "truncate"


@dataclass(frozen=True)
class Log:
    """A log's lines and the sizes at which a witness saw it."""

    lines: list[bytes]
    sizes: list[int]

    def checkpoints(self) -> dict[str, object]:
        """The checkpoint file's content."""
        found = [{"size": size, "root": tree_hash(self.lines[:size]).hex()} for size in self.sizes]
        return {"origin": ORIGIN, "checkpoints": found}


@dataclass(frozen=True)
class Expected:
    """``line``: first differing line (from 1); ``interval``: None if no checkpoint covers that line."""

    line: int
    interval: tuple[int, int] | None


def make_log(random: Random) -> Log:
    """1 to 20,000 lines (log-uniform, a third of the logs with many equal lines), two to six checkpoints."""
    count = max(1, round(LONGEST ** random.random()))
    repeated = random.random() < 0.33
    lines = [
        b'{"tag":"case:opened"}' if repeated and random.random() < 0.7 else _line(random)
        for _ in range(count)
    ]
    wanted = min(random.randint(2, 6), count + 1)
    sizes = set(random.sample(range(count + 1), wanted - 1))
    sizes.add(count if random.random() < 0.5 else max(1, count - random.randint(0, count // 3)))
    while len(sizes) < 2:
        sizes.add(random.randint(0, count))
    return Log(lines, sorted(sizes))


def tamper(log: Log, random: Random, edit: Edit) -> list[bytes]:
    """Return an edited copy that differs from the log; positions uniform, or at either end."""
    while True:
        lines = _edited(log.lines, random, edit)
        if lines != log.lines:
            return lines
        if edit is Edit.REORDER:
            # all lines are equal: no order to disturb
            edit = Edit.ALTER


def expect(log: Log, lines: list[bytes]) -> Expected:
    """Work out what a verifier must say about ``lines``."""
    shorter = min(len(lines), len(log.lines))
    at = next((index for index in range(shorter) if lines[index] != log.lines[index]), shorter)
    above = [size for size in log.sizes if size > at]
    if not above:
        return Expected(at + 1, None)
    below = [size for size in log.sizes if size <= at]
    return Expected(at + 1, ((below[-1] if below else 0) + 1, above[0]))


def write_log(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def write_checkpoints(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _line(random: Random) -> bytes:
    return b'{"tag":"case:note:added","salted":"%s"}' % random.randbytes(random.randint(1, 12)).hex().encode()


def _position(random: Random, count: int) -> int:
    draw = random.random()
    if draw < 0.2:
        return 0
    if draw < 0.4:
        return count - 1
    return random.randrange(count)


def _edited(original: list[bytes], random: Random, edit: Edit) -> list[bytes]:
    lines = list(original)
    at = _position(random, len(lines))
    if edit is Edit.ALTER:
        changed = bytearray(lines[at])
        spot = random.randrange(len(changed))
        changed[spot] = random.choice([byte for byte in range(32, 127) if byte != changed[spot]])
        lines[at] = bytes(changed)
    elif edit is Edit.REMOVE:
        del lines[at]
    elif edit is Edit.INSERT:
        lines.insert(at + random.randint(0, 1), random.choice([_line(random), lines[at], b""]))
    elif edit is Edit.REORDER:
        other = random.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    else:
        del lines[at:]
    return lines

"""Offline verification of a copy of the log against checkpoints that others hold.

The owner of the machine can rewrite the log and recompute every hash; only checkpoints kept elsewhere
(a witness, an auditor's file) show it. ``verify_log`` streams the copy once and compares the root at each
checkpoint. A root that differs at size b after one that held at size a means: lines a+1 to b are not what
was witnessed. A second, independent copy narrows that to the exact line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import groupby, islice
from pathlib import Path

from phithak.engines.tlog.lines import LogLines, first_difference
from phithak.engines.tlog.tree import Frontier
from phithak.engines.tlog.witnessed import View


class Fault(StrEnum):
    """What can be wrong with a log that was read whole."""

    ALTERED = "altered"
    TRUNCATED = "truncated"
    ROLLBACK = "rollback"
    FORK = "fork"
    TORN = "torn"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Problem:
    """The first bad interval: lines ``first`` to ``last`` (from 1, both inside), ``line`` if exactly known."""

    fault: Fault
    first: int
    last: int
    line: int | None
    th: str
    en: str


@dataclass(frozen=True, slots=True)
class Report:
    """Outcome of a verification.

    Attributes:
        log: path of the log that was read.
        lines: how many lines it has.
        good_until: lines 1 to this number are witnessed and unchanged.
        unwitnessed: first and last line after the newest checkpoint (never valid: nobody vouches for
            them yet), or None.
        checkpoints: how many checkpoint sizes held.
        problem: what is wrong, or None.
        reference_note: (th, en) if the reference copy itself cannot be trusted or is too short, or None.
    """

    log: str
    lines: int
    good_until: int
    unwitnessed: tuple[int, int] | None
    checkpoints: int
    problem: Problem | None
    reference_note: tuple[str, str] | None = None

    @property
    def ok(self) -> bool:
        """True if every witnessed line is unchanged and none is missing."""
        return self.problem is None

    @property
    def exit_code(self) -> int:
        """0 if ``ok``, else 1."""
        return 0 if self.ok else 1

    def as_dict(self) -> dict[str, object]:
        """For JSON: the fields, ``ok`` and ``exit_code``."""
        return {"ok": self.ok, "exit_code": self.exit_code, **asdict(self)}


@dataclass(frozen=True, slots=True)
class _Pass:
    lines: int
    torn: bool
    held: tuple[int, ...]
    bad: tuple[int, tuple[View, ...]] | None


def verify_log(log: Path, views: Iterable[View], reference: Path | None = None) -> Report:
    """Verify ``log`` (one entry a line) against checkpoints; with ``reference`` name the exact line.

    Args:
        log: the copy to verify; a line's bytes without the newline are the entry.
        views: checkpoints of one or more files (``load_witnessed``), in any order.
        reference: another copy, which may be shorter or longer; it is verified too.

    Raises:
        LogFileError: a file cannot be read or is no log of lines.
    """
    by_size = _group(views)
    seen = _stream(log, by_size)
    problem = _judge(seen, by_size)
    note = None
    if reference is not None:
        problem, note = _consult(log, reference, seen, by_size, problem)
    last = by_size[-1][0] if by_size else 0
    return Report(
        log=str(log),
        lines=seen.lines,
        good_until=seen.held[-1] if seen.held else 0,
        unwitnessed=(last + 1, seen.lines) if seen.lines > last else None,
        checkpoints=len(seen.held),
        problem=problem,
        reference_note=note,
    )


_Sizes = Sequence[tuple[int, tuple[View, ...]]]


def _group(views: Iterable[View]) -> _Sizes:
    ordered = sorted(views, key=lambda view: view.size)
    return [(size, tuple(group)) for size, group in groupby(ordered, key=lambda view: view.size)]


def _stream(log: Path, by_size: _Sizes) -> _Pass:
    """Read the log once; stop hashing, not counting, at the first checkpoint that does not hold."""
    source = LogLines(log)
    lines: Iterator[bytes] = iter(source)
    frontier = Frontier()
    held: list[int] = []
    bad = None
    for size, views in by_size:
        frontier.extend(islice(lines, size - frontier.size))
        root = frontier.root()
        if frontier.size < size or any(view.root != root for view in views):
            matching = tuple(view for view in views if frontier.size == size and view.root == root)
            bad = (size, matching)
            break
        held.append(size)
    for _ in lines:
        pass
    return _Pass(source.count, source.torn, tuple(held), bad)


def _judge(seen: _Pass, by_size: _Sizes) -> Problem | None:
    start = seen.held[-1] if seen.held else 0
    if seen.bad is None:
        newest = by_size[-1][0] if by_size else 0
        if seen.torn and seen.lines <= newest:
            return _torn(seen, start=seen.held[-2] if len(seen.held) > 1 else 0)
        return None
    size, matching = seen.bad
    first = start + 1
    views = dict(by_size)[size]
    if len({view.root for view in views}) > 1:
        return _fork(first, size, views, matching)
    if seen.lines < size:
        return _short(seen, first, size)
    return Problem(
        Fault.ALTERED,
        first,
        size,
        None,
        th=f"บรรทัด {first}-{size} ไม่ตรงกับจุดตรวจขนาด {size}: มีการแก้ เพิ่ม ลบ หรือสลับบรรทัดในช่วงนี้",
        en=f"lines {first}-{size} do not match the checkpoint of size {size}: "
        "a line in this interval was altered, added, removed or moved.",
    )


def _torn(seen: _Pass, start: int) -> Problem:
    return Problem(
        Fault.TORN,
        start + 1,
        seen.lines,
        seen.lines,
        th=f"บรรทัด {start + 1}-{seen.lines}: บรรทัดสุดท้ายไม่มีเครื่องหมายขึ้นบรรทัดใหม่ แฟ้มถูกตัด",
        en=f"lines {start + 1}-{seen.lines}: the last line lacks its newline; the file was cut.",
    )


def _short(seen: _Pass, first: int, size: int) -> Problem:
    if seen.held and seen.lines == seen.held[-1]:
        return Problem(
            Fault.ROLLBACK,
            first,
            size,
            first,
            th=f"บรรทัด {first}-{size} หายไป: บันทึกนี้ถูกต้องแต่เก่า จบที่ {seen.lines} บรรทัด มีจุดตรวจใหม่กว่าที่ {size}",
            en=f"lines {first}-{size} are missing: this log is valid but old; it ends at {seen.lines} lines "
            f"and a newer checkpoint saw {size}.",
        )
    return Problem(
        Fault.TRUNCATED,
        first,
        size,
        None,
        th=f"บรรทัด {first}-{size}: บันทึกมีเพียง {seen.lines} บรรทัด แต่จุดตรวจเห็น {size} บรรทัด",
        en=f"lines {first}-{size}: the log has only {seen.lines} lines but a checkpoint saw {size}.",
    )


def _fork(first: int, size: int, views: Sequence[View], matching: Sequence[View]) -> Problem:
    files = ", ".join(sorted({view.file for view in views}))
    mine = ", ".join(sorted({view.file for view in matching}))
    return Problem(
        Fault.FORK,
        first,
        size,
        None,
        th=f"บรรทัด {first}-{size}: ที่ขนาด {size} พยานเห็นบันทึกต่างกัน ({files}) บันทึกนี้ตรงกับ: {mine or 'ไม่มี'}",
        en=f"lines {first}-{size}: at size {size} witnesses were shown different logs ({files}); "
        f"this one matches: {mine or 'none'}.",
    )


def _consult(
    log: Path, reference: Path, seen: _Pass, by_size: _Sizes, problem: Problem | None
) -> tuple[Problem | None, tuple[str, str] | None]:
    """Use the other copy: the exact line of a problem, or a difference that no checkpoint covers yet."""
    other = _stream(reference, by_size)
    line = first_difference(log, reference)
    last = problem.last if problem else seen.lines
    note = None
    if other.bad is not None and (problem is None or other.bad[0] <= problem.last):
        good = other.held[-1] if other.held else 0
        note = (
            f"สำเนาอ้างอิง {reference} เองไม่ตรงกับจุดตรวจหลังบรรทัด {good}",
            f"the reference {reference} itself does not match the checkpoints after line {good}.",
        )
    # a copy that is merely older ends early: that is no finding about this log
    ends_early = line is not None and line == other.lines + 1 and not other.torn
    if line is None or ends_early:
        return problem, note
    if problem is None:
        return (problem, note) if note else (_differs(line, seen, other), note)
    if problem.first <= line <= last and problem.fault is not Fault.FORK:
        return _exact(problem, line), note
    return problem, note


def _exact(problem: Problem, line: int) -> Problem:
    return Problem(
        problem.fault,
        problem.first,
        problem.last,
        line,
        th=f"{problem.th} (บรรทัดแรกที่ต่างจากสำเนาอ้างอิง: {line})",
        en=f"{problem.en} (first line that differs from the reference: {line})",
    )


def _differs(line: int, seen: _Pass, other: _Pass) -> Problem:
    last = max(line, seen.lines, other.lines)
    return Problem(
        Fault.DIFFERS,
        line,
        last,
        line,
        th=f"บรรทัด {line} ต่างจากสำเนาอ้างอิง ยังไม่มีจุดตรวจใดยืนยันว่าฉบับใดถูก",
        en=f"line {line} differs from the reference; no checkpoint says yet which copy is right.",
    )

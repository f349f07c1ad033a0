"""A run of rules over files: chunks of lines to hits, in one process or several, in the order of the events."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec

from phithak.engines.sigma.compiled import PatternFolder
from phithak.engines.sigma.errors import SigmaError
from phithak.engines.sigma.match import Engine, Hit
from phithak.engines.sigma.match.explain import told
from phithak.engines.sigma.normalise.event import LogType
from phithak.engines.sigma.normalise.formats import json_chunks
from phithak.engines.sigma.normalise.records import flat_event, open_record, time_of
from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.stream import FAULTS, damaged, open_events

_PROGRESS_EVERY = 64
Piece = tuple[int, str, bytes]


@dataclass(frozen=True)
class Options:
    """How a run is done: nothing here changes a hit but ``log``.

    Attributes:
        jobs: processes that match.
        log: what log all events are, where the caller knows better than their shape.
        chunk: bytes read at a time.
        patterns: folder where compiled patterns are kept.
        prepared: compile the patterns of all fields before the first event.
    """

    accelerated: bool = True
    jobs: int = 1
    log: LogType | None = None
    chunk: int = 1 << 20
    prepared: bool = False
    patterns: Path | None = None


@dataclass
class _Done:
    serial: int
    lines: list[tuple[int, bytes, bytes]]
    events: int
    bad: int


def run(
    rules: RuleSet,
    paths: list[str],
    out: IO[bytes],
    options: Options,
    progress: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Match every event under ``paths`` and write one JSON line per hit to ``out``, in the order of events.

    Args:
        rules: what to look for.
        paths: JSON lines, plain or packed, files or folders, or ``-``.
        out: where hits go: ``rule_id, title, level, tags, file, event, time, matched``.
        options: how.
        progress: called now and then, and at the end, with the statistics so far.

    Returns:
        Statistics: events, hits, lines that are no JSON, CPU seconds.
    """
    begin = time.process_time()
    stats: dict[str, Any] = {"events": 0, "hits": 0, "unreadable": 0, "rules": len(rules.rules)}
    results = _one_process(rules, paths, options) if options.jobs == 1 else _many(rules, paths, options)
    serial, first = 0, 0
    for count, item in enumerate(results, 1):
        if item.serial != serial:
            serial, first = item.serial, 0
        for number, head, tail in item.lines:
            out.write(b"%b%d%b" % (head, first + number, tail))
        first += item.events
        stats["events"] += item.events
        stats["hits"] += len(item.lines)
        stats["unreadable"] += item.bad
        if progress is not None and count % _PROGRESS_EVERY == 0:
            progress(stats)
    stats["cpu_seconds"] = round(time.process_time() - begin, 3)
    if progress is not None:
        progress(stats)
    return stats


def _pieces(paths: list[str], size: int) -> Iterator[Piece]:
    for serial, opened in enumerate(open_events(paths)):
        try:
            for chunk in json_chunks(opened, size):
                yield serial, opened.name, chunk
        except FAULTS as error:
            raise damaged(opened.name, error) from error


class _Matcher:
    """One engine and its way from a piece to lines of hits."""

    def __init__(self, rules: RuleSet, options: Options) -> None:
        store = None if options.patterns is None else PatternFolder(options.patterns)
        self._engine = Engine(rules, accelerated=options.accelerated, store=store)
        if options.prepared:
            self._engine.prepare()
        self._log = options.log
        self._encode = msgspec.json.Encoder().encode

    def __call__(self, piece: Piece) -> _Done:
        serial, name, chunk = piece
        done = _Done(serial, [], 0, 0)
        for number, record, found in self._found(chunk, done):
            if found is None:
                done.bad += 1
                continue
            moment = _time(record, self._log)
            done.lines += [(number, *self._line(hit, name, moment)) for hit in found]
        return done

    def _found(self, chunk: bytes, done: _Done) -> Iterator[tuple[int, Any, list[Hit] | None]]:
        if self._log is None:
            before = self._engine.records
            yield from self._engine.match_lines(chunk)
            done.events = self._engine.records - before
            return
        decode = msgspec.json.Decoder().decode
        for line in filter(bytes.strip, chunk.split(b"\n")):
            try:
                record = decode(line)
            except (msgspec.DecodeError, RecursionError, ValueError):
                yield done.events, None, None
            else:
                found = self._engine.match(record, self._log)
                if found:
                    yield done.events, record, found
            done.events += 1

    def _line(self, hit: Hit, file: str, moment: str) -> tuple[bytes, bytes]:
        """Return what stands before and after the number of the event in a line of a hit."""
        rule = hit.rule
        head = {
            "rule_id": rule.rule_id,
            "title": rule.title,
            "level": rule.level,
            "tags": rule.tags,
            "file": file,
        }
        tail = {"time": moment, "matched": hit.matched}
        return self._encode(head)[:-1] + b',"event":', b"," + self._encode(tail)[1:] + b"\n"


def _time(record: Any, log: LogType | None) -> str:
    return time_of(open_record(record, log).fields)


def _one_process(rules: RuleSet, paths: list[str], options: Options) -> Iterator[_Done]:
    matcher = _Matcher(rules, options)
    for piece in _pieces(paths, options.chunk):
        yield matcher(piece)


_matcher: _Matcher | None = None


def _begin(rules: RuleSet, options: Options) -> None:
    global _matcher  # noqa: PLW0603 a worker process has one matcher, made once
    _matcher = _Matcher(rules, options)


def _work(piece: Piece) -> _Done:
    if _matcher is None:
        raise RuntimeError("the worker was not prepared")
    return _matcher(piece)


def _many(rules: RuleSet, paths: list[str], options: Options) -> Iterator[_Done]:
    """Match in several processes; at most two pieces per process wait, so memory stays bounded."""
    context = multiprocessing.get_context("fork")
    with context.Pool(options.jobs, _begin, (rules, options)) as pool:
        waiting: list[Any] = []
        for piece in _pieces(paths, options.chunk):
            waiting.append(pool.apply_async(_work, (piece,)))
            if len(waiting) >= 2 * options.jobs:
                yield waiting.pop(0).get()
        for item in waiting:
            yield item.get()


def explain_event(
    rules: RuleSet, paths: list[str], rule_id: str, index: int, options: Options
) -> dict[str, Any]:
    """Return why a rule holds for the event at ``index`` of the first file, or why not.

    Raises:
        SigmaError: no such rule, or no such event.
    """
    rule = next((item for item in rules.rules if rule_id in (item.rule_id, item.title, item.name)), None)
    if rule is None:
        raise SigmaError(
            "sigma.explain.rule",
            th=f"ไม่มีกฎ {rule_id}",
            en=f"There is no usable rule {rule_id}",
            field="explain",
        )
    record = _event_at(paths, index)
    event = flat_event(record, options.log)
    source = rule.logsource
    takes = event.log.takes(source.category, source.product, source.service)
    found = Engine(RuleSet((rule,), (), ()), accelerated=False).match(record, options.log)
    return {
        "rule_id": rule.rule_id,
        "title": rule.title,
        "holds": bool(found),
        "logsource_fits": takes,
        "event_is": event.log.key,
        "tests": [msgspec.to_builtins(item) for item in told(rule.condition, event.fields)],
    }


def _event_at(paths: list[str], index: int) -> Any:
    first = 0
    for serial, _, chunk in _pieces(paths, 1 << 20):
        if serial:
            break
        lines = [line for line in chunk.split(b"\n") if line.strip()]
        if first <= index < first + len(lines):
            try:
                return msgspec.json.decode(lines[index - first])
            except msgspec.DecodeError as error:
                raise SigmaError(
                    "sigma.explain.event",
                    th=f"บรรทัด {index} ไม่ใช่ JSON",
                    en=f"Record {index} is no JSON ({error})",
                ) from error
        first += len(lines)
    raise SigmaError("sigma.explain.event", th=f"ไม่มีเหตุการณ์ลำดับ {index}", en=f"There is no event {index}")

"""A run of rules over files: chunks of lines to hits, in one process or several, in the order of the events."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import msgspec

from phithak.engines.sigma.errors import SigmaError
from phithak.engines.sigma.match import Engine, Hit
from phithak.engines.sigma.match.explain import told
from phithak.engines.sigma.normalise.event import LogType
from phithak.engines.sigma.normalise.formats import json_chunks
from phithak.engines.sigma.normalise.records import flat_event, open_record, time_of
from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.stream import FAULTS, damaged, open_events

_PROGRESS_EVERY = 64
Piece = tuple[str, int, bytes]


@dataclass(frozen=True)
class Options:
    """How a run is done: nothing here changes a hit but ``log``.

    Attributes:
        jobs: processes that match.
        log: what log all events are, where the caller knows better than their shape.
        chunk: bytes read at a time.
        prepared: compile the patterns of all fields before the first event.
    """

    accelerated: bool = True
    jobs: int = 1
    log: LogType | None = None
    chunk: int = 4 << 20
    prepared: bool = False


@dataclass
class _Done:
    lines: bytes
    events: int
    hits: int
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
    for count, item in enumerate(results, 1):
        out.write(item.lines)
        stats["events"] += item.events
        stats["hits"] += item.hits
        stats["unreadable"] += item.bad
        if progress is not None and count % _PROGRESS_EVERY == 0:
            progress(stats)
    stats["cpu_seconds"] = round(time.process_time() - begin, 3)
    if progress is not None:
        progress(stats)
    return stats


def _pieces(paths: list[str], size: int) -> Iterator[Piece]:
    for opened in open_events(paths):
        number = 0
        try:
            for chunk in json_chunks(opened, size):
                yield opened.name, number, chunk
                number += _count(chunk)
        except FAULTS as error:
            raise damaged(opened.name, error) from error


def _count(chunk: bytes) -> int:
    return chunk.count(b"\n") + (not chunk.endswith(b"\n"))


class _Matcher:
    """One engine and its way from a piece to lines of hits."""

    def __init__(self, rules: RuleSet, options: Options) -> None:
        self._engine = Engine(rules, accelerated=options.accelerated)
        if options.prepared:
            self._engine.prepare()
        self._log = options.log
        self._encode = msgspec.json.Encoder().encode

    def __call__(self, piece: Piece) -> _Done:
        name, first, chunk = piece
        written: list[bytes] = []
        bad = hits = 0
        for number, record, found in self._found(chunk):
            if found is None:
                bad += 1
                continue
            hits += len(found)
            time_text = _time(record, self._log)
            written += [self._line(hit, name, first + number, time_text) for hit in found]
        return _Done(b"".join(written), _count(chunk), hits, bad)

    def _found(self, chunk: bytes) -> Iterator[tuple[int, Any, list[Hit] | None]]:
        if self._log is None:
            yield from self._engine.match_lines(chunk)
            return
        decode = msgspec.json.Decoder().decode
        for number, line in enumerate(chunk.split(b"\n")):
            try:
                record = decode(line)
            except (msgspec.DecodeError, RecursionError, ValueError):
                if line.strip():
                    yield number, None, None
                continue
            found = self._engine.match(record, self._log)
            if found:
                yield number, record, found

    def _line(self, hit: Hit, file: str, event: int, moment: str) -> bytes:
        rule = hit.rule
        content = {
            "rule_id": rule.rule_id,
            "title": rule.title,
            "level": rule.level,
            "tags": rule.tags,
            "file": file,
            "event": event,
            "time": moment,
            "matched": hit.matched,
        }
        return self._encode(content) + b"\n"


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
    for _, first, chunk in _pieces(paths, 1 << 20):
        lines = chunk.split(b"\n")
        if first <= index < first + len(lines) and lines[index - first].strip():
            try:
                return msgspec.json.decode(lines[index - first])
            except msgspec.DecodeError as error:
                raise SigmaError(
                    "sigma.explain.event",
                    th=f"บรรทัด {index} ไม่ใช่ JSON",
                    en=f"Line {index} is no JSON ({error})",
                ) from error
    raise SigmaError("sigma.explain.event", th=f"ไม่มีเหตุการณ์ลำดับ {index}", en=f"There is no event {index}")

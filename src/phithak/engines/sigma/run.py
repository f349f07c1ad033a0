"""A run of rules over files: chunks of lines to hits, in one process or several, in the order of the events."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import msgspec

from phithak.engines.sigma.collecting import collected_seldom, collector_at_rest
from phithak.engines.sigma.compiled import PatternFolder
from phithak.engines.sigma.correlate import Fed, make_plan
from phithak.engines.sigma.correlate.model import held_texts
from phithak.engines.sigma.correlate.moments import moment_in
from phithak.engines.sigma.course import Correlating, Course, Done
from phithak.engines.sigma.crew import in_order
from phithak.engines.sigma.indicators.watch import Watch
from phithak.engines.sigma.match import Engine, Hit
from phithak.engines.sigma.match.passing import library
from phithak.engines.sigma.normalise.event import LogType
from phithak.engines.sigma.normalise.formats import AUTO
from phithak.engines.sigma.normalise.records import flat_event, open_record, time_of
from phithak.engines.sigma.pieces import Piece, pieces_of
from phithak.engines.sigma.rules.model import RuleSet

_PROGRESS_EVERY = 64


@dataclass(frozen=True)
class Options:
    """How a run is done: nothing here changes a hit but ``log``.

    Attributes:
        jobs: processes that match.
        log: what log all events are, where the caller knows better than their shape.
        form: how the files are written, one of ``formats.FORMATS``.
        chunk: bytes read at a time.
        patterns: folder where compiled patterns are kept.
        prepared: compile the patterns of all fields before the first event.
        watch: indicators to look for beside the rules.
        at: the moment for which those must count, in seconds since 1970.
        correlating: how correlations are done.
    """

    accelerated: bool = True
    jobs: int = 1
    log: LogType | None = None
    form: str = AUTO
    chunk: int = 1 << 20
    prepared: bool = False
    patterns: Path | None = None
    watch: Watch | None = None
    at: float = math.inf
    correlating: Correlating = field(default_factory=Correlating)


def run(
    rules: RuleSet,
    paths: list[str],
    out: IO[bytes],
    options: Options,
    progress: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Match every event under ``paths`` and write one JSON line per hit to ``out``, in the order of events.

    Alerts of correlations are written when they are certain, so behind their events.

    Args:
        rules: what to look for.
        paths: JSON lines, plain or packed, files or folders, or ``-``.
        out: where hits go: ``rule_id, title, level, tags, file, event, time, matched``. With a state file it
            must be a file that can be cut.
        options: how.
        progress: called now and then, and at the end, with the statistics so far.

    Returns:
        Statistics: events, hits (``alerts`` of them from correlations), lines that are no JSON, CPU seconds, and
        what became of the events of correlations.

    Raises:
        SigmaError: the state file is damaged, or belongs to other input; a process that matches was ended.
    """
    begin = time.process_time()
    course = Course(rules, paths, out, options.correlating, chunk=options.chunk)
    course.stats["rules"] = len(rules.rules)
    options = replace(options, correlating=replace(options.correlating, now=course.now))
    # a state file is proved against the bytes themselves
    sharing = options.jobs if options.correlating.state is None else 1
    pieces = course.rest(pieces_of(paths, options.chunk, jobs=sharing, form=options.form))
    results = _one_process(rules, pieces, options) if options.jobs == 1 else _many(rules, pieces, options)
    for count, item in enumerate(results, 1):
        course.take(item)
        if progress is not None and count % _PROGRESS_EVERY == 0:
            progress(course.stats)
    course.finish()
    course.stats["cpu_seconds"] = round(time.process_time() - begin, 3)
    if progress is not None:
        progress(course.stats)
    return course.stats


def fed_events(rules: RuleSet, paths: list[str], options: Options) -> Iterator[Fed]:
    """Yield every event under ``paths`` that feeds a correlation of the set.

    Raises:
        SourceError: a file is missing or damaged.
    """
    matcher = _Matcher(rules, replace(options, watch=None))
    serial, first = 0, 0
    for piece in pieces_of(paths, options.chunk, form=options.form):
        done = matcher(piece)
        if done.serial != serial:
            serial, first = done.serial, 0
        for item in done.said:
            if isinstance(item, Fed):
                yield msgspec.structs.replace(item, index=first + item.index)
        first += done.events


class _Matcher:
    """One engine and its way from a piece to lines of hits."""

    def __init__(self, rules: RuleSet, options: Options) -> None:
        store = None if options.patterns is None else PatternFolder(options.patterns)
        native = library(options.patterns) if options.accelerated and options.patterns else None
        self._engine = Engine(
            rules, accelerated=options.accelerated, store=store, watch=options.watch, native=native
        )
        self._at = options.at
        if options.prepared:
            self._engine.prepare()
        self._log = options.log
        self._chunk = options.chunk
        self._now = options.correlating.now
        plan = make_plan(rules)
        self._feeds, self._hidden = plan.feeds, plan.hidden
        self._encode = msgspec.json.Encoder().encode

    def __call__(self, piece: Piece) -> Done:
        done = Done(piece.serial, [], 0, 0)
        for chunk in piece.chunks(self._chunk):
            first = done.events
            self._add(piece.name, first, self._found(chunk, done), done)
        return done

    def _add(
        self, name: str, first: int, answers: Iterator[tuple[int, Any, list[Hit] | None]], done: Done
    ) -> None:
        for place, record, found in answers:
            if found is None:
                done.bad += 1
                continue
            number = first + place
            said = [hit for hit in found if hit.rule.rule_id not in self._hidden]
            if said:
                moment = _time(record, self._log)
                done.said += [(number, *self._line(hit, name, moment)) for hit in said]
            if self._feeds:
                feeding = tuple(hit.rule.rule_id for hit in found if hit.rule.rule_id in self._feeds)
                if feeding:
                    done.said.append(self._fed(name, number, record, feeding))

    def _fed(self, file: str, number: int, record: Any, rules: tuple[str, ...]) -> Fed:
        fields = flat_event(record, self._log).fields
        names = {name for rule in rules for name in self._feeds[rule]}
        texts = {name: held_texts(fields.get(name)) for name in sorted(names)}
        return Fed(moment_in(fields, self._now), file, number, rules, texts)

    def _found(self, chunk: bytes, done: Done) -> Iterator[tuple[int, Any, list[Hit] | None]]:
        if self._log is None:
            before = self._engine.records
            yield from self._engine.match_lines(chunk, at=self._at)
            done.events += self._engine.records - before
            return
        decode = msgspec.json.Decoder().decode
        before = done.events
        for line in filter(bytes.strip, chunk.split(b"\n")):
            try:
                record = decode(line)
            except (msgspec.DecodeError, RecursionError, ValueError):
                yield done.events - before, None, None
            else:
                found = self._engine.match(record, self._log, at=self._at)
                if found:
                    yield done.events - before, record, found
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
        tail: dict[str, Any] = {"time": moment, "matched": hit.matched}
        if hit.indicator is not None:
            tail["indicator"] = hit.indicator
        return self._encode(head)[:-1] + b',"event":', b"," + self._encode(tail)[1:] + b"\n"


def _time(record: Any, log: LogType | None) -> str:
    return time_of(open_record(record, log).fields)


def _one_process(rules: RuleSet, pieces: Iterator[Piece], options: Options) -> Iterator[Done]:
    with collector_at_rest():
        matcher = _Matcher(rules, options)
    with collected_seldom():
        for piece in pieces:
            yield matcher(piece)


def _many(rules: RuleSet, pieces: Iterator[Piece], options: Options) -> Iterator[Done]:
    """Match in several processes.

    The rules are read once, but each process makes its own engine of them, all at the same time: of one that is
    made before the processes part, each would copy nearly every page as soon as it counts a reference there.
    """
    if options.accelerated and options.patterns:
        # compiled before, else each would compile it
        library(options.patterns)
    return in_order(lambda: _Matcher(rules, options), pieces, options.jobs)

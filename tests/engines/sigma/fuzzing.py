"""Coverage-guided fuzzing of the engine: ``python -m tests.engines.sigma.fuzzing rules|events FOLDER [OPTION…]``.

FOLDER holds the inputs found so far and what broke; options are those of libFuzzer (``-runs=1000``,
``-max_total_time=300``). It ends with 0 when nothing was raised that is not meant to be, nothing hung and no
memory ran away. ``control`` and ``hanging`` have a fault, so that a fuzzer which sees nothing is itself seen.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

# of CPU; libFuzzer's own limit is by the clock, which goes on while a machine gives its time to others
SECONDS_PER_INPUT = 20
SECONDS_AT_ALL = 1200
MEGABYTES = 2048
LONGEST = 8192
_SMALL = 1 << 16
_RECORDS: list[Any] = [
    {
        "Channel": "Security",
        "EventID": 4624,
        "f": "a",
        "g": ["b", None, {"h": 1.5}],
        "t": "2026-11-21T22:30:00Z",
    },
    {"message": "segfault \u0e44\u0e17\u0e22 \u212a", "a": {"b": [True, 1e300]}},
    ["no", "map"],
]
Target = Callable[[bytes], None]


def rules_target() -> Target:
    """Return what reads any bytes as rules, and asks those that are usable about some events."""
    match = importlib.import_module("phithak.engines.sigma.match")
    loader = importlib.import_module("phithak.engines.sigma.rules.loader")
    sources = importlib.import_module("phithak.engines.sigma.rules.sources")

    def target(data: bytes) -> None:
        rules = loader.load_files([sources.SourceFile("fuzz.yml", data)])
        assert all(item.state in ("loaded", "degraded", "refused") for item in rules.judgements)
        assert all(item.reasons for item in rules.judgements if item.state == "refused")
        if rules.rules:
            engine = match.Engine(rules, accelerated=False)
            for record in _RECORDS:
                assert engine.match(record) == engine.match(record)

    return target


def events_target() -> Target:
    """Return what reads bytes as a file of events and as lines: warm, cold, in C, in Python, without Hyperscan."""
    match = importlib.import_module("phithak.engines.sigma.match")
    formats = importlib.import_module("phithak.engines.sigma.normalise.formats")
    stream = importlib.import_module("phithak.engines.sigma.stream")
    errors = importlib.import_module("phithak.engines.sigma.errors")
    differ = importlib.import_module("tests.engines.sigma.differ")
    warm = match.Engine(differ.read(), memo_bytes=100_000)
    pure = match.Engine(differ.read(), accelerated=False)
    ask = importlib.import_module("tests.engines.sigma.ask")
    native = match.Engine(differ.read(), memo_bytes=100_000, native=ask.accelerator())

    def found(engine: Any, chunk: bytes) -> list[tuple[int, list[str] | None]]:
        return [
            (number, None if hits is None else [hit.rule.rule_id for hit in hits])
            for number, _, hits in engine.match_lines(chunk)
        ]

    def target(data: bytes) -> None:
        opened = stream.Opened("fuzz", io.BufferedReader(io.BytesIO(data)))
        with contextlib.suppress(errors.SourceError, *stream.FAULTS):
            for chunk in formats.json_chunks(opened, _SMALL):
                expected = found(pure, chunk)
                assert all(found(one, chunk) == expected for one in (warm, warm, native, native))

    return target


def control_target() -> Target:
    """Return what breaks on some inputs, soon."""

    def target(data: bytes) -> None:
        if len(data) > 2:
            raise ValueError(data)

    return target


def hanging_target() -> Target:
    """Return what comes to no end on some inputs."""

    def target(data: bytes) -> None:
        while len(data) > 2:
            pass

    return target


# words that bytes alone would hardly come to, besides those of the seeds
_WORDS = """
title id name status level logsource detection condition correlation filter rules category product service
selection keywords timespan group-by aliases generate field percentile type action global reset repeat
event_count value_count temporal temporal_ordered value_sum value_avg value_median value_percentile
contains startswith endswith all cased re cidr exists windash base64 base64offset wide utf16 utf16le utf16be
fieldref expand neq gt gte lt lte minute hour day week month year and or not them 1\\x20of all\\x20of
null true false ~ --- &a *a << !!binary !!set %x% \\x0a\\x20\\x20 EventID Channel Event System EventData Data #text
event winlog event_data _path id.orig_h event_type @timestamp NaN 1e400 -0.0 18446744073709551616 \\xef\\xbb\\xbf \\x1e
"""


def watched(target: Target, seconds: float) -> Target:
    """Return a target that breaks when one input takes too much CPU."""

    def hung(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} CPU seconds")

    signal.signal(signal.SIGVTALRM, hung)

    def watch(data: bytes) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        target(data)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    return watch


TARGETS = {
    "rules": rules_target,
    "events": events_target,
    "control": control_target,
    "hanging": hanging_target,
}


def seeds(kind: str) -> list[bytes]:
    """Return inputs to begin with: rules of our own, or records that these rules were made for."""
    differ = importlib.import_module("tests.engines.sigma.differ")
    if kind == "rules":
        differ_correlate = importlib.import_module("tests.engines.sigma.differ_correlate")
        chains = [text for text, _ in differ_correlate.cases()]
        return [text.encode() for text in (*differ.texts(), *differ.FILTERS, *chains)]
    lines = [b"\n".join(differ.lines()[at : at + 5]) for at in range(0, 600, 5)]
    return [
        *lines,
        b'type=SYSCALL msg=audit(1795000000.123:42): a0=1 exe="/bin/sh"\n',
        b"[{}, 1]",
        b"ElfFile\x00",
    ]


def main(arguments: list[str]) -> None:
    """Fuzz one target; libFuzzer ends the process."""
    kind, folder, *options = arguments
    seconds = float(os.environ.get("PHITHAK_FUZZ_SECONDS", SECONDS_PER_INPUT))
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["phithak.engines.sigma"]):
        target = TARGETS[kind]()
    found = Path(folder) / "found"
    found.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds(kind)):
        (found / f"seed-{number}").write_bytes(content)
    words = Path(folder) / "words"
    words.write_text("".join(f'"{word}"\n' for word in _WORDS.split()))
    limits = [
        f"-dict={words}",
        f"-max_len={LONGEST}",
        f"-timeout={SECONDS_AT_ALL}",
        f"-report_slow_units={SECONDS_AT_ALL}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-artifact_prefix={folder}/broke-",
    ]
    atheris.Setup([sys.argv[0], *limits, *options, str(found)], watched(target, seconds))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])

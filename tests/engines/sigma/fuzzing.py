"""Coverage-guided fuzzing of the engine: ``python -m tests.engines.sigma.fuzzing rules|events FOLDER [OPTION…]``.

FOLDER holds the inputs found so far and what broke; options are those of libFuzzer (``-runs=1000``,
``-max_total_time=300``). It ends with 0 when nothing was raised that is not meant to be, nothing hung and no
memory ran away. ``control`` is a target with a fault, so that a fuzzer which sees nothing is itself seen.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS_PER_INPUT = 20
MEGABYTES = 2048
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
    """Return what reads any bytes as a file of events and as lines, warm and cold, with all rules of our own."""
    match = importlib.import_module("phithak.engines.sigma.match")
    formats = importlib.import_module("phithak.engines.sigma.normalise.formats")
    stream = importlib.import_module("phithak.engines.sigma.stream")
    errors = importlib.import_module("phithak.engines.sigma.errors")
    differ = importlib.import_module("tests.engines.sigma.differ")
    warm = match.Engine(differ.read(), memo_bytes=100_000)
    pure = match.Engine(differ.read(), accelerated=False)

    def found(engine: Any, chunk: bytes) -> list[tuple[int, list[str] | None]]:
        return [
            (number, None if hits is None else [hit.rule.rule_id for hit in hits])
            for number, _, hits in engine.match_lines(chunk)
        ]

    def target(data: bytes) -> None:
        opened = stream.Opened("fuzz", io.BufferedReader(io.BytesIO(data)))
        with contextlib.suppress(errors.SourceError, *stream.FAULTS):
            for chunk in formats.json_chunks(opened, _SMALL):
                assert found(warm, chunk) == found(warm, chunk) == found(pure, chunk)

    return target


def control_target() -> Target:
    """Return what breaks on some inputs, soon."""

    def target(data: bytes) -> None:
        if len(data) > 2:
            raise ValueError(data)

    return target


TARGETS = {"rules": rules_target, "events": events_target, "control": control_target}


def seeds(kind: str) -> list[bytes]:
    """Return inputs to begin with: rules of our own, or records that these rules were made for."""
    differ = importlib.import_module("tests.engines.sigma.differ")
    if kind == "rules":
        return [text.encode() for text in (*differ.texts(), *differ.FILTERS)]
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
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["phithak.engines.sigma"]):
        target = TARGETS[kind]()
    found = Path(folder) / "found"
    found.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds(kind)):
        (found / f"seed-{number}").write_bytes(content)
    limits = [
        f"-timeout={SECONDS_PER_INPUT}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-artifact_prefix={folder}/broke-",
    ]
    atheris.Setup([sys.argv[0], *limits, *options, str(found)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])

"""The fast engine against the oracle, on events made for every rule and on events of real attacks."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
import zstandard

from phithak.engines.sigma.match import Engine
from phithak.engines.sigma.naive import Oracle, UnusableError, read_oracles
from phithak.engines.sigma.normalise import LogType, flat_event
from phithak.engines.sigma.normalise.event import Event
from phithak.engines.sigma.rules.loader import load_files
from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.rules.sources import SourceFile, read_sources
from tests.engines.sigma.ask import accelerator
from tests.engines.sigma.conftest import RULES
from tests.engines.sigma.generate import events_for

SEED = 20_261_121
ATTACKS = "detection/events/evtx-attack-samples.jsonl.zst"


def _log(logsource: dict[str, str]) -> LogType:
    words = [
        frozenset({logsource[key].lower()} if logsource.get(key) else ())
        for key in ("category", "product", "service")
    ]
    return LogType("/".join(sorted(str(word) for word in words)), words[0], words[1], words[2])


def _compare(rules: RuleSet, texts: list[str], per_rule: int) -> Counter[str]:
    """Ask every rule about its own events; return how many rules, events, hits, and rules with a hit."""
    known = {rule.rule_id for rule in rules.rules if not rule.degraded}
    engines = [Engine(rules, accelerated=accelerated) for accelerated in (True, False)]
    counted: Counter[str] = Counter()
    for text in texts:
        for oracle in read_oracles(text):
            if oracle.rule_id not in known:
                continue
            log, seen = _log(oracle.logsource), False
            for record in events_for(yaml.safe_load(text), SEED, per_rule):
                slow = oracle.hits(flat_event(record, log).fields)
                for engine in engines:
                    fast = any(hit.rule.rule_id == oracle.rule_id for hit in engine.match(record, log))
                    assert fast is slow, (oracle.rule_id, record)
                seen |= slow
                counted["events"] += 1
                counted["hits"] += slow
            counted["rules"] += 1
            counted["rules hit"] += seen
    return counted


OWN = [
    """
title: One
id: 00000000-0000-4000-8000-000000000001
logsource: {category: process_creation, product: windows}
detection:
    selection_img:
        - Image|endswith: ['\\\\cmd.exe', '\\\\powershell.exe']
        - OriginalFileName: 'Cmd.Exe'
    selection_cli:
        CommandLine|contains|all: [' /c ', 'whoami']
        CommandLine|re: '\\d{3,}-[a-f]+'
    filter_main:
        ParentImage|startswith: 'C:\\Program Files\\'
        User|contains: ['AUTHORI', 'AUTORI']
    condition: all of selection_* and not 1 of filter_*
""",
    """
title: Two
id: 00000000-0000-4000-8000-000000000002
logsource: {product: linux}
detection:
    keywords: ['segfault', 'kernel*oops', 4711]
    selection:
        EventID: [4624, 4625]
        LogonType: 10
        IpAddress|cidr: ['10.0.0.0/8', 'fd00::/8']
        TargetUserName|fieldref: SubjectUserName
    null_one:
        ParentUser: null
    condition: keywords or (selection and not null_one)
""",
]


def test_own_rules_agree_on_generated_events() -> None:
    rules = load_files(SourceFile(f"{number}.yml", text.encode()) for number, text in enumerate(OWN))
    assert len(rules.rules) == 2
    counted = _compare(rules, OWN, 1500)
    assert counted["rules hit"] == 2
    assert 100 < counted["hits"] < counted["events"] - 100


@pytest.mark.corpus
def test_rules_of_the_corpus_are_judged_by_name(sigmahq: RuleSet) -> None:
    rules = sigmahq
    states = Counter(item.state for item in rules.judgements)
    assert len(rules.judgements) == 3703
    assert all(item.file and item.rule_id and item.title for item in rules.judgements)
    assert states["refused"] + states["degraded"] <= 3703 * 0.03
    assert all(item.reasons for item in rules.judgements if item.state != "loaded")


@pytest.mark.corpus
@pytest.mark.parametrize(
    "part", [pytest.param(12, id="slice"), pytest.param(1, id="all", marks=pytest.mark.soak)]
)
def test_rules_of_the_corpus_agree_on_generated_events(corpus: Path, sigmahq: RuleSet, part: int) -> None:
    texts = [file.data.decode() for file in read_sources([str(corpus / RULES)])]
    random.Random(SEED).shuffle(texts)  # noqa: S311 a seed, no secret
    texts = texts[::part]
    counted = _compare(sigmahq, texts, 24)
    assert counted["rules"] > 0.98 * len(texts)
    assert counted["rules hit"] > 0.9 * counted["rules"], counted


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("hitting", "others"),
    [pytest.param(24, 24, id="slice"), pytest.param(None, None, id="every", marks=pytest.mark.soak)],
)
def test_attack_samples_agree_with_the_oracle(
    corpus: Path, sigmahq: RuleSet, sigmahq_oracles: list[Oracle], hitting: int | None, others: int | None
) -> None:
    """Some events that the fast engine hits and some that it does not; at length every one of the samples."""
    with (corpus / ATTACKS).open("rb") as stream:
        lines = zstandard.ZstdDecompressor().stream_reader(stream).read().splitlines()
    hit = {number for number, _, hits in Engine(sigmahq).match_lines(b"\n".join(lines)) if hits}
    rest = set(range(len(lines))) - hit
    assert len(hit) > 1000
    source = random.Random(SEED)  # noqa: S311 a seed, no secret
    drawn = source.sample(sorted(hit), hitting or len(hit))
    drawn += source.sample(sorted(rest), len(rest) if others is None else others)
    counted = _agree(sigmahq, sigmahq_oracles, [lines[number] for number in drawn])
    assert counted["events"] == len(drawn)
    assert counted["events hit"] == (hitting or len(hit))


@pytest.mark.corpus
@pytest.mark.parametrize(
    "count",
    [
        pytest.param(1000, id="many"),
        pytest.param(20_000, id="twenty-thousand", marks=pytest.mark.soak),
    ],
)
def test_events_of_all_log_types_agree_with_the_oracle(
    corpus: Path, sigmahq: RuleSet, sigmahq_oracles: list[Oracle], count: int
) -> None:
    drawn = _drawn_by_log_type(sorted((corpus / "detection/events").glob("*.jsonl.zst")), count)
    assert len(drawn) == count
    counted = _agree(sigmahq, sigmahq_oracles, drawn)
    assert counted["log types"] > 50, counted


def _drawn_by_log_type(files: list[Path], count: int) -> list[bytes]:
    """Draw events in turn from every log type, so that a frequent one does not crowd out the others."""
    source = random.Random(SEED)  # noqa: S311 a seed, no secret
    by_type: dict[str, list[bytes]] = {}
    for file in files:
        with zstandard.open(file) as packed, io.BufferedReader(packed) as stream:
            length = sum(1 for _ in stream)
        chosen = set(source.sample(range(length), min(max(4000, 2 * count), length)))
        with zstandard.open(file) as packed, io.BufferedReader(packed) as stream:
            for line in (line for number, line in enumerate(stream) if number in chosen):
                by_type.setdefault(flat_event(json.loads(line)).log.key, []).append(line.rstrip(b"\n"))
    turns = itertools.zip_longest(*(by_type[key] for key in sorted(by_type)))
    return [line for turn in turns for line in turn if line is not None][:count]


def _agree(rules: RuleSet, oracles: list[Oracle], lines: list[bytes]) -> Counter[str]:
    """Ask both twins, event by event and in a batch, and the oracle; return how many events hit and log types."""
    known = {rule.rule_id for rule in rules.rules}
    engines = [Engine(rules, accelerated=accelerated) for accelerated in (True, False)]
    chunk = b"\n".join(lines)
    native = Engine(rules, native=accelerator())
    # in C once cold and once warm
    batches = [
        {number: hits for number, _, hits in engine.match_lines(chunk)}
        for engine in (Engine(rules), native, native)
    ]
    usable = [oracle for oracle in oracles if oracle.rule_id in known]
    of_words: dict[tuple[Any, ...], list[Oracle]] = {}
    kinds = set()
    counted: Counter[str] = Counter()
    for number, line in enumerate(lines):
        record = json.loads(line)
        event = flat_event(record)
        words = event.log.words()
        key = tuple(words.items())
        if key not in of_words:
            of_words[key] = [oracle for oracle in usable if oracle.applies(words)]
        slow = _slow(of_words[key], event)
        for engine in engines:
            assert {hit.rule.rule_id for hit in engine.match(record)} == slow, record
        for batch in batches:
            assert {hit.rule.rule_id for hit in batch.get(number) or ()} == slow, record
        counted["events"] += 1
        counted["events hit"] += bool(slow)
        counted["hits"] += len(slow)
        kinds.add(event.log.key)
    return counted | Counter({"log types": len(kinds)})


def _slow(oracles: list[Oracle], event: Event) -> set[str]:
    found = set()
    for oracle in oracles:
        with contextlib.suppress(UnusableError):
            if oracle.hits(event.fields):
                found.add(oracle.rule_id)
    return found

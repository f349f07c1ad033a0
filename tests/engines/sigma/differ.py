"""The differential harness over rules of our own: the engine in all its ways against the naive evaluator.

It knows no expected answer of its own. Every record that the generator makes for one rule is asked of all
rules, as a raw line of a batch, cold and warm, with a memory that holds next to nothing, and one by one.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from phithak.engines.sigma.match import Engine, engine
from phithak.engines.sigma.naive import Oracle, read_oracles
from phithak.engines.sigma.normalise import LogType, flat_event
from phithak.engines.sigma.normalise.event import Event
from phithak.engines.sigma.rules.loader import load_files
from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.rules.sources import SourceFile
from tests.engines.sigma.ask import accelerator
from tests.engines.sigma.generate import events_for, near_misses

SEED = 20_261_122
_BRANCHES = 6
_LOG = LogType("harness", frozenset(), frozenset({"windows"}), frozenset())
_HEADERS: list[dict[str, Any]] = [
    {"Channel": "Security", "EventID": 4624},
    {"Channel": "Security", "EventID": "4624"},
    {"Channel": "System", "EventID": 7045},
    {"Channel": "SECURITY", "EventID": 4625},
]
# bounds of memory under which nearly everything is forgotten: values, classes, verdicts and plans
_SMALL: list[tuple[int, dict[str, int]]] = [
    (4_000, {"_CHECK_EVERY": 16, "_MOST_VERDICTS": 40}),
    (1 << 20, {"_CHECK_EVERY": 16, "_MOST_CLASSES": 20, "_MOST_PLANS": 3}),
    (12_000, {"_CHECK_EVERY": 16, "_MOST_CLASSES": 20}),
]
Answers = frozenset[str]

# what is detected, and the condition where it is not plainly "selection"
RULES: list[tuple[str, str]] = [
    ("selection: {f: Kelvin}", ""),
    ("selection: {f: [straße, İstanbul, iris]}", ""),
    ("selection: {f: 'abc'}", ""),
    ("selection: {f|cased: Kit}", ""),
    ("selection: {f|contains|cased: Sky}", ""),
    ("selection: {f|contains: [mask, k]}", ""),
    ("selection: {g|contains: w}", ""),
    ("selection: {f|startswith: 'C:\\Windows\\'}", ""),
    ("selection: {f|endswith: ['\\cmd.exe', '\\sky.dll']}", ""),
    ("selection: {g|startswith: 'D:\\'}", ""),
    ("selection: {g|endswith: '.lnk'}", ""),
    ("selection: {f: 'ask*c?e'}", ""),
    ("selection: {f: ['aba*aba', 'x\\*y', '?*?z']}", ""),
    ("selection: {f: '*tail'}", ""),
    ("selection: {f|contains|all: [' -enc', skip, pass]}", ""),
    ("selection: {f|all: ['*one*', '*two']}", ""),
    ("selection: {f|windash|contains: ' -exec -k'}", ""),
    ("selection: {f|windash|contains|all: [' -a', ' /b']}", ""),
    ("selection: {f|base64offset|contains: secret word}", ""),
    ("selection: {f|base64|contains: other words}", ""),
    ("selection: {f|wide|base64offset|contains: key}", ""),
    ("selection: {f|utf16|base64|contains: mark}", ""),
    ("selection: {f|utf16be|base64offset|contains: big}", ""),
    ("selection: {f|wide|contains: thin}", ""),
    ("selection: {f: there, g|exists: true}", ""),
    ("selection: {f: gone, g|exists: false}", ""),
    ("selection: {f: nil, g: null}", ""),
    ("selection: {f: void, g: ''}", ""),
    ("selection: {f: dash, g: [null, '-']}", ""),
    ("selection: {f: task}\nfilter: {g: skip}", "selection and not filter"),
    ("selection: {f: both}\nfilter_a: {g: ask}\nfilter_b: {h: kin}", "selection and not 1 of filter_*"),
    ("selection: {f|re: '^a\\d{2}(?:k|s)+$'}", ""),
    ("selection: {f|re|i: 'mask[a-c]k'}", ""),
    ("selection: {f|re|m: '^line$'}", ""),
    ("selection: {f|re|s: 'st.rt'}", ""),
    ("selection: {f|re: 'st.p'}", ""),
    ("selection: {f|re: 'ab(?:cdefgh)?ij'}", ""),
    ("selection: {f|re: 'token=\\w+\\b'}", ""),
    ("selection: {g|re: '[^\\s]{3}!'}", ""),
    ("selection: {f|cidr: ['10.20.0.0/15', '192.0.2.128/25']}", ""),
    ("selection: {f|cidr: ['2001:db8::/33', '::ffff:0:0/96']}", ""),
    ("selection: {f|gt: 5}", ""),
    ("selection: {f|gte: 1000000000000000000}", ""),
    ("selection: {f|gt: 1000000000000000000}", ""),
    ("selection: {f|lt: -7}", ""),
    ("selection: {g|lte: 2.5}", ""),
    ("selection: {f: [4688, 1, -3]}", ""),
    ("selection: {f: [true, '0']}", ""),
    ("selection: {f: x, g|neq: [a, b]}", ""),
    ("selection: {f|fieldref: g}", ""),
    ("selection: {f|fieldref|startswith: h}", ""),
    ("selection: {f|fieldref|endswith: h}", ""),
    ("selection: {f: sign}\nfilter: {g|fieldref: h}", "selection and not filter"),
    ("selection: {t|minute: 30}", ""),
    ("selection: {t|hour: 22}", ""),
    ("selection: {t|day: 1}", ""),
    ("selection: {t|week: 53}", ""),
    ("selection: {t|month: 2}", ""),
    ("selection: {t|year: 2026}", ""),
    ("keywords: [segfault, 'kernel*oops', 4711]", "keywords"),
    ("keywords: {'|all': [evil, task]}", "keywords"),
    ("keywords: [ไทย]\nselection: {f: word}", "keywords and selection"),
    ("selection: {a.b: deep}", ""),
    ("one: {f: a}\ntwo: {g: b}\nthree: {h: c}", "one or two and three"),
    ("one: {f: a}\ntwo: {g: b}\nthree: {h: c}", "(one or two) and three"),
    ("one: {f: a}\ntwo: {g: b}\n_hidden: {h: c}", "1 of them"),
    ("one: {f: a}\ntwo: {g: b}\n_hidden: {h: c}", "all of them"),
    ("sel_a: {f: a}\nsel_b: {g: b}\nselx: {h: c}", "1 of sel_*"),
    ("sel_a: {f: a}\nsel_b: {g: b}\nmy_sel_c: {h: c}", "all of sel_*"),
    ("one: {f: a}\ntwo: {g: b}", "not (one and not two)"),
    ("selection: [{f: k, g: s}, {h: i}]", ""),
    ("selection: {EventID: 4624, f: sign}", ""),
    ("selection: {EventID: [4625, 7045], f: sign}\nother: {Channel: System}", "selection and not other"),
    ("selection: {Channel: security, EventID|gt: 4624, f: sign}", ""),
]  # fmt: skip
FILTERS = [
    f"""title: Known good {number}
logsource: {{product: windows}}
filter:
    rules: ['{target:08}-0000-4000-8000-000000000000']
    selection: {{{selection}}}
    condition: {condition}
"""
    for number, (target, selection, condition) in enumerate(
        [(0, "g: trusted", "not selection"), (2, "g|startswith: adm", "selection")]
    )
]


def numbers() -> list[str]:
    """Return the ids of the rules."""
    return [f"{number:08}-0000-4000-8000-000000000000" for number in range(len(RULES))]


def _slow_lane(detection: str) -> bool:
    """Whether a rule takes its whole log off the short way: dotted names, keywords that no raw line shows."""
    return "a.b" in detection or "keywords: [ไทย]" in detection


@cache
def texts() -> tuple[str, ...]:
    """Return the rules as YAML."""
    made = []
    for name, (detection, condition) in zip(numbers(), RULES, strict=True):
        lines = "\n    ".join(detection.split("\n"))
        made.append(
            f"title: Rule {name[:8]}\nid: {name}\nstatus: test\nlevel: low\n"
            f"logsource: {{product: windows{', service: system' if _slow_lane(detection) else ''}}}\n"
            f"detection:\n    {lines}\n    condition: {condition or 'selection'}\n"
        )
    return tuple(made)


@cache
def records() -> tuple[dict[str, Any], ...]:
    """Return what is asked: the events of every rule, in turn under several headers."""
    made = []
    for text in texts():
        rule = yaml.safe_load(text)
        branches = list(events_for(rule, SEED, _BRANCHES))
        # a rule of several fields gets as many near misses as one of a single field
        missed = itertools.islice(near_misses(branches[0]), 0, None, len(branches[0]))
        events = [*branches, *missed, {**branches[0], "g": "trusted"}, {**branches[0], "g": "admin"}]
        for number, event in enumerate(events):
            made.append({**_HEADERS[number % len(_HEADERS)], **event})
    return tuple(made)


@cache
def lines() -> tuple[bytes, ...]:
    """Return the records as JSON lines; every other one writes no letter beyond ASCII."""
    return tuple(json.dumps(one, ensure_ascii=bool(n % 2)).encode() for n, one in enumerate(records()))


@cache
def expected() -> tuple[tuple[Answers, Answers], ...]:
    """Return what the naive evaluator says of each record: by its own log, and as the caller names it."""
    oracles = [oracle for text in texts() for oracle in read_oracles(text)]
    filters = [_filter(yaml.safe_load(text)) for text in FILTERS]
    answers = []
    for line in lines():
        record = json.loads(line)
        own, named = (
            _slow(oracles, filters, event) for event in (flat_event(record), flat_event(record, _LOG))
        )
        answers.append((own, named))
    return tuple(answers)


def _filter(content: dict[str, Any]) -> tuple[str, Oracle]:
    parts = dict(content["filter"])
    (target,) = parts.pop("rules")
    return target, Oracle({**content, "detection": parts}, {})


def _slow(oracles: list[Oracle], filters: list[tuple[str, Oracle]], event: Event) -> Answers:
    return frozenset(
        oracle.rule_id
        for oracle in oracles
        if oracle.applies(event.log.words())
        and oracle.hits(event.fields)
        and all(item.hits(event.fields) for target, item in filters if target == oracle.rule_id)
    )


def read() -> RuleSet:
    """Read the rules as the product does."""
    files = [*texts(), *FILTERS]
    return load_files(SourceFile(f"{number}.yml", text.encode()) for number, text in enumerate(files))


def disagreements() -> Iterator[tuple[str, int, Answers, Answers]]:
    """Yield way, record, and the answers of the engine and of the naive evaluator, wherever the two differ."""
    rules = read()
    batch = b"\n".join(lines())
    fast = Engine(rules)
    native = Engine(rules, native=accelerator())
    for way in ("cold", "warm"):
        yield from _of_batch(way, fast, batch)
        yield from _of_batch(f"native, {way}", native, batch)
    yield from _of_batch("pure", Engine(rules, accelerated=False), batch)
    for number, record in enumerate(records()):
        found = frozenset(hit.rule.rule_id for hit in fast.match(json.loads(lines()[number]), _LOG))
        if found != expected()[number][1]:
            yield "one by one", number, found, expected()[number][1]
        del record
    for memo_bytes, bounds in _SMALL:
        with pytest.MonkeyPatch.context() as patch:
            for name, bound in bounds.items():
                patch.setattr(engine, name, bound)
            small = Engine(rules, memo_bytes=memo_bytes, native=accelerator())
            yield from _of_batch(f"{memo_bytes} bytes, {bounds}", small, batch)
            yield from _of_batch(f"{memo_bytes} bytes, {bounds}", Engine(rules, memo_bytes=memo_bytes), batch)


def _of_batch(way: str, judge: Engine, batch: bytes) -> Iterator[tuple[str, int, Answers, Answers]]:
    found = {
        number: frozenset(hit.rule.rule_id for hit in hits or ())
        for number, _, hits in judge.match_lines(batch)
    }
    for number, (wanted, _) in enumerate(expected()):
        if found.get(number, frozenset()) != wanted:
            yield way, number, found.get(number, frozenset()), wanted

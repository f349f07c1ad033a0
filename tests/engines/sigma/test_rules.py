"""Reading rules: each document judged, hostile files bounded, collections, filters and correlations."""

from __future__ import annotations

import io
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from phithak.engines.sigma.compiled import load_cached
from phithak.engines.sigma.errors import SourceError
from phithak.engines.sigma.match import Engine
from phithak.engines.sigma.rules.loader import load_rules
from phithak.engines.sigma.rules.model import Judgement
from phithak.engines.sigma.rules.reasons import TEXTS, text_of
from phithak.engines.sigma.rules.regex import translate
from phithak.engines.sigma.rules.sources import Limits, read_sources
from tests.engines.sigma.ask import LOG, holds, rule_text, rules_of

RULE = rule_text("selection:\n    f: a")
OTHER = RULE.replace("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


def judged(text: str) -> Judgement:
    (found,) = rules_of(text).judgements
    for reason in found.reasons:
        assert reason.code in TEXTS
        assert text_of(reason).th != text_of(reason).en
    return found


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: [1, 2", "yaml", 1),
        ("title: x\n\ttab: y", "yaml", 2),
        ("- a\n- b", "shape", 1),
        (RULE.replace("f: a", "f: a\n        f: b"), "yaml.key", 11),
        (RULE.replace("f: a", "f|nonsense: a"), "parser", 8),
        (RULE.replace("condition: selection", "condition: selektion"), "parser", 8),
        (RULE.replace("condition: selection", "condition: selection | count() > 5"), "parser", 8),
        (RULE.replace("condition: selection", "condition: 1 of nothing*"), "parser", 8),
        (RULE.replace("    category: test", "    x: y"), "parser", 6),
        (RULE.replace("f: a", "f|re: '(a+)\\1'"), "regex.backtrack", 8),
        (RULE.replace("f: a", "f|re: '(?=a)b'"), "regex.backtrack", 8),
        (RULE.replace("f: a", "f|re: '(a'"), "parser", 8),
        (RULE.replace("f: a", "f|expand: '%who%'"), "placeholder", 8),
        (RULE.replace("f: a", "f|cidr: 10.0.0.1/33"), "parser", 8),
        (RULE.replace("f: a", "f|gt: x"), "parser", 8),
        (RULE.replace("f: a", "f: .nan"), "parser", 8),
        (RULE.replace("f: a", "f|windash: ' -a -b -c -d'"), "parser", 8),
        (
            "a: &a [x, x]\nb: &b [*a, *a]\n"
            + "".join(
                f"c{n}: &c{n} [{', '.join([f'*{p}'] * 9)}]\n"
                for n, p in enumerate(["b", *(f"c{i}" for i in range(9))])
            ),
            "yaml.size",
            1,
        ),
        ("a: " + "[" * 200 + "]" * 200, "yaml.size", 1),
        ("a: &a\n  b: *a", "yaml.size", 1),
        ("\x00", "yaml", 1),
    ],
)
def test_what_cannot_be_used_is_refused_with_reason_and_line(text: str, code: str, line: int) -> None:
    found = judged(text)
    assert found.state == "refused"
    assert found.reasons[0].code == code, found
    if code not in ("yaml.size", "yaml"):
        assert found.line == line
    assert found.file == "rule.yml"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"title: \xff\xfe")
    (found,) = load_rules([str(tmp_path)]).judgements
    assert (found.state, found.reasons[0].code) == ("refused", "yaml")


def test_the_same_id_twice_is_refused_the_second_time() -> None:
    first, second = rules_of(f"{RULE}\n---\n{RULE}").judgements
    assert first.state == "loaded"
    assert (second.state, second.reasons[0].code) == ("refused", "duplicate")


def test_a_catastrophic_expression_is_linear() -> None:
    text = rule_text("selection:\n    f|re: '(a+)+$'")
    assert Engine(rules_of(text)).match({"f": "a" * 100_000 + "b"}, LOG) == []
    wild = rule_text("selection:\n    f: '" + "*a" * 20 + "*b'")
    assert Engine(rules_of(wild)).match({"f": "a" * 200_000}, LOG) == []


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "found"),
    [
        (r"\bword\b", "", "a word.", True),
        (r"[^\W\d]", "", "5é", False),
        (r"[\s\S]", "", "\n", True),
        (r"a{2,3}$", "", "caaa\n", True),
        (r"x(?i:AB)", "", "xaB", True),
        (r"[K-k]", "i", "\u212a", False),
        (r"\x41\u0e01", "", "Aก", True),
        (r"a|b|", "", "", True),
        (r"^\S+\Z", "", "ab\n", False),
    ],
)
def test_expressions_mean_the_same_in_all_evaluators(
    pattern: str, flags: str, text: str, *, found: bool
) -> None:
    assert translate(pattern, flags) is not None
    key = "|".join(["f", "re", *flags])
    assert holds(rule_text(f"selection:\n    {key}: '{pattern}'"), {"f": text}) is found


def test_archives_are_read_in_place_and_hostile_names_are_only_names(tmp_path: Path) -> None:
    packed = tmp_path / "rules.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../evil.yml", RULE)
        archive.writestr("inner/b.yml", OTHER)
        archive.writestr("readme.txt", "no rule")
    with (
        (tmp_path / "rules.tar.zst").open("wb") as stream,
        zstandard.ZstdCompressor().stream_writer(stream) as packer,
        tarfile.open(fileobj=packer, mode="w|") as tar,
    ):
        link = tarfile.TarInfo("link.yml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
        member = tarfile.TarInfo("/abs/a.yml")
        member.size = len(RULE.encode())
        tar.addfile(member, io.BytesIO(RULE.encode()))
    (tmp_path / "one.yml.zst").write_bytes(zstandard.ZstdCompressor().compress(RULE.encode()))
    before = sorted(tmp_path.parent.rglob("*.yml"))
    for name, count in (("rules.zip", 2), ("rules.tar.zst", 1), ("one.yml.zst", 1)):
        loaded = load_rules([str(tmp_path / name)])
        assert [item.state for item in loaded.judgements] == ["loaded"] * count, name
    assert sorted(tmp_path.parent.rglob("*.yml")) == before


def test_bombs_stop_at_their_budget(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zst"
    bomb.write_bytes(zstandard.ZstdCompressor().compress(b"# " + b"a" * (64 << 20)))
    (found,) = load_rules([str(bomb)]).judgements
    assert (found.state, found.reasons[0].code) == ("refused", "source")
    with zipfile.ZipFile(tmp_path / "many.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(30):
            archive.writestr(f"{number}.yml", "# " + "a" * 1000)
    files = list(
        read_sources(
            [str(tmp_path / "many.zip")], limits=Limits(file_bytes=2000, total_bytes=5000, members=20)
        )
    )
    assert sum(len(file.data) for file in files) <= 5000
    assert any("members" in file.problem for file in files)


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    whole = zstandard.ZstdCompressor().compress(os.urandom(100_000))
    (tmp_path / "cut.zst").write_bytes(whole[:5000])
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 nothing more")
    for name in ("cut.zst", "cut.zip"):
        states = [item.state for item in load_rules([str(tmp_path / name)]).judgements]
        assert states == ["refused"]


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "good.yml").write_text(RULE)
    states = {Path(item.file).name: item.state for item in load_rules([str(tmp_path)]).judgements}
    assert states == {"pipe.yml": "refused", "good.yml": "loaded"}
    with pytest.raises(SourceError):
        load_rules([str(tmp_path / "absent.yml")])
    with pytest.raises(SourceError):
        load_rules([str(tmp_path / "pipe.yml")])


def test_global_rules_lie_under_the_others_of_their_file() -> None:
    head = "action: global\ntitle: Both\nstatus: test\nlevel: low\nlogsource:\n    category: test\ndetection:\n    condition: selection\n"  # noqa: E501 a line of a log or a rule stays one line
    text = f"{head}---\nname: one\ndetection:\n    selection:\n        f: a\n---\nname: two\ntitle: Second\ndetection:\n    selection:\n        f: b\n"  # noqa: E501 a line of a log or a rule stays one line
    loaded = rules_of(text)
    assert [(rule.rule_id, rule.title, rule.level) for rule in loaded.rules] == [
        ("one", "Both", "low"),
        ("two", "Second", "low"),
    ]
    engine = Engine(loaded)
    assert [hit.rule.rule_id for hit in engine.match({"f": "b"}, LOG)] == ["two"]


FILTER = """
title: Leave out the scanner
logsource:
    category: test
filter:
    rules: [11111111-1111-4111-8111-111111111111]
    selection:
        host: scanner
    condition: not selection
"""


def test_filters_take_hits_away_from_the_rules_they_name() -> None:
    engine = Engine(rules_of(f"{RULE}\n---\n{OTHER}\n---\n{FILTER}"))
    assert [hit.rule.rule_id[0] for hit in engine.match({"f": "a", "host": "desk"}, LOG)] == ["1", "2"]
    assert [hit.rule.rule_id[0] for hit in engine.match({"f": "a", "host": "Scanner"}, LOG)] == ["2"]
    unused = rules_of(f"{OTHER}\n---\n{FILTER}").judgements[1]
    assert (unused.state, unused.reasons[0].code) == ("refused", "filter.unused")


CORRELATION = """
title: Many
name: many
correlation:
    type: value_count
    rules: [base]
    group-by: [who, alias_host]
    timespan: 5m
    aliases:
        alias_host:
            base: host
    condition: {gte: 3, field: target}
level: high
"""


def test_correlations_become_typed_objects_after_the_rules_that_feed_them() -> None:
    base = RULE.replace("title: A rule", "title: A rule\nname: base")
    chained = "title: Chain\nname: chain\ncorrelation:\n    type: temporal_ordered\n    rules: [many, base]\n    timespan: 1h\n    generate: true\n"  # noqa: E501 a line of a log or a rule stays one line
    loaded = rules_of(f"{chained}---\n{base}\n---\n{CORRELATION}")
    assert [item.state for item in loaded.judgements] == ["loaded"] * 3
    many, chain = loaded.correlations
    rule_id = loaded.rules[0].rule_id
    assert (many.kind, many.timespan, many.group_by, many.rules) == (
        "value_count",
        300,
        ("who", "alias_host"),
        (rule_id,),
    )
    assert many.condition is not None
    assert (many.condition.bounds, many.condition.fields) == ((("gte", 3),), ("target",))
    assert many.aliases == {"alias_host": {rule_id: "host"}}
    assert (chain.kind, chain.rules, chain.generate) == ("temporal_ordered", ("many", rule_id), True)


@pytest.mark.parametrize(("rules", "code"), [("[absent]", "reference"), ("[loop]", "cycle")])
def test_correlations_that_cannot_work_are_refused(rules: str, code: str) -> None:
    text = (
        f"title: Loop\nname: loop\ncorrelation:\n    type: temporal\n    rules: {rules}\n    timespan: 1m\n"
    )
    found = judged(text)
    assert (found.state, found.reasons[0].code) == ("refused", code)


def test_a_number_of_any_size_fits_in_the_cache(tmp_path: Path) -> None:
    for number, line in enumerate(("f|gt: 1", "f|hour: 9", "f: 7")):
        source = tmp_path / f"{number}.yml"
        source.write_text(rule_text(f"selection:\n    {line}{'0' * 30}"))
        first = load_cached([str(source)], tmp_path / "cache")
        assert [item.state for item in first.judgements] == ["loaded"]
        assert load_cached([str(source)], tmp_path / "cache") == first


def test_the_cache_gives_the_same_rules_and_takes_nothing_foreign(tmp_path: Path) -> None:
    source, cache = tmp_path / "rule.yml", tmp_path / "cache"
    source.write_text(f"{RULE}\n---\n{FILTER}\n---\n{CORRELATION}")
    first = load_cached([str(source)], cache)
    (stored,) = cache.iterdir()
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert load_cached([str(source)], cache) == first
    content = stored.read_bytes()
    for poisoned in (content.replace(b"A rule", b"A ruse"), content[:-5], b"\x80\x04cposix\nsystem\n", b""):
        stored.write_bytes(poisoned)
        assert load_cached([str(source)], cache) == first
    stored.write_bytes(content)
    stored.chmod(0o666)
    assert load_cached([str(source)], cache) == first
    source.write_text(OTHER)
    assert load_cached([str(source)], cache).rules[0].rule_id.startswith("2222")

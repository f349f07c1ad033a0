"""``phithak sigma``: judge rules, and run them over files of events.

Answers: 0 done, 1 found wanting (``check``: a rule was refused; ``--explain``: the rule does not hold), 2 wrong
input. Progress goes to standard error, hits and reports to files or standard output as JSON lines.
"""

from __future__ import annotations

import argparse
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from phithak.base import clock
from phithak.base.text import Text
from phithak.engines.sigma import correlate_cli
from phithak.engines.sigma.compiled import load_cached
from phithak.engines.sigma.errors import SigmaError
from phithak.engines.sigma.explain.asked import explain_event
from phithak.engines.sigma.indicators import Report, Watch, read_indicators
from phithak.engines.sigma.match.numbers import moment_of
from phithak.engines.sigma.normalise.event import LogType
from phithak.engines.sigma.normalise.formats import AUTO, FORMATS
from phithak.engines.sigma.pack import own_files, own_folder, own_placeholders
from phithak.engines.sigma.pack.hours import hours_rules
from phithak.engines.sigma.rules.model import RuleSet
from phithak.engines.sigma.rules.reasons import text_of
from phithak.engines.sigma.rules.sources import SourceFile
from phithak.engines.sigma.run import Options, run

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 the only name argparse has


def register(commands: Commands) -> None:
    """Add ``sigma check`` and ``sigma run`` to the command line."""
    parser = commands.add_parser("sigma", help=str(Text("กฎตรวจจับ Sigma", "Sigma detection rules")))
    actions = parser.add_subparsers(dest="sigma_command", required=True)
    check = actions.add_parser("check", help=str(Text("ตัดสินกฎทุกข้อ", "judge every rule")))
    check.add_argument("rules", nargs="+", metavar="RULES", help=_paths_help())
    check.add_argument(
        "--report", default="-", metavar="FILE", help=str(Text("ผลเป็น JSON Lines", "verdicts as JSON lines"))
    )
    check.set_defaults(handler=check_rules)
    running = actions.add_parser("run", help=str(Text("ตรวจแฟ้มเหตุการณ์", "run rules over events")))
    running.set_defaults(handler=run_rules)
    running.add_argument("--rules", nargs="+", required=True, metavar="PATH", help=_paths_help())
    running.add_argument("--events", nargs="+", required=True, metavar="PATH", help=_paths_help())
    running.add_argument("--out", default="-", metavar="FILE", help=str(Text("แฟ้มผล", "hits as JSON lines")))
    running.add_argument("--stats", metavar="FILE", help=str(Text("สถิติเป็น JSON", "statistics as JSON")))
    running.add_argument(
        "--jobs", type=int, default=1, metavar="N", help=str(Text("จำนวนโปรเซส", "processes"))
    )
    running.add_argument(
        "--format",
        default=AUTO,
        choices=FORMATS,
        help=str(Text("รูปแบบแฟ้มเหตุการณ์ (ปกติดูจากต้นแฟ้ม)", "how events are written (told by the first bytes)")),
    )
    running.add_argument(
        "--logsource",
        metavar="PRODUCT/CATEGORY/SERVICE",
        help=str(Text("บอกที่มาของเหตุการณ์เอง เช่น okta//okta", "what the events are, such as okta//okta")),
    )
    running.add_argument(
        "--iocs",
        nargs="+",
        default=[],
        metavar="FILE",
        help=str(
            Text(
                "รายการตัวบ่งชี้ CSV JSON STIX หรือรายการธรรมดา", "indicators: CSV, JSON, STIX 2.1 or plain lists"
            )
        ),
    )
    running.add_argument(
        "--at",
        metavar="TIME",
        help=str(Text("ตัวบ่งชี้ต้องยังใช้ได้ ณ เวลานี้ (ปกติคือเดี๋ยวนี้)", "indicators must count at this time (now)")),
    )
    running.add_argument(
        "--pure",
        action="store_true",
        help=str(Text("ไม่ใช้ Hyperscan", "do without Hyperscan; the hits are the same")),
    )
    running.add_argument(
        "--explain",
        nargs=2,
        metavar=("RULE", "EVENT"),
        help=str(
            Text("อธิบายว่ากฎนี้ตรงกับเหตุการณ์ลำดับนี้หรือไม่", "why a rule holds for an event (its index), or why not")
        ),
    )
    correlate_cli.add_arguments(running)
    for action in (check, running):
        action.add_argument(
            "--hours",
            type=Path,
            metavar="FILE",
            help=str(
                Text(
                    "เวลาทำงานของแต่ละที่เป็น TOML แทนที่มากับ own", "hours of work as TOML, instead of those of own"
                )
            ),
        )
        action.add_argument(
            "--placeholders",
            type=Path,
            metavar="FILE",
            help=str(Text("ค่าของ %ชื่อ% เป็น TOML", "values of %name% as TOML")),
        )
        action.add_argument(
            "--cache",
            type=Path,
            default=_cache_folder(),
            metavar="DIR",
            help=str(Text("โฟลเดอร์แคช", "folder of read rules")),
        )
        action.add_argument(
            "--no-cache", action="store_true", help=str(Text("ไม่ใช้แคช", "read the rules anew"))
        )


def _paths_help() -> str:
    return str(
        Text(
            "แฟ้ม โฟลเดอร์ .zip .tar.zst .zst หรือ - (กฎ: own คือกฎของพิทักษ์)",
            "files, folders, .zip, .tar.zst, .zst or -; rules: also own, those of Phithak",
        )
    )


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(base) / "phithak" / "sigma"


def _load(args: argparse.Namespace, paths: list[str]) -> RuleSet:
    given = _placeholders(args.placeholders)
    if "own" in paths:
        given = own_placeholders() | given
    own = [own_folder()] if args.hours is None else own_files(hours=False)
    paths = [file for path in paths for file in (own if path == "own" else [path])]
    return load_cached(paths, None if args.no_cache else args.cache, given, _hours(args.hours))


def _hours(path: Path | None) -> list[SourceFile]:
    if path is None:
        return []
    try:
        return [SourceFile(str(path), hours_rules(path.read_text("utf-8")).encode())]
    except (OSError, ValueError) as error:
        raise SigmaError(
            "sigma.hours",
            th=f"อ่านตารางเวลาทำงาน {path} ไม่ได้ ดูตัวอย่างใน pack/hours.toml ({error})",
            en=f"Cannot read the table of hours {path}; see pack/hours.toml for an example ({error})",
            field="hours",
        ) from error


def _placeholders(path: Path | None) -> dict[str, tuple[str, ...]]:
    if path is None:
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        return {
            name: tuple(map(str, [value] if isinstance(value, str) else value))
            for name, value in table.items()
        }
    except (OSError, ValueError, TypeError) as error:
        raise SigmaError(
            "sigma.placeholders",
            th=f'อ่านแฟ้ม {path} ไม่ได้ ต้องเป็น TOML รูป ชื่อ = ["ค่า"]',
            en=f'Cannot read {path}; it must be TOML of the form name = ["value"] ({error})',
            field="placeholders",
        ) from error


@contextmanager
def _writer(path: str, state: Path | None = None) -> Iterator[IO[bytes]]:
    if path == "-":
        # standard output is not ours to close
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if state is not None:
        # the run itself cuts the output, once it knows that no other run writes it
        Path(path).touch()
    with Path(path).open("wb" if state is None else "r+b") as out:
        yield out


def check_rules(args: argparse.Namespace) -> int:
    """Write one line per document: state, reason, file and line; 1 if any is refused."""
    rules = _load(args, args.rules)
    counted: Counter[str] = Counter()
    with _writer(args.report) as out:
        for item in rules.judgements:
            counted[item.state] += 1
            reasons = [
                {
                    "code": reason.code,
                    "detail": reason.detail,
                    "th": text_of(reason).th,
                    "en": text_of(reason).en,
                }
                for reason in item.reasons
            ]
            content = {**msgspec.structs.asdict(item), "reasons": reasons}
            out.write(msgspec.json.encode(content) + b"\n")
    print(_summary(counted), file=sys.stderr)
    return 1 if counted["refused"] else 0


def _summary(counted: Counter[str]) -> Text:
    return Text(
        "ใช้ได้ {loaded} ลดทอน {degraded} ปฏิเสธ {refused}",
        "{loaded} loaded, {degraded} degraded, {refused} refused",
    ).format(loaded=counted["loaded"], degraded=counted["degraded"], refused=counted["refused"])


def run_rules(args: argparse.Namespace) -> int:
    """Write the hits and the statistics of a run; with ``--explain`` the answer of one rule for one event."""
    rules = _load(args, args.rules)
    options = Options(
        accelerated=not args.pure,
        jobs=max(1, args.jobs),
        log=_log(args.logsource),
        form=args.format,
        prepared=not args.explain,
        patterns=None if args.no_cache else args.cache / "patterns",
        correlating=correlate_cli.correlating(args, clock.now()),
    )
    if args.explain:
        content = explain_event(rules, args.events, args.explain[0], _index(args.explain[1]), options)
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
        return 0 if content["holds"] else 1
    said = {}
    if args.iocs:
        table, report = read_indicators(args.iocs)
        options = replace(options, watch=Watch(table), at=_moment(args.at))
        said = {"indicators": report}
        print(_taken(report), file=sys.stderr)
    with _writer(args.out, args.state) as out:
        stats = {**run(rules, args.events, out, options, _progress), **said}
    if args.stats:
        Path(args.stats).write_bytes(msgspec.json.format(msgspec.json.encode(stats), indent=2) + b"\n")
    return 0


def _taken(report: Report) -> Text:
    return Text("ตัวบ่งชี้ {taken} ไม่รับ {refused}", "{taken} indicators, {refused} left out").format(
        taken=report.taken, refused=report.refused.total()
    )


def _moment(text: str | None) -> float:
    moment = clock.now() if text is None else moment_of(text)
    if moment is None:
        raise SigmaError(
            "sigma.at",
            th=f"{text} ไม่ใช่เวลา ตัวอย่าง 2026-11-22T08:00:00+07:00",
            en=f"{text} is no time; write 2026-11-22T08:00:00+07:00",
            field="at",
        )
    return moment.timestamp()


def _progress(stats: dict[str, Any]) -> None:
    said = Text("{events} เหตุการณ์ {hits} รายการตรงกฎ", "{events} events, {hits} hits").format(**stats)
    print(said, file=sys.stderr)


def _index(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise SigmaError(
            "sigma.explain",
            th="ลำดับเหตุการณ์ต้องเป็นเลข เริ่มที่ 0",
            en="EVENT is its index, from 0",
            field="explain",
        )
    return int(text)


def _log(text: str | None) -> LogType | None:
    if not text:
        return None
    words = [frozenset({word.lower()} if word else ()) for word in (*text.split("/"), "", "")[:3]]
    return LogType(f"given/{text}", products=words[0], categories=words[1], services=words[2])

"""``phithak-sensor``: the sensor's command line, Thai first. Also ``phithak sensor`` where all of Phithak is installed.

Answers: 0 done, 1 something is wrong with the sensor, 2 wrong input.
"""

from __future__ import annotations

import argparse
import functools
import getpass
import io
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Callable

from phithak import __version__
from phithak.sensor import moments, proposals, settings, show
from phithak.sensor.errors import SensorError
from phithak.sensor.identity import Identity
from phithak.sensor.spool import State, Switches

_ABOUT = "เซนเซอร์ของโรงพยาบาล ส่งเหตุการณ์ไปศูนย์ · The hospital's sensor: brings events to the centre"
_STALE_SECONDS = 180


def register(commands: Any) -> None:
    """Add ``sensor`` to Phithak's command line."""
    fill(commands.add_parser("sensor", help=_ABOUT, description=_ABOUT))


def fill(parser: argparse.ArgumentParser) -> None:
    """Give a parser the sensor's commands."""
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(os.environ.get("PHITHAK_SENSOR_FOLDER", "/var/lib/phithak-sensor")),
        help="โฟลเดอร์ของเซนเซอร์ · folder of the sensor",
    )
    acts = parser.add_subparsers(dest="act", metavar="COMMAND", required=True)
    run = acts.add_parser("run", help="เริ่มทำงาน · start to work")
    run.add_argument(
        "--beat", type=float, default=60.0, help="วินาทีระหว่างสัญญาณชีพ · seconds between heartbeats"
    )
    run.set_defaults(handler=functools.partial(_told, _run))
    enrol = acts.add_parser("enrol", help="ลงทะเบียนกับศูนย์ · enrol at the centre")
    enrol.add_argument("address", help="ที่อยู่ศูนย์ https://… · address of the centre")
    enrol.add_argument("code", help="รหัสครั้งเดียวที่ได้ทางโทรศัพท์ · one-time code told by telephone")
    enrol.add_argument("fingerprint", nargs="+", help="ลายนิ้วมือของศูนย์ 24 หลักขึ้นไป · fingerprint of the centre")
    enrol.add_argument(
        "--accept", action="store_true", help="รับแหล่งข้อมูลที่ศูนย์เสนอโดยไม่ถาม · take the proposed sources unasked"
    )
    enrol.set_defaults(handler=functools.partial(_told, _enrol))
    check = acts.add_parser("check", help="ตรวจ sensor.ini · check sensor.ini")
    check.set_defaults(handler=functools.partial(_told, _check))
    status = acts.add_parser("status", help="สถานะ คิว และสิ่งที่ทิ้งไป · state, queue and drops")
    status.set_defaults(handler=functools.partial(_told, _status))
    shown = acts.add_parser("show", help="ดูว่าอะไรออกจากโรงพยาบาล · see what leaves the hospital")
    shown.add_argument("source", nargs="?", help="ชื่อแหล่งข้อมูล · name of the source")
    shown.set_defaults(handler=functools.partial(_told, _show))
    for name, text in (
        ("on", "เปิดแหล่งข้อมูล · switch a source on"),
        ("off", "ปิดแหล่งข้อมูล · switch a source off"),
    ):
        act = acts.add_parser(name, help=text)
        act.add_argument("source", help="ชื่อแหล่งข้อมูล · name of the source")
        act.add_argument("--by", default="", help="ชื่อผู้ทำ · who does it")
        act.add_argument("--reason", default="", help="เหตุผล · why")
        act.set_defaults(handler=functools.partial(_told, _switch))
    page = acts.add_parser("page", help="รหัสสำหรับหน้าในเครื่อง · code for the local page")
    page.set_defaults(handler=functools.partial(_told, _page))
    version = acts.add_parser("version", help="รุ่น · version")
    version.set_defaults(handler=functools.partial(_told, _version))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command of the zipapp and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # an old server's locale is often none; Thai must not end the program
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = argparse.ArgumentParser(prog="phithak-sensor", description=_ABOUT)
    fill(parser)
    parsed = parser.parse_args(arguments)
    code: int = parsed.handler(parsed)
    return code


def _told(act: Callable[[argparse.Namespace], int], parsed: argparse.Namespace) -> int:
    """Do what was asked for; what a person has to mend is told in both languages."""
    try:
        return act(parsed)
    except SensorError as error:
        print(f"phithak-sensor: {error.code}: {error.th}\n                {error.en}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _run(parsed: argparse.Namespace) -> int:
    from phithak.sensor.agent import Agent  # noqa: PLC0415 - the other commands need no sockets and no threads
    from phithak.sensor.page import Page  # noqa: PLC0415 - same

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    agent = Agent(parsed.folder, parsed.beat)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: agent.stop())
    page = Page(agent)
    page.start()
    try:
        agent.run()
    finally:
        page.stop()
    return 0


def _enrol(parsed: argparse.Namespace) -> int:
    from phithak.sensor.uplink.enrol import enrol  # noqa: PLC0415 - same

    enrolled = enrol(parsed.folder, parsed.address, parsed.code, "".join(parsed.fingerprint), __version__)
    print(f"ลงทะเบียนแล้ว ชื่อในศูนย์: {enrolled.name} · Enrolled as {enrolled.name}")
    text = proposals.written(parsed.address, enrolled.sources)
    if enrolled.sources:
        print("ศูนย์เสนอให้เก็บ · The centre proposes to collect:")
        for name, values in enrolled.sources.items():
            print(f"  {name}: " + ", ".join(f"{key}={value}" for key, value in values.items()))
    agreed = parsed.accept or not enrolled.sources or _agrees()
    path = proposals.keep(parsed.folder, text, agreed=agreed)
    print(f"ค่าตั้งอยู่ที่ · The settings are in {path}")
    return 0


def _agrees() -> bool:
    print("รับตามนี้หรือไม่ พิมพ์ yes แล้วกด Enter · Type yes to accept: ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in {"yes", "y", "ตกลง"}


def _check(parsed: argparse.Namespace) -> int:
    found = settings.read(parsed.folder)
    Identity(parsed.folder).token()
    print(f"ใช้ได้ มี {len(found.sources)} แหล่งข้อมูล · Good: {len(found.sources)} sources")
    return 0


def _status(parsed: argparse.Namespace) -> int:
    found = settings.read(parsed.folder)
    told = show.status(parsed.folder)
    fresh = moments.micros() - int(told.get("now", 0)) < _STALE_SECONDS * moments.SECOND
    state = State(parsed.folder)
    try:
        print("ทำงานอยู่ · running" if fresh else "ไม่ทำงาน · not running")
        ((waiting, size),) = state.read(
            "SELECT coalesce(sum(events), 0), coalesce(sum(size), 0) FROM batch WHERE aside = ''"
        )
        print(f"รอส่ง · waiting: {waiting} ({show.size_text(size)})")
        if told.get("last_ack"):
            print(f"ศูนย์รับล่าสุด · last taken by the centre: {moments.readable(int(told['last_ack']))}")
        if told.get("trouble"):
            print(f"ปัญหา · trouble: {told['trouble']}")
        for one in show.sources(found, state):
            _print_source(one)
    finally:
        state.close()
    return 0 if fresh and not told.get("trouble") else 1


def _print_source(one: show.SourceView) -> None:
    light = "เปิด · on " if one.on else "ปิด · OFF"
    print(
        f"[{light}] {one.settings.label}: {one.what[0]} {one.settings.place}, {one.events} events, {one.last_event}"
    )
    if one.switched:
        print(f"    สวิตช์ · switch: {one.switched}")
    for (thai, english), count in one.dropped:
        print(f"    ทิ้ง · dropped: {count} ({thai} · {english})")
    if one.fault:
        print(f"    ปัญหา · trouble: {one.fault}")


def _show(parsed: argparse.Namespace) -> int:
    found = settings.read(parsed.folder)
    state = State(parsed.folder)
    try:
        print(f"{show.ALWAYS[0]}\n{show.ALWAYS[1]}")
        for one in show.sources(found, state):
            if parsed.source in {None, one.settings.label}:
                _print_source(one)
                print(f"    {one.taken_out[0]} · {one.taken_out[1]}")
                for line in show.samples(parsed.folder, state, one.settings.label):
                    print(f"    | {line}")
        if parsed.source is None:
            print("ประวัติสวิตช์ · switches:")
            for turn in Switches(state).log(20):
                act = "เปิด · on" if turn.on else "ปิด · off"
                print(
                    f"    {moments.readable(turn.moment)} {turn.source} {act} {turn.side}: {turn.person} {turn.reason}"
                )
    finally:
        state.close()
    return 0


def _switch(parsed: argparse.Namespace) -> int:
    found = settings.read(parsed.folder)
    if parsed.source not in {one.label for one in found.sources}:
        raise SensorError(
            "sensor.source",
            f"ไม่มีแหล่งข้อมูลชื่อ {parsed.source} ดูรายชื่อด้วยคำสั่ง status",
            f"There is no source {parsed.source}. See status.",
        )
    state = State(parsed.folder)
    try:
        person = parsed.by or getpass.getuser()
        switches = Switches(state)
        switches.turn(parsed.source, on=parsed.act == "on", person=person, reason=parsed.reason)
        now = switches.is_on(parsed.source)
    finally:
        state.close()
    print(f"{parsed.source}: " + ("เปิดแล้ว · on" if now else "ปิดแล้ว · off"))
    if parsed.act == "on" and not now:
        print("ศูนย์ยังปิดแหล่งนี้อยู่ · The centre has this source switched off.")
    return 0


def _page(parsed: argparse.Namespace) -> int:
    from phithak.sensor.page import access_code  # noqa: PLC0415 - same

    found = settings.read(parsed.folder)
    print(f"http://127.0.0.1:{found.page}/?code={access_code(parsed.folder)}")
    return 0


def _version(parsed: argparse.Namespace) -> int:
    del parsed
    print(f"phithak-sensor {__version__}")
    return 0

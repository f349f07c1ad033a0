"""``phithak``: the root of the command line.

Each command lies in a module with ``register(commands)``; only the module that the first word names is
imported, so ``phithak thai date …`` starts without Django. Answers: 0 done, 1 found wanting, 2 wrong input.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from phithak import __version__
from phithak.base import process
from phithak.base.errors import PhithakError
from phithak.base.text import Text, active_language, set_language

Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse names the type only so


@dataclass(frozen=True)
class Command:
    """A first word: the module that registers it, whether it needs Django, and its one-line help."""

    module: str
    text: Text
    django: bool = True


COMMANDS: dict[str, Command] = {
    "up": Command(
        "phithak.web.commands.up",
        Text("เริ่มและดูแลทุกกระบวนการ", "Start and supervise every process"),
        django=False,
    ),
    "web": Command(
        "phithak.web.commands.web", Text("เปิดเฉพาะหน้าเว็บ", "Serve pages and API alone"), django=False
    ),
    "ingest": Command("phithak.ingest.cli", Text("เปิดเฉพาะตัวรับเหตุการณ์", "Take events alone"), django=False),
    "compactor": Command(
        "phithak.eventstore.cli",
        Text("ย้ายเหตุการณ์เข้า Parquet และลบตามอายุ", "Move events into Parquet, let old ones go"),
        django=False,
    ),
    "move": Command(
        "phithak.eventstore.grown.cli",
        Text("ย้ายคลังเหตุการณ์ไปยังระบบที่ใหญ่ขึ้น", "Move the event store to a larger engine"),
        django=False,
    ),
    "worker": Command("phithak.core.jobs.cli", Text("เปิดเฉพาะตัวทำงานเบื้องหลัง", "Run the job lanes alone")),
    "migrate": Command(
        "phithak.web.commands.migrate",
        Text("ปรับโครงฐานข้อมูล", "Bring the database to this release"),
    ),
    "prepare": Command(
        "phithak.web.commands.prepare",
        Text("เตรียมก่อนเริ่ม (up ทำให้เอง)", "Prepare a start (up does it by itself)"),
    ),
    "demo": Command("phithak.web.commands.demo", Text("เติมภาคส่วนสมมติเพื่อทดลอง", "Fill in a fictional sector")),
    "doctor": Command(
        "phithak.web.commands.doctor",
        Text("ตรวจสุขภาพและบอกวิธีแก้", "Check the instance and say what to mend"),
    ),
    "backup": Command("phithak.web.commands.backup", Text("สำรองข้อมูล", "Make a backup")),
    "restore": Command("phithak.web.commands.restore", Text("กู้คืนจากข้อมูลสำรอง", "Restore a backup")),
    "config": Command(
        "phithak.web.commands.config", Text("อธิบายค่าตั้งทุกค่า", "Explain every setting"), django=False
    ),
    "keys": Command("phithak.core.privacy.cli", Text("จัดการกุญแจ", "Manage the keys")),
    "unlock": Command(
        "phithak.web.commands.unlock", Text("ปลดล็อกกุญแจหลัก", "Unlock the root key"), django=False
    ),
    "admin": Command("phithak.core.accounts.cli", Text("ผู้ดูแลและลิงก์เข้าใช้", "Administrators and login links")),
    "audit": Command("phithak.core.journal.cli", Text("ตรวจบันทึกที่แก้ย้อนหลังไม่ได้", "Verify the journal")),
    "outbox": Command("phithak.core.outbox.cli", Text("ข้อความขาออก", "Messages to people outside")),
    "registry": Command("phithak.registry.cli", Text("ทะเบียนหน่วยงาน", "Registry of organisations")),
    "notices": Command("phithak.notices.cli", Text("แม่แบบข้อความ", "Templates of notices")),
    "detect": Command("phithak.detection.cli", Text("เปิดเฉพาะตัวตรวจจับ", "Run the detector alone")),
    "events": Command("phithak.monitoring.cli.events", Text("ค้นเหตุการณ์", "Search events")),
    "sender": Command("phithak.monitoring.cli.senders", Text("ผู้ส่งเหตุการณ์", "Senders of events")),
    "thai": Command(
        "phithak.engines.thai.cli",
        Text("วันที่ เลข ชื่อ เบอร์โทร แบบไทย", "Thai dates, numbers, names, phones"),
        django=False,
    ),
    "sigma": Command(
        "phithak.engines.sigma.cli", Text("กฎตรวจจับ Sigma", "Sigma detection rules"), django=False
    ),
    "sensor": Command(
        "phithak.sensor.cli", Text("เซนเซอร์ของโรงพยาบาล", "The hospital's sensor"), django=False
    ),
    "clocks": Command("phithak.engines.clocks.cli", Text("นาฬิกากฎหมาย", "Legal clocks"), django=False),
}


def build_parser(names: Sequence[str] = tuple(COMMANDS)) -> argparse.ArgumentParser:
    """Return the parser with the commands ``names`` filled in (their modules are imported)."""
    parser = argparse.ArgumentParser(
        prog="phithak",
        description=str(Text("พิทักษ์: ศูนย์ CERT รายภาคส่วนในชุดเดียว", "Phithak: a sector CERT in one package")),
    )
    parser.add_argument("--version", action="version", version=f"phithak {__version__}")
    parser.add_argument(
        "--language", choices=["th", "en"], help=str(Text("ภาษาของคำตอบ", "language of answers"))
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in names:
        register = cast(
            "Callable[[Commands[argparse.ArgumentParser]], None]",
            importlib.import_module(COMMANDS[name].module).register,
        )
        register(commands)
    return parser


def start_django() -> None:
    """Load Django with the product's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phithak.web.settings")
    import django  # noqa: PLC0415 - commands without Django must start without it

    django.setup()


def _in_django(handler: Callable[[argparse.Namespace], int], parsed: argparse.Namespace) -> int:
    from phithak.web.database import errors_for_people  # noqa: PLC0415 - commands without Django must start without it

    with errors_for_people():
        return handler(parsed)


def _overview() -> str:
    lines = [str(Text("คำสั่ง:", "Commands:"))]
    lines += [f"  {name:10} {command.text}" for name, command in COMMANDS.items()]
    lines.append(str(Text("รายละเอียด: phithak COMMAND --help", "More: phithak COMMAND --help")))
    return "\n".join(lines)


def _choose_language(words: list[str]) -> None:
    chosen = os.environ.get("PHITHAK_LANGUAGE", "")
    if "--language" in words[:-1]:
        chosen = words[words.index("--language") + 1]
    if chosen:
        set_language(chosen)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _choose_language(words)
    name = next((word for index, word in enumerate(words) if _is_command_word(words, index)), "")
    if name not in COMMANDS:
        return _without_command(words, name)
    parent = os.environ.pop("PHITHAK_PARENT_PID", "")
    if parent:
        # a process that the supervisor started must not outlive it; its own children are not the supervisor's
        process.die_with_parent(int(parent))
    try:
        if COMMANDS[name].django:
            start_django()
        parsed = build_parser((name,)).parse_args(words)
        handler = cast("Callable[[argparse.Namespace], int]", parsed.handler)
        return _in_django(handler, parsed) if COMMANDS[name].django else handler(parsed)
    except PhithakError as error:
        other = "en" if active_language() == "th" else "th"
        print(f"phithak: {error}\n         {error.message.in_language(other)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # the reader of a pipe (head, less) has gone; nothing is left to say to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _without_command(words: list[str], name: str) -> int:
    if "--version" in words:
        print(f"phithak {__version__}")
        return 0
    asked = name == "help" or "--help" in words or "-h" in words
    print(_overview(), file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


def _is_command_word(words: list[str], index: int) -> bool:
    if words[index].startswith("-"):
        return False
    return index == 0 or words[index - 1] != "--language"

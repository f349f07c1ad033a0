"""``phithak sender``: who may send events to this centre."""

from __future__ import annotations

import argparse
import json

from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.monitoring import queries, services
from phithak.monitoring.services import SourceWanted

_ACTOR = actors.system("phithak-sender")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``sender`` with its own commands."""
    parser = commands.add_parser("sender", help=str(Text("ผู้ส่งเหตุการณ์", "senders of events")))
    kinds = parser.add_subparsers(dest="sender_command", metavar="COMMAND", required=True)
    add = _add(kinds, "add", "เพิ่มผู้ส่งและออกโทเคน แสดงครั้งเดียว", "add a sender and print its token, once")
    add.add_argument("name", help=str(Text("ชื่อเครื่อง", "name of the machine")))
    add.add_argument(
        "--tenant",
        required=True,
        help=str(Text("รหัสหรือชื่อเต็มของหน่วยงาน", "id or whole name of the organisation")),
    )
    add.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="LABEL:PROFILE[:KIND]",
        help=str(
            Text(
                "แหล่งและโปรไฟล์ความเป็นส่วนตัว ใส่ได้หลายครั้ง (ว่าง = default:syslog)",
                "a source and its privacy profile; may stand several times (none = default:syslog)",
            )
        ),
    )
    add.set_defaults(handler=_sender_add)
    show = _add(kinds, "list", "รายชื่อผู้ส่งและสิ่งที่ส่งมา", "list the senders and what came of each")
    show.add_argument("--json", action="store_true", help=str(Text("ผลเป็น JSON", "answer as JSON")))
    show.set_defaults(handler=_sender_list)
    revoke = _add(
        kinds, "revoke", "เพิกถอนผู้ส่ง มีผลภายในสองวินาที", "end the tokens of a sender within two seconds"
    )
    revoke.add_argument("sender", help=str(Text("รหัสผู้ส่ง", "id of the sender")))
    revoke.set_defaults(handler=_sender_revoke)


def _add(
    kinds: argparse._SubParsersAction[argparse.ArgumentParser], name: str, th: str, en: str
) -> argparse.ArgumentParser:
    text = str(Text(th, en))
    return kinds.add_parser(name, help=text, description=text)


def _sender_add(arguments: argparse.Namespace) -> int:
    sources = [SourceWanted.parse(text) for text in arguments.source or ["default:syslog"]]
    tenant_id = queries.tenant_of(_ACTOR, arguments.tenant)
    sender_id, token = services.add_sender(_ACTOR, tenant_id=tenant_id, name=arguments.name, sources=sources)
    print(f"{sender_id}\t{token}")
    return 0


def _sender_list(arguments: argparse.Namespace) -> int:
    found = queries.senders(_ACTOR)
    if arguments.json:
        rows = [
            {
                "id": str(one.id), "tenant_id": str(one.tenant_id), "name": one.name, "sources": list(one.sources),
                "events": one.events, "batches": one.batches,
                "last_seen": None if one.last_seen is None else one.last_seen.isoformat(),
                "revoked_at": None if one.revoked_at is None else one.revoked_at.isoformat(),
            }
            for one in found
        ]  # fmt: skip
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for one in found:
        state = Text("เพิกถอนแล้ว", "revoked") if one.revoked_at else Text("ใช้งาน", "running")
        seen = "-" if one.last_seen is None else one.last_seen.isoformat(timespec="seconds")
        print(f"{one.id}\t{one.tenant}\t{one.name}\t{state}\t{','.join(one.sources)}\t{one.events}\t{seen}")
    if not found:
        print(Text("ยังไม่มีผู้ส่ง รัน phithak sender add", "No sender yet. Run: phithak sender add"))
    return 0


def _sender_revoke(arguments: argparse.Namespace) -> int:
    row = queries.sender_by_id(_ACTOR, arguments.sender)
    services.revoke_sender(_ACTOR, row.pk)
    print(Text(f"เพิกถอน {row.name} แล้ว", f"Revoked {row.name}"))
    return 0

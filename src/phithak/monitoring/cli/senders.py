"""``phithak sender``: senders added, listed, given another code and revoked from the command line."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from phithak.base import clock, config
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.ui.tables.export import safe_cell
from phithak.monitoring.errors import BadSourceError, WhichError
from phithak.monitoring.models import Sender, Site
from phithak.monitoring.queries import board, senders_visible_to, visible_to
from phithak.monitoring.queries.states import SenderKind, condition
from phithak.monitoring.services import enrolment, senders

_R = TypeVar("_R", Site, Sender)
_ACTOR = actors.system("phithak-sender")

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name


@dataclass(frozen=True)
class _Row:
    """A sender as it is listed; times are ISO 8601, UTC."""

    id: str
    site: str
    name: str
    kind: str
    health: str
    heard: str
    version: str
    sources: str


def register(commands: _Commands) -> None:
    """Add ``sender`` with its own commands."""
    about = str(Text("ผู้ส่งเหตุการณ์", "senders of events"))
    parser = commands.add_parser("sender", help=about, description=about)
    kinds = parser.add_subparsers(dest="sender_command", metavar="COMMAND", required=True)
    _register_add(kinds)
    listing = _command(kinds, "list", Text("แสดงผู้ส่งทั้งหมด", "list the senders"), _list)
    listing.add_argument("words", nargs="?", default="", help=str(Text("ส่วนหนึ่งของชื่อ", "part of a name")))
    listing.add_argument(
        "--format",
        choices=["text", "csv", "json"],
        default="text",
        help=str(Text("รูปแบบ", "form of the answer")),
    )
    which = str(Text("ชื่อหรือรหัสของผู้ส่ง", "name or id of the sender"))
    code = _command(
        kinds,
        "code",
        Text("ออกรหัสใหม่ หรือโทเค็นใหม่ของโปรแกรม", "make another code, or an agent's token"),
        _code,
    )
    code.add_argument("sender", help=which)
    revoke = _command(kinds, "revoke", Text("เพิกถอน มีผลใน 2 วินาที", "revoke, within 2 seconds"), _revoke)
    revoke.add_argument("sender", help=which)
    revoke.add_argument("--yes", action="store_true", help=str(Text("ไม่ถามซ้ำ", "do not ask")))


def _register_add(kinds: _Commands) -> None:
    add = _command(
        kinds, "add", Text("เพิ่มผู้ส่งพร้อมแหล่งข้อมูล แล้วออกรหัส", "add a sender with its sources, make a code"), _add
    )
    add.add_argument("site", help=str(Text("ชื่อหรือรหัสของหน่วยงาน", "name or id of the site")))
    add.add_argument("name", help=str(Text("ชื่อเครื่อง", "name of the machine")))
    add.add_argument(
        "--agent",
        action="store_true",
        help=str(Text("โปรแกรมที่มีอยู่แล้ว ได้โทเค็นแทนรหัส", "an agent that runs already: it gets a token")),
    )
    add.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="LABEL=KIND,PROFILE[,PLACE]",
        help=str(
            Text(
                "เช่น his=file,mariadb-audit,/var/log/mysql/audit.log ใส่ได้หลายครั้ง",
                "such as his=file,mariadb-audit,/var/log/mysql/audit.log; may stand several times",
            )
        ),
    )


def _command(kinds: _Commands, name: str, text: Text, handler: object) -> argparse.ArgumentParser:
    parser = kinds.add_parser(name, help=str(text), description=str(text))
    parser.set_defaults(handler=handler)
    return parser


def _add(parsed: argparse.Namespace) -> int:
    kind = SenderKind.AGENT if parsed.agent else SenderKind.SENSOR
    # read before anything is written, so that a slip leaves no half of a sender
    facts = [_facts(told) for told in parsed.source]
    for one in facts:
        senders.check(one, kind)
    made = senders.add_sender(_ACTOR, _site(parsed.site).pk, name=parsed.name, kind=kind)
    for one in facts:
        senders.add_source(_ACTOR, made, one)
    _tell(made, kind)
    return 0


def _facts(told: str) -> senders.SourceFacts:
    label, _, rest = told.partition("=")
    parts = rest.split(",", 2)
    if len(parts) < 2:  # noqa: PLR2004 - kind and profile are needed
        raise BadSourceError(
            field="source",
            reason_th="เขียนเป็น LABEL=KIND,PROFILE[,PLACE]",
            reason_en="write LABEL=KIND,PROFILE[,PLACE]",
        )
    place = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - the third part
    return senders.SourceFacts(label, parts[0], parts[1], place)


def _tell(sender_id: UUID, kind: SenderKind) -> None:
    """Print what is told to the site: a code by telephone, or a token; shown this once."""
    known = config.load().config
    print(Text(f"ผู้ส่ง {sender_id}", f"sender {sender_id}"))
    if kind is SenderKind.AGENT:
        print(Text("ที่อยู่รับ", "address"), known.intake_url)
        print(Text("โทเค็น (แสดงครั้งเดียว)", "token (shown once)"), senders.issue_token(_ACTOR, sender_id))
        return
    print(Text("ที่อยู่ศูนย์", "address"), known.public_url)
    print(
        Text("รหัส (บอกทางโทรศัพท์ ใช้ได้ครั้งเดียวใน 24 ชั่วโมง)", "code (by telephone; good once, for 24 hours)"),
        enrolment.make_code(_ACTOR, sender_id),
    )
    told = enrolment.fingerprint()
    if told:
        print(Text("ลายนิ้วมือ 24 หลักแรก", "fingerprint, first 24 digits"), told[:29])
    else:
        print(
            Text(
                "ศูนย์ยังไม่มีใบรับรอง เซนเซอร์ลงทะเบียนไม่ได้จนกว่าจะตั้ง tls_certificate และ tls_key",
                "The centre has no certificate: no sensor can enrol until tls_certificate and tls_key are set.",
            ),
            file=sys.stderr,
        )


def _list(parsed: argparse.Namespace) -> int:
    rows = senders_visible_to(_ACTOR).select_related("tenant").prefetch_related("sources")
    found = [_row(one) for one in _named(rows.order_by("tenant__name_th", "name"), parsed.words)]
    if parsed.format == "json":
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    elif parsed.format == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(_Row.__dataclass_fields__)
        writer.writerows([safe_cell(value) for value in asdict(one).values()] for one in found)
    else:
        for one in found:
            print("\t".join(value or "-" for value in asdict(one).values()))
        print(Text(f"{len(found)} ผู้ส่ง", f"{len(found)} senders"))
    return 0


def _row(row: Sender) -> _Row:
    return _Row(
        str(row.pk),
        str(board.name_of(row)),
        row.name,
        row.kind,
        condition(row, clock.now()).health.value,
        row.heard_at.isoformat() if row.heard_at else "",
        row.version,
        ",".join(sorted(one.label for one in row.sources.all())),
    )


def _code(parsed: argparse.Namespace) -> int:
    row = _sender(parsed.sender)
    _tell(row.pk, SenderKind(row.kind))
    return 0


def _revoke(parsed: argparse.Namespace) -> int:
    row = _sender(parsed.sender)
    if not parsed.yes:
        name = f"{board.name_of(row)} · {row.name}"
        asked = Text(
            f"เพิกถอน {name} ย้อนกลับไม่ได้ พิมพ์ yes เพื่อยืนยัน: ", f"Revoke {name}, for good. Type yes to confirm: "
        )
        if input(str(asked)).strip().lower() != "yes":
            print(Text("ไม่ได้เพิกถอน", "Nothing was revoked."))
            return 1
    senders.revoke(_ACTOR, row.pk)
    print(Text("เพิกถอนแล้ว มีผลภายในสองวินาที", "Revoked; it holds within two seconds."))
    return 0


def _site(told: str) -> Site:
    rows = visible_to(_ACTOR).select_related("tenant")
    return _only([one for one in rows if _is(told, one, one.tenant.name_th, one.tenant.name_en)], told)


def _sender(told: str) -> Sender:
    rows = senders_visible_to(_ACTOR).select_related("tenant").filter(revoked_at=None)
    return _only([one for one in rows if _is(told, one, one.name)], told)


def _is(told: str, row: Site | Sender, *names: str) -> bool:
    return told == str(row.pk) or told.casefold() in {name.casefold() for name in names}


def _named(rows: Iterable[Sender], words: str) -> list[Sender]:
    plain = words.casefold()
    return [
        one for one in rows if plain in f"{one.name} {one.tenant.name_th} {one.tenant.name_en}".casefold()
    ]


def _only(found: list[_R], told: str) -> _R:
    if len(found) != 1:
        raise WhichError(name=told, count=len(found))
    return found[0]

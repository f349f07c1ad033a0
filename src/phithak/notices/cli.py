"""``phithak notices``: list templates, check a file, load the ready texts, preview one."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

from phithak.base.errors import NotFoundError
from phithak.base.text import LANGUAGES, Text, active_language
from phithak.core.accounts import actors
from phithak.notices import queries, services
from phithak.notices.errors import BadValueError
from phithak.notices.lint import Draft, check, errors_of
from phithak.notices.preview import Addressee, Values, render
from phithak.notices.texts import Channel, TextClass, Wording

_ACTOR = actors.system("phithak-notices")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``notices`` with its own commands."""
    parser = commands.add_parser("notices", help=str(Text("แม่แบบข้อความ", "templates of notices")))
    kinds = parser.add_subparsers(dest="notices_command", metavar="COMMAND", required=True)
    _add(kinds, "list", Text("รายการแม่แบบและสถานะ", "list the templates and their state")).set_defaults(
        handler=_list
    )
    _add(
        kinds, "load", Text("นำเข้าแม่แบบพร้อมใช้ ไม่ทับของที่แก้แล้ว", "load the ready texts; edited ones stay")
    ).set_defaults(handler=_load)
    lint = _add(kinds, "lint", Text("ตรวจข้อความในไฟล์ TOML", "check the texts of a TOML file"))
    lint.add_argument(
        "file",
        type=Path,
        help=str(Text("ไฟล์แบบเดียวกับชุดข้อความพร้อมใช้", "a file in the form of the ready texts")),
    )
    lint.set_defaults(handler=_lint)
    preview = _add(kinds, "preview", Text("แสดงแม่แบบด้วยค่าตัวอย่าง", "show a template with sample values"))
    preview.add_argument("code", help=str(Text("รหัสแม่แบบ เช่น M1", "code of the template, such as M1")))
    preview.add_argument(
        "--to", default="", help=str(Text("ชื่อผู้รับพร้อมคำนำหน้า", "the addressee's name with titles"))
    )
    preview.add_argument("--position", default="", help=str(Text("ตำแหน่งผู้รับ", "the addressee's position")))
    preview.set_defaults(handler=_preview)


def _add(
    kinds: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: Text
) -> argparse.ArgumentParser:
    return kinds.add_parser(name, help=str(text), description=str(text))


def _list(_: argparse.Namespace) -> int:
    rows = queries.visible_to(_ACTOR).select_related("tenant").order_by("tenant", "code")
    for row in rows:
        newest = queries.latest(row)
        state = queries.State(newest.state).text
        print(f"{row.code}\t{row.channel}\t{state}\t{Text(row.title_th, row.title_en)}\t{row.tenant.name_th}")
    if not rows:
        print(Text("ยังไม่มีแม่แบบ รัน phithak notices load", "No templates yet. Run: phithak notices load"))
    return 0 if rows else 1


def _load(_: argparse.Namespace) -> int:
    if queries.centre_id() is None:
        print(
            Text(
                "ยังไม่มีศูนย์ แม่แบบจะเข้ามาเองเมื่อผู้ดูแลคนแรกเปิดลิงก์",
                "There is no centre yet; the texts come when the first administrator opens the link.",
            )
        )
        return 1
    done = services.load_ready_texts(_ACTOR)
    told = Text("เพิ่ม {added} ปรับรุ่น {updated} คงเดิม {kept}", "added {added}, updated {updated}, kept {kept}")
    print(told.format(added=len(done.added), updated=len(done.updated), kept=len(done.kept)))
    return 0


def _lint(arguments: argparse.Namespace) -> int:
    failed = 0
    for code, draft in _drafts(arguments.file):
        found = check(draft)
        failed += len(errors_of(found))
        for one in found:
            print(f"{code}\t{one.severity}\t{one.rule}\t{one.language}\t{one.text} · {one.mend}")
        if not found:
            print(f"{code}\tok")
    return 1 if failed else 0


def _drafts(path: Path) -> list[tuple[str, Draft]]:
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("text", [])
        return [
            (
                str(row["code"]),
                Draft(
                    TextClass(row["class"]),
                    Channel(row["channel"]),
                    Wording(
                        str(row.get("subject_th", "")),
                        str(row.get("subject_en", "")),
                        str(row["body_th"]).strip(),
                        str(row["body_en"]).strip(),
                    ),
                    bool(row.get("two_way", False)),
                ),
            )
            for row in rows
        ]
    except (
        OSError,
        UnicodeDecodeError,
        tomllib.TOMLDecodeError,
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
    ) as error:
        raise BadValueError(
            field="file", reason_th=f"อ่านไฟล์ไม่ได้ ({error})", reason_en=f"the file cannot be read ({error})"
        ) from error


def _preview(arguments: argparse.Namespace) -> int:
    row = queries.visible_to(_ACTOR).filter(code=arguments.code, tenant=queries.centre_id()).first()
    if row is None:
        raise NotFoundError
    wording = queries.wording_of(queries.latest(row))
    values = Values(
        {},
        frozenset(),
        queries.directories(row.tenant_id),
        Addressee(arguments.to, arguments.position),
        samples=True,
    )
    for language in sorted(LANGUAGES, key=lambda one: one != active_language()):
        shown = render(wording, Channel(row.channel), language, values)
        size = f" · {shown.sms.length} / {shown.sms.parts}" if shown.sms else ""
        print(f"[{language}]{size}")
        print(*(part for part in (shown.subject, shown.body) if part), sep="\n")
        for name in shown.missing:
            print(Text("ยังไม่มีค่าของช่อง {slot}", "No value for slot {slot}").format(slot=name))
    return 0

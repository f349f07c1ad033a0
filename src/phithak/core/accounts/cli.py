"""``phithak admin``: who administers the centre, and ways back in for those who are locked out."""

from __future__ import annotations

import argparse

from phithak.base.text import Text
from phithak.core.accounts import actors, queries, services
from phithak.core.accounts.errors import UserUnknownError
from phithak.core.accounts.models import User

_ACTOR = actors.system("phithak-admin")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``admin`` with its own commands."""
    parser = commands.add_parser("admin", help=str(Text("ผู้ดูแลและลิงก์เข้าใช้", "administrators and login links")))
    kinds = parser.add_subparsers(dest="admin_command", metavar="COMMAND", required=True)
    _add(kinds, "list", "รายชื่อผู้ดูแลของศูนย์", "list the administrators of the centre").set_defaults(
        handler=_list
    )
    link = _add(
        kinds,
        "link",
        "ออกลิงก์เข้าใช้ครั้งเดียว อายุ 24 ชั่วโมง",
        "make a one-time login link that works for 24 hours",
    )
    link.add_argument(
        "email",
        nargs="?",
        default="",
        help=str(
            Text("อีเมลของผู้ใช้ (ว่าง = ผู้ดูแลคนแรก)", "the user's address (empty = the first administrator)")
        ),
    )
    link.set_defaults(handler=_link)
    for name, th, en, handler in (
        ("unlock", "ปลดการพักการเข้าใช้", "release a resting login", _unlock),
        ("reset-mfa", "ล้างการยืนยันสองชั้นของผู้ใช้", "remove a user's second factors", _reset),
    ):
        command = _add(kinds, name, th, en)
        command.add_argument("email", help=str(Text("อีเมลของผู้ใช้", "the user's address")))
        command.set_defaults(handler=handler)


def _add(
    kinds: argparse._SubParsersAction[argparse.ArgumentParser], name: str, th: str, en: str
) -> argparse.ArgumentParser:
    text = str(Text(th, en))
    return kinds.add_parser(name, help=text, description=text)


def _list(_: argparse.Namespace) -> int:
    found = queries.admins()
    for user in found:
        factor = (
            Text("มีสองชั้น", "second factor")
            if queries.has_second_factor(user.pk)
            else Text("ยังไม่มีสองชั้น", "no second factor")
        )
        seen = user.last_login.isoformat(timespec="minutes") if user.last_login else "-"
        print(f"{user.email}\t{user.name_th or user.name_en}\t{factor}\t{seen}")
    if not found:
        print(Text("ยังไม่มีผู้ดูแล รัน phithak admin link", "No administrator yet. Run: phithak admin link"))
    return 0 if found else 1


def _link(arguments: argparse.Namespace) -> int:
    email = arguments.email.strip()
    print(services.link_for_address(_ACTOR, email) if email else services.create_first_admin_link())
    return 0


def _unlock(arguments: argparse.Namespace) -> int:
    count = services.unlock(_ACTOR, arguments.email)
    print(Text("ปลดแล้ว ({n} รายการ)", "Released ({n} records)").format(n=count))
    return 0


def _reset(arguments: argparse.Namespace) -> int:
    count = services.reset_second_factors(_ACTOR, _user(arguments.email).pk)
    print(Text("ล้างแล้ว {n} รายการ", "Removed {n}").format(n=count))
    return 0


def _user(email: str) -> User:
    user = queries.user_by_email(email)
    if user is None:
        raise UserUnknownError(email=email)
    return user

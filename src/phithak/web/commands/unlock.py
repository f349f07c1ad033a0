"""``phithak unlock``: give the running instance the passphrase of its root key."""

from __future__ import annotations

import argparse
import getpass
import sys

from phithak.base import config
from phithak.base.text import Text
from phithak.core.privacy import keyserver


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``unlock``."""
    parser = commands.add_parser("unlock", help=str(Text("ปลดล็อกกุญแจหลัก", "unlock the root key")))
    parser.add_argument(
        "--stdin",
        action="store_true",
        help=str(Text("อ่านวลีผ่านจากอินพุต", "read the passphrase from standard input")),
    )
    parser.set_defaults(handler=_unlock)


def _unlock(arguments: argparse.Namespace) -> int:
    settings = config.load().config
    question = str(Text("วลีผ่าน: ", "Passphrase: "))
    words = sys.stdin.readline().rstrip("\n") if arguments.stdin else getpass.getpass(question)
    keyserver.unlock(settings, words)
    print(Text("ปลดล็อกแล้ว", "Unlocked"))
    return 0

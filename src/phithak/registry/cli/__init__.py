"""``phithak registry``: the commands of the registry's parts, joined."""

from __future__ import annotations

import argparse

from phithak.base.text import Text
from phithak.registry.cli import joining, organisations

PARTS = (organisations, joining)


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``registry`` with the commands of every part; each part has ``register(kinds)``."""
    parser = commands.add_parser("registry", help=str(Text("ทะเบียนหน่วยงาน", "registry of organisations")))
    kinds = parser.add_subparsers(dest="registry_command", metavar="COMMAND", required=True)
    for part in PARTS:
        part.register(kinds)

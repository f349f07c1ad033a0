"""``phithak web``: serve pages and API in the foreground (``up`` starts it by itself)."""

from __future__ import annotations

import argparse

from phithak.base import config
from phithak.base.text import Text
from phithak.web import serve


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``web``."""
    parser = commands.add_parser("web", help=str(Text("เปิดเฉพาะหน้าเว็บ", "serve pages and API alone")))
    parser.set_defaults(handler=_web)


def _web(_arguments: argparse.Namespace) -> int:
    serve.serve(config.load().config)
    return 0

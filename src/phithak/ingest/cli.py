"""``phithak ingest``: take events in the foreground (``up`` starts it by itself)."""

from __future__ import annotations

import argparse

from phithak.base import config
from phithak.base.text import Text
from phithak.ingest import server


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``ingest``."""
    parser = commands.add_parser("ingest", help=str(Text("เปิดเฉพาะตัวรับเหตุการณ์", "take events alone")))
    parser.set_defaults(handler=_ingest)


def _ingest(_arguments: argparse.Namespace) -> int:
    server.serve(config.load().config)
    return 0

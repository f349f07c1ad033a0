"""``phithak worker``: work the lanes and run the loops until stopped."""

from __future__ import annotations

import argparse
import logging

from phithak.base.text import Text
from phithak.core.jobs.registry import Lane

_HELP = Text("ทำงานเบื้องหลังและงานตามเวลา จนกว่าจะสั่งหยุด", "Work the job lanes and the loops until stopped")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the room's commands to the command line."""
    worker = commands.add_parser("worker", help=str(_HELP), description=f"{_HELP.th} · {_HELP.en}")
    worker.add_argument(
        "--lane",
        action="append",
        choices=[lane.value for lane in Lane],
        help=str(Text("เฉพาะช่องนี้ (ใช้ซ้ำได้)", "only this lane (may be repeated)")),
    )
    worker.add_argument(
        "--no-loops", action="store_true", help=str(Text("ไม่รันงานตามรอบ", "do not run the loops"))
    )
    worker.add_argument(
        "--drain",
        action="store_true",
        help=str(Text("ทำงานที่ถึงกำหนดจนหมดแล้วจบ", "run what is due, then end")),
    )
    worker.set_defaults(handler=_worker)


def _worker(args: argparse.Namespace) -> int:
    # the command line has made Django ready; parsers of other commands must not load models
    from phithak.core.jobs.services import run_pending  # noqa: PLC0415
    from phithak.core.jobs.worker import run_worker  # noqa: PLC0415

    if not logging.getLogger().handlers:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    lanes = tuple(Lane(name) for name in args.lane) if args.lane else tuple(Lane)
    if args.drain:
        print(run_pending(*lanes))
        return 0
    return run_worker(lanes=lanes, loops=not args.no_loops)

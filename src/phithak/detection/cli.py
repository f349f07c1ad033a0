"""``phithak detect``: match stored events against the rules in the foreground."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from phithak.base import config, process
from phithak.base.text import Text
from phithak.detection.detector.process import BATCHES, Detector, work
from phithak.detection.detector.rules import Rules
from phithak.detection.errors import FencedError
from phithak.eventstore.bus import EmbeddedBus
from phithak.eventstore.layout import Layout


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``detect``."""
    about = str(
        Text("ตรวจเหตุการณ์ที่เก็บไว้ด้วยกฎ และสร้างแจ้งเตือน", "match stored events against the rules, make alerts")
    )
    parser = commands.add_parser("detect", help=about, description=about)
    parser.add_argument(
        "--once", action="store_true", help=str(Text("ตรวจสิ่งที่รออยู่แล้วจบ", "look through what waits, then end"))
    )
    parser.set_defaults(handler=_detect)


def _detect(arguments: argparse.Namespace) -> int:
    process.forbid_core_dumps()
    settings = config.load().config
    bus = EmbeddedBus(Layout(settings.events))
    try:
        detector = Detector(bus, Rules(settings.data_dir / "rules", settings.data_dir / "run" / "sigma"))
        if arguments.once:
            while detector.step() == BATCHES:
                pass
            detector.step(0, remember=True)
            return 0
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        work(detector, stop)
    except FencedError as error:
        print(error.text, file=sys.stderr)
        return 1
    finally:
        bus.close()
    return 0

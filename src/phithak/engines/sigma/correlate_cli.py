"""The words of ``phithak sigma run`` that are about correlations."""

from __future__ import annotations

import argparse
import re
from datetime import datetime
from pathlib import Path

from phithak.base.text import Text
from phithak.engines.sigma.correlate import Limits
from phithak.engines.sigma.correlate.model import SECOND
from phithak.engines.sigma.course import Correlating
from phithak.engines.sigma.errors import SigmaError

_SPAN = re.compile(r"(\d{1,9})([smhd])", re.ASCII)
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LEAST_HELD = 1_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the words to ``sigma run``."""
    parser.add_argument(
        "--lateness",
        metavar="TIME",
        help=str(
            Text(
                "เหตุการณ์มาช้ากว่าลำดับได้เท่าใด เช่น 10m (ปกติรอจนจบแฟ้ม)",
                "how far events may come out of order, such as 10m; else correlations wait for the end",
            )
        ),
    )
    parser.add_argument(
        "--held",
        type=int,
        metavar="N",
        help=str(
            Text(
                "จำนวนเหตุการณ์ที่ความสัมพันธ์จำได้ เกินกว่านี้จะทิ้งและนับไว้",
                "events that correlations may hold; what is given up beyond is counted",
            )
        ),
    )
    parser.add_argument(
        "--tenant",
        default="",
        metavar="NAME",
        help=str(
            Text("เจ้าของเหตุการณ์ เป็นส่วนหนึ่งของรหัสแจ้งเตือน", "whose events these are; part of each alert's id")
        ),
    )
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help=str(
            Text(
                "แฟ้มสถานะ ถ้าถูกหยุดกลางคันจะทำต่อจากจุดเดิม",
                "state file; a run that was stopped goes on from there",
            )
        ),
    )


def correlating(args: argparse.Namespace, now: datetime) -> Correlating:
    """Return what the words ask for.

    Raises:
        SigmaError: a word cannot be used.
    """
    if args.state is not None and args.out == "-":
        raise SigmaError(
            "sigma.state.out",
            th="--state ต้องใช้กับ --out FILE เพราะต้องตัดแฟ้มผลได้",
            en="--state needs --out FILE: the output is cut where a stopped run goes on",
            field="state",
        )
    if args.held is not None and args.held < _LEAST_HELD:
        raise SigmaError(
            "sigma.held",
            th=f"--held ต้องไม่น้อยกว่า {_LEAST_HELD}",
            en=f"--held must be {_LEAST_HELD} or more",
            field="held",
        )
    limits = Limits() if args.held is None else Limits(pending=args.held, entries=args.held)
    return Correlating(
        tenant=args.tenant, lateness=_lateness(args.lateness), limits=limits, now=now, state=args.state
    )


def _lateness(text: str | None) -> int | None:
    if text is None:
        return None
    found = _SPAN.fullmatch(text)
    if found is None:
        raise SigmaError(
            "sigma.lateness",
            th=f"{text} ไม่ใช่ช่วงเวลา ตัวอย่าง 30s 10m 2h 1d",
            en=f"{text} is no timespan; write 30s, 10m, 2h or 1d",
            field="lateness",
        )
    return int(found[1]) * _UNITS[found[2]] * SECOND

"""``phithak outbox status|stop|release|unknown``: the outbox from the operator's terminal."""

from __future__ import annotations

import argparse

from phithak.base.text import Text

_HELP = Text(
    "ข้อความขาออก: ดู หยุด ปล่อย และรายการที่ไม่ทราบผล", "Outgoing messages: look, stop, release, the unknown ones"
)
_SHOWN = 100


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the room's commands to the command line."""
    outbox = commands.add_parser("outbox", help=str(_HELP), description=f"{_HELP.th} · {_HELP.en}")
    acts = outbox.add_subparsers(dest="act", metavar="ACT", required=True)
    status = acts.add_parser(
        "status", help=str(Text("จำนวนตามช่องทางและสถานะ", "counts by channel and state"))
    )
    status.set_defaults(handler=_status)
    stop = acts.add_parser("stop", help=str(Text("หยุดการส่งทั้งหมดทันที", "stop all sending at once")))
    stop.add_argument("reason", help=str(Text("เหตุผล", "why")))
    stop.set_defaults(handler=_stop)
    release = acts.add_parser("release", help=str(Text("ปล่อยให้ส่งต่อ", "let sending go on")))
    release.add_argument("reason", help=str(Text("เหตุผล", "why")))
    release.set_defaults(handler=_release)
    unknown = acts.add_parser("unknown", help=str(Text("ข้อความที่ไม่ทราบผล", "messages of unknown outcome")))
    unknown.set_defaults(handler=_unknown)


def _status(args: argparse.Namespace) -> int:  # noqa: ARG001 - the handler's shape
    # the command line has made Django ready; parsers of other commands must not load models
    from phithak.core.outbox import queries  # noqa: PLC0415

    stopped = queries.stopped()
    if stopped is None:
        print(Text("ส่งตามปกติ", "Sending runs."))
    else:
        at = stopped.at.isoformat(timespec="seconds")
        print(Text(f"หยุดตั้งแต่ {at}: {stopped.reason}", f"Stopped since {at}: {stopped.reason}"))
    for (channel, state), count in sorted(queries.counts().items()):
        print(f"{channel:8} {state:10} {count:>10}")
    return 0


def _stop(args: argparse.Namespace) -> int:
    from phithak.core.accounts import actors  # noqa: PLC0415 - as above
    from phithak.core.outbox import services  # noqa: PLC0415 - as above

    if services.stop_all(actors.system("cli"), reason=args.reason):
        print(Text("หยุดแล้ว", "Stopped."))
    else:
        print(Text("หยุดอยู่ก่อนแล้ว", "It was stopped before."))
    return 0


def _release(args: argparse.Namespace) -> int:
    from phithak.core.accounts import actors  # noqa: PLC0415 - as above
    from phithak.core.outbox import services  # noqa: PLC0415 - as above

    if services.release(actors.system("cli"), reason=args.reason):
        print(Text("ปล่อยแล้ว", "Released."))
        return 0
    print(Text("ไม่ได้หยุดอยู่", "Nothing was stopped."))
    return 1


def _unknown(args: argparse.Namespace) -> int:  # noqa: ARG001 - the handler's shape
    from phithak.core.accounts import actors  # noqa: PLC0415 - as above
    from phithak.core.outbox import queries  # noqa: PLC0415 - as above

    rows = queries.unknown_to(actors.system("cli")).order_by("ended_at")
    total = rows.count()
    print(Text(f"ไม่ทราบผล {total} ข้อความ ตัดสินได้ที่หน้าเว็บ", f"{total} of unknown outcome; decide on the pages."))
    for row in rows[:_SHOWN]:
        at = row.ended_at.isoformat(timespec="seconds") if row.ended_at else "-"
        print(f"{row.pk} {row.channel:8} {at} {row.error}")
    return 1 if total else 0

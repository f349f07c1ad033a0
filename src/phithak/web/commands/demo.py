"""``phithak demo``: fill an instance for trying out with the fictional sector of every room."""

from __future__ import annotations

import argparse

from phithak.base.errors import ConflictError, NotFoundError
from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.registry.contributions import organisations_demo as sector
from phithak.registry.queries import organisations

_SYSTEM = actors.system("demo")


class RealInstanceError(ConflictError):
    """Organisations are there that are not of the fictional sector."""

    code = "demo.real_instance"
    text = Text(
        "ระบบนี้มีหน่วยงานจริงแล้ว ข้อมูลสมมติจะปนกัน ใช้ data_dir ว่างสำหรับการทดลอง",
        "This instance holds real organisations, and fictional ones would mix with them. "
        "Use an empty data_dir for trying out.",
    )


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``demo``."""
    about = str(
        Text("เติมภาคส่วนสมมติเพื่อทดลองใช้ รันซ้ำได้", "fill in a fictional sector for trying out; may be run again")
    )
    commands.add_parser("demo", help=about, description=about).set_defaults(handler=_demo)


def _demo(_arguments: argparse.Namespace) -> int:
    refuse_real()
    for item in sorted(contrib.demo, key=lambda item: (item.order, item.name)):
        item.build()
        print(item.name, flush=True)
    number = organisations.listed(_SYSTEM).count()
    print(Text(f"มีหน่วยงานสมมติ {number} แห่ง", f"{number} fictional organisations are there"))
    return 0


def refuse_real() -> None:
    """Refuse an instance whose registry holds something and not the fictional centre.

    Raises:
        RealInstanceError: it does.
    """
    if not organisations.listed(_SYSTEM).exists():
        return
    try:
        sector.found(sector.CENTRE)
    except NotFoundError as error:
        raise RealInstanceError from error

"""Drills under fault, as a program of its own; it forks a process for each order, as that of the outbox does.

Orders: ``prepare``, ``begin``, ``work``, ``answer FILE``. It runs the product's settings and its own worker with the
normal lane, the outbox's loops and the drills' loop. The clock stands as many minutes ahead as the file ``ahead``
in ``FAULT_DIR`` says, for every process at once.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import django

django.setup()

from phithak.base import clock  # noqa: E402 - Django must be ready first
from phithak.core import contrib  # noqa: E402 - same
from phithak.core.accounts import actors  # noqa: E402 - same
from phithak.core.accounts.models import Oversight, Tenant  # noqa: E402 - same
from phithak.core.accounts.scope import Reason  # noqa: E402 - same
from phithak.core.contrib import Loop  # noqa: E402 - same
from phithak.core.db.transactions import write  # noqa: E402 - same
from phithak.core.jobs.registry import Lane  # noqa: E402 - same
from phithak.core.jobs.worker import run_worker  # noqa: E402 - same
from phithak.core.links import services as links  # noqa: E402 - same
from phithak.core.outbox.pump import Pump  # noqa: E402 - same
from phithak.core.outbox.services import control  # noqa: E402 - same
from phithak.core.outbox.states import Channel  # noqa: E402 - same
from phithak.core.privacy import services as privacy  # noqa: E402 - same
from phithak.registry.models import ContactPoint, Organisation  # noqa: E402 - same
from phithak.registry.queries.sorting import name_key  # noqa: E402 - same
from phithak.registry.services import drills  # noqa: E402 - same
from phithak.registry.services.drills import Plan  # noqa: E402 - same
from tests.faults.orders import serve  # noqa: E402 - same
from tests.faults.outbox import program as base  # noqa: E402 - same

CENTRE = UUID("018f0000-0000-7000-8000-00000000000c")
ACTOR = actors.system("faults")
TICK = 0.05
NAME = "ซ้อมห้าร้อยผู้ติดต่อ"

# label → how many contacts; those of "pair" share an address two by two, those of "silent" a backup two by two
PREFIX = {"sms": "0810", "pair": "0820", "silent": "0830", "late": "0840"}
SCOPE = {"mail": 40, "sms": 260, "pair": 100, "silent": 60, "nowhere": 20, "late": 20}
BACKUPS = 30


def ahead() -> datetime:
    """Return the moment: that of the machine, moved ahead by the test."""
    try:
        minutes = float((base.FOLDER / "ahead").read_text())
    except (FileNotFoundError, ValueError):
        minutes = 0.0
    return datetime.now(UTC) + timedelta(minutes=minutes)  # noqa: TID251 - the clock that the test moves


def prepare() -> None:
    """Make the database, a centre and two hospitals with 500 contacts and their backups."""
    base.prepare()
    with write("faults.tenants"):
        Tenant.objects.get_or_create(pk=CENTRE, defaults={"kind": "cert", "name_th": "ศูนย์สมมติ"})
        hospitals = [
            Tenant.objects.create(kind="hospital", name_th=f"โรงพยาบาลสมมติ {number}") for number in (1, 2)
        ]
        for tenant in hospitals:
            Oversight.objects.create(over_id=CENTRE, under=tenant, reason=Reason.CONSTITUENCY)
            name = tenant.name_th
            Organisation.objects.create(tenant=tenant, kind="hospital", name_th=name, name_key=name_key(name))
    rows: list[tuple[str, str, str]] = []
    for label, count in SCOPE.items():
        for number in range(count):
            if label == "mail":
                rows.append((label, "email", f"mail{number}@example.test"))
            elif label != "nowhere":
                place = number // 2 if label == "pair" else number
                rows.append((label, "phone", f"{PREFIX[label]}{place:06d}"))
    rows += [("backup", "phone", f"0890{number:06d}") for number in range(BACKUPS)]
    handles = privacy.seal_many(ACTOR, [(kind, value) for _, kind, value in rows], tenant_id=hospitals[0].pk)
    contacts = [
        contact(label, hospitals[number % 2], kind, handle)
        for number, ((label, kind, _), handle) in enumerate(zip(rows, handles, strict=True))
    ]
    contacts += [contact("nowhere", hospitals[0]) for _ in range(SCOPE["nowhere"])]
    backups = [one for one in contacts if one.label_th == "backup"]
    for number, one in enumerate(one for one in contacts if one.label_th == "silent"):
        one.backup = backups[number // 2]
    with write("faults.contacts"):
        ContactPoint.objects.bulk_create(backups)
        ContactPoint.objects.bulk_create(one for one in contacts if one.label_th != "backup")


def contact(label: str, tenant: Tenant, kind: str = "", handle: UUID | None = None) -> ContactPoint:
    """Return an unsaved contact."""
    return ContactPoint(
        tenant=tenant,
        kind="director" if label == "backup" else "technical",
        label_th=label,
        email_id=handle if kind == "email" else None,
        phone_id=handle if kind == "phone" else None,
    )


def begin() -> None:
    """Plan and start the drill."""
    drill_id = drills.plan(ACTOR, CENTRE, Plan(NAME, kinds=("technical",)))
    drills.start(ACTOR, drill_id)


def work() -> int:
    """Run the normal lane and the loops that a drill needs, at a quicker beat."""
    for loop in contrib.loops:
        contrib.loops.forget(loop.name)
    for channel in (Channel.MAIL, Channel.SMS):
        contrib.loops.register(Loop(f"outbox.{channel}", TICK, Pump(channel).tick))
    contrib.loops.register(Loop("outbox.sweep", TICK, lambda: control.sweep() and None))
    contrib.loops.register(Loop("registry.drill", TICK, lambda: drills.tick() and None))
    return run_worker(lanes=[Lane.NORMAL], loops=True, grace=10, most_rest=0.1)


def answer(path: Path) -> None:
    """Press the links and say the codes that the file names."""
    for one in json.loads(path.read_text()):
        if "token" in one:
            links.answer(one["token"], "received")
        else:
            drills.answered_by_code(ACTOR, one["code"])


def main(arguments: list[str]) -> int:
    """Obey one order."""
    clock.now = ahead
    action, *rest = arguments
    if action == "prepare":
        prepare()
    elif action == "begin":
        begin()
    elif action == "work":
        return work()
    elif action == "answer":
        answer(Path(rest[0]))
    return 0


if __name__ == "__main__":
    base.main = main
    serve(base.obey)

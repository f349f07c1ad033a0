"""The outbox under fault, as a program of its own; it forks a process for each order that it reads.

Orders: ``prepare``, ``queue``, ``work``, ``web``, ``stop``, ``pause``, ``release``, ``sweep``.

It runs the product's settings and its own worker with the outbox's loops alone, registers one renderer, and,
when told so by the environment, kills or freezes itself at named crash points or opens a guard (the positive
controls).

Environment: ``FAULT_DIR`` folder of markers; ``FAULT_POINTS`` crash points, each killed at once per marker;
``FAULT_FREEZE`` a point at which to stop (SIGSTOP) once; ``FAULT_SLOW`` points at which to linger;
``FAULT_OPEN`` guards made plain (``claim``, ``sending``).
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be ready first
from django.core.management import call_command  # noqa: E402 - Django must be ready first
from django.db.models import QuerySet  # noqa: E402 - same

from phithak.base import config  # noqa: E402 - same
from phithak.core import contrib  # noqa: E402 - same
from phithak.core.accounts import actors  # noqa: E402 - same
from phithak.core.accounts.actors import Actor, ActorKind, Grant  # noqa: E402 - same
from phithak.core.accounts.models import Membership, Tenant, User  # noqa: E402 - same
from phithak.core.accounts.roles import Role  # noqa: E402 - same
from phithak.core.contrib import Loop  # noqa: E402 - same
from phithak.core.db.transactions import write  # noqa: E402 - same
from phithak.core.jobs.worker import run_worker  # noqa: E402 - same
from phithak.core.outbox import points, services  # noqa: E402 - same
from phithak.core.outbox.adapters import signing  # noqa: E402 - same
from phithak.core.outbox.adapters.base import Adapter, Outcome  # noqa: E402 - same
from phithak.core.outbox.models import Message  # noqa: E402 - same
from phithak.core.outbox.points import Point  # noqa: E402 - same
from phithak.core.outbox.pump import Pump  # noqa: E402 - same
from phithak.core.outbox.rendering import Context, Rendered, renderer  # noqa: E402 - same
from phithak.core.outbox.services import Wanted, claims, control, settling  # noqa: E402 - same
from phithak.core.outbox.states import Channel  # noqa: E402 - same
from phithak.core.privacy import services as privacy  # noqa: E402 - same
from tests.faults.orders import serve, words  # noqa: E402 - same

FOLDER = Path(os.environ["FAULT_DIR"])
TENANT = UUID("018f0000-0000-7000-8000-000000000001")
ACTOR = actors.system("faults")
TICK = 0.05


@renderer("faults.notice")
def notice(params: Mapping[str, Any], context: Context) -> Rendered:
    """One notice; the same words each time."""
    return Rendered(
        f"Notice {params['n']}", f"แจ้งเตือนที่ {params['n']} โทรกลับศูนย์", reference=f"REF{params['n']}"
    )


def prepare() -> None:
    """Make the database and one tenant."""
    call_command("migrate", verbosity=0)
    with write("faults.prepare"):
        Tenant.objects.get_or_create(pk=TENANT, defaults={"kind": "hospital", "name_th": "โรงพยาบาลสมมติ"})


def address(channel: str, number: int) -> str:
    """Return the address of person ``number``."""
    return f"person{number}@example.test" if channel == "mail" else f"08{number:08d}"


def queue(channel: str, first: int, count: int) -> None:
    """Seal ``count`` addresses and queue a notice to each; run again it queues the same ones once."""
    marker = FOLDER / f"handles.{channel}.{first}.{count}"
    if marker.exists():
        handles = [UUID(line) for line in marker.read_text().split()]
    else:
        kind = "email" if channel == "mail" else "phone"
        values = [(kind, address(channel, first + number)) for number in range(count)]
        handles = privacy.seal_many(ACTOR, values, tenant_id=TENANT)
        marker.write_text("\n".join(map(str, handles)))
    wanted = [Wanted(handle, f"n{first + n}", {"n": first + n}) for n, handle in enumerate(handles)]
    if count == 1:
        services.queue(
            ACTOR, tenant_id=TENANT, channel=channel, recipient=handles[0], renderer="faults.notice",
            params=wanted[0].params, idempotency_key=wanted[0].idempotency_key,
        )  # fmt: skip
        return
    done = services.queue_many(
        ACTOR, wanted, tenant_id=TENANT, channel=channel, renderer="faults.notice", campaign=TENANT, pause=0
    )
    assert done.new + done.repeated == count


def work(channels: Iterable[str]) -> int:
    """Run the outbox's loops as ``phithak worker`` does, at a quicker beat."""
    for loop in contrib.loops:
        contrib.loops.forget(loop.name)
    for channel in channels:
        contrib.loops.register(Loop(f"outbox.{channel}", TICK, Pump(Channel(channel)).tick))
    contrib.loops.register(Loop("outbox.sweep", TICK, sweep))
    return run_worker(lanes=[], loops=True, grace=10, most_rest=0.1)


def receipt(reference: str, status: str) -> None:
    """Take one signed receipt."""
    body = json.dumps({"ref": reference, "status": status}).encode()
    secret = os.environ["PHITHAK_SMS_SECRET"]
    services.take_receipts("sms", body, signing.sign(secret, body, now=time.time()))


def decide(decision: str) -> None:
    """Decide about the one unknown message, as a person."""
    (row,) = Message.objects.filter(state="unknown")
    with write("faults.person"):
        person, _ = User.objects.get_or_create(email="desk@example.test")
        Membership.objects.get_or_create(user=person, tenant_id=TENANT, role=Role.MEMBER_ADMIN)
    grant = Grant(TENANT, Role.MEMBER_ADMIN)
    actor = Actor(ActorKind.USER, "desk", user_id=person.pk, grants=(grant,))
    services.decide(actor, row.pk, decision, reason="ถามผู้ให้บริการแล้ว")


def sweep() -> None:
    control.sweep()


def web(port: int) -> None:
    """Serve pages and API, for the provider's receipts."""
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer  # noqa: PLC0415 - only here

    from phithak.web.wsgi import application  # noqa: PLC0415 - same

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            """Say nothing."""

    # one request after the other: a thread for each would open a connection to the database for each
    class Queued(WSGIServer):
        request_queue_size = 128

    server = Queued(("127.0.0.1", port), Quiet)
    server.set_app(application)
    (FOLDER / "web").write_text(str(server.server_address[1]))
    server.serve_forever()


def once(name: str) -> bool:
    """Tell whether this is the first to come by, over all processes."""
    try:
        os.close(os.open(FOLDER / name, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def kill_at(names: set[str]) -> Callable[[Point], None]:
    def listener(point: Point) -> None:
        if point.value in names and once(f"killed.{point.value}"):
            os.kill(os.getpid(), signal.SIGKILL)

    return listener


def freeze_at(names: set[str]) -> Callable[[Point], None]:
    def listener(point: Point) -> None:
        if point.value in names and once(f"frozen.{point.value}"):
            (FOLDER / "frozen-pid").write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGSTOP)

    return listener


def linger_at(names: set[str]) -> Callable[[Point], None]:
    chance = random.Random(os.getpid())  # noqa: S311 - spreads two racers
    return lambda point: time.sleep(chance.uniform(0, 0.2)) if point.value in names else None


def open_guards(names: set[str]) -> None:
    """The positive controls: what the tests must miss."""
    if "claim" in names:

        def anyone(message_ids: Iterable[UUID]) -> QuerySet[Message]:
            return Message.objects.filter(pk__in=message_ids)

        claims.due = anyone
    if "sending" in names:
        _commit_sending_after_the_call()


def _commit_sending_after_the_call() -> None:
    begin, settle = claims.begin_sending, settling.settle
    adapters: list[Adapter] = []

    def later(rows: Sequence[tuple[Message, bytes]], adapter: Adapter) -> list[Message]:
        adapters[:] = [adapter]
        for row, body in rows:
            row.body_hash = body
        return [row for row, _ in rows]

    def first(outcomes: Sequence[tuple[Message, Outcome]]) -> list[Message]:
        begun = {
            row.pk for row in begin([(row, bytes(row.body_hash or b"")) for row, _ in outcomes], adapters[0])
        }
        return settle([(row, outcome) for row, outcome in outcomes if row.pk in begun])

    claims.begin_sending, settling.settle = later, first


def obey(arguments: list[str]) -> int:
    # the provider of the present test was not known when the settings were read
    settings.CONFIG = config.load().config
    return main(arguments)


def main(arguments: list[str]) -> int:
    logging.basicConfig(level=logging.WARNING, format="%(process)d %(levelname)s %(message)s")
    points.listeners += [
        linger_at(words("FAULT_SLOW")), freeze_at(words("FAULT_FREEZE")), kill_at(words("FAULT_POINTS"))
    ]  # fmt: skip
    open_guards(words("FAULT_OPEN"))
    action, *rest = arguments
    if action == "prepare":
        prepare()
    elif action == "queue":
        queue(rest[0], int(rest[1]), int(rest[2]))
    elif action == "work":
        return work(rest)
    elif action == "web":
        web(int(rest[0]))
    elif action == "stop":
        services.stop_all(ACTOR, reason="ทดสอบปุ่มหยุด")
        (FOLDER / "stopped").write_text(str(time.time()))
    elif action == "pause":
        services.pause_all(ACTOR, reason="กู้คืนจากข้อมูลสำรอง")
    elif action == "release":
        services.release(ACTOR, reason="ปล่อยหลังตรวจแล้ว")
    elif action == "receipt":
        receipt(*rest)
    elif action == "decide":
        decide(rest[0])
    elif action == "sweep":
        services.hold_campaign(ACTOR, TENANT, tenant_id=TENANT, reason="พักเพื่อทดสอบ")
        control.sweep()
    return 0


if __name__ == "__main__":
    serve(obey)

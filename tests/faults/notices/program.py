"""Campaigns under fault, as a program of its own; it forks a process for each order, as that of the outbox does.

Orders: ``prepare``, ``draft FIRST COUNT``, ``approve``, ``work``, ``stop``, ``resume``. It runs the product's settings
and its own worker with the normal lane, the outbox's loops and that of campaigns. The crash points of campaigns stand
beside those of the outbox in ``FAULT_POINTS``.
"""

from __future__ import annotations

import os
import time
from uuid import UUID

import django

django.setup()

from phithak.base.text import Text  # noqa: E402 - Django must be ready first
from phithak.core import contrib  # noqa: E402 - same
from phithak.core.accounts.actors import Actor, ActorKind, Grant  # noqa: E402 - same
from phithak.core.accounts.models import Membership, Tenant, User  # noqa: E402 - same
from phithak.core.accounts.roles import Role  # noqa: E402 - same
from phithak.core.contrib import Loop  # noqa: E402 - same
from phithak.core.db.transactions import write  # noqa: E402 - same
from phithak.core.jobs.registry import Lane  # noqa: E402 - same
from phithak.core.jobs.worker import run_worker  # noqa: E402 - same
from phithak.core.outbox.pump import Pump  # noqa: E402 - same
from phithak.core.outbox.services import control  # noqa: E402 - same
from phithak.core.outbox.states import Channel  # noqa: E402 - same
from phithak.notices import points, queries, services  # noqa: E402 - same
from phithak.notices.models import Campaign, Template  # noqa: E402 - same
from phithak.notices.services import HotlineFacts, campaigns, lists  # noqa: E402 - same
from phithak.notices.services.campaigns import Plan, sending  # noqa: E402 - same
from phithak.notices.states import Answers  # noqa: E402 - same
from tests.faults.orders import serve, words  # noqa: E402 - same
from tests.faults.outbox import program as base  # noqa: E402 - same

CENTRE = UUID("018f0000-0000-7000-8000-00000000000d")
TICK = 0.05
REASON = "ทดสอบการหยุดและแจ้งต่อ"


def person(email: str) -> Actor:
    """Return one of the centre's two analysts."""
    user = User.objects.get(email=email)
    return Actor(ActorKind.USER, email, user_id=user.pk, grants=(Grant(CENTRE, Role.ANALYST),))


def prepare() -> None:
    """Make the database, a centre with two analysts and a hotline, and an approved SMS."""
    base.prepare()
    with write("faults.centre"):
        Tenant.objects.get_or_create(
            pk=CENTRE, defaults={"kind": "cert", "name_th": "ศูนย์สมมติ", "name_en": "Centre"}
        )
        for email in ("one@example.test", "two@example.test"):
            user, _ = User.objects.get_or_create(email=email)
            Membership.objects.get_or_create(user=user, tenant_id=CENTRE, role=Role.ANALYST)
    one, two = person("one@example.test"), person("two@example.test")
    services.load_ready_texts()
    facts = HotlineFacts("1242", Text("สายด่วน", "Hotline"), "ศูนย์", Text("ตลอดวัน", "All day"), toll_free=True)
    services.add_hotline(one, tenant_id=CENTRE, slot="tel", facts=facts)
    row = queries.latest(Template.objects.get(tenant=CENTRE, code="M7"))
    services.submit(one, row.pk, seen=row.text_hash)
    services.approve(two, row.pk, seen=row.text_hash)


def newest() -> Campaign:
    """Return the campaign of the present test."""
    found = Campaign.objects.order_by("-created_at").first()
    assert found is not None
    return found


def draft(first: int, count: int) -> None:
    """Seal a list of numbers, draft a campaign, and ask for its list."""
    one = person("one@example.test")
    list_id = lists.make_list(one, CENTRE, name=f"รายชื่อ {first}")
    # every tenth number stands twice, and must be told once
    numbers = [f"08{first + place:08d}" for place in range(count)]
    for at in range(0, count, 5000):
        lists.add_addresses(
            one, list_id, "\n".join([*numbers[at : at + 5000], *numbers[at : at + 5000 : 10]])
        )
    wanted = Plan(
        title="แจ้งเตือนทดสอบ", template="M7", source="notices.list", source_args={"list": str(list_id)},
        answers=Answers.DONE, facts={"team": "ศูนย์สมมติ", "shop": "ร้านใบตอง"}, tlp="CLEAR",
    )  # fmt: skip
    campaign_id = campaigns.plan(one, CENTRE, wanted)
    campaigns.gather(one, campaign_id, seen=1)


def approve() -> None:
    """Submit as one, approve as the other, start."""
    one, two = person("one@example.test"), person("two@example.test")
    row = newest()
    seal = campaigns.submit(one, row.pk, seen=row.version)
    campaigns.approve(two, row.pk, seen=seal)
    campaigns.start(one, row.pk)


def work() -> int:
    """Run the normal lane and the loops that a campaign needs, at a quicker beat."""
    for loop in contrib.loops:
        contrib.loops.forget(loop.name)
    contrib.loops.register(Loop("outbox.sms", TICK, Pump(Channel.SMS).tick))
    contrib.loops.register(Loop("outbox.sweep", TICK, lambda: control.sweep() and None))
    contrib.loops.register(Loop("notices.campaigns", 4 * TICK, lambda: campaigns.tick() and None))
    return run_worker(lanes=[Lane.NORMAL], loops=True, grace=10, most_rest=0.1)


def main(arguments: list[str]) -> int:
    """Obey one order."""
    points.listeners.append(base.kill_at(words("FAULT_POINTS")))  # type: ignore[arg-type] # it asks for the name alone
    base.points.listeners.append(base.kill_at(words("FAULT_POINTS")))
    if "key" in words("FAULT_OPEN"):
        # the positive control: a key of its own for each process, so that a repeated step queues anew
        sending._key = lambda one, why: f"{one.pk}:{why}:{os.getpid()}"
    action, *rest = arguments
    if action == "prepare":
        prepare()
    elif action == "draft":
        draft(int(rest[0]), int(rest[1]))
    elif action == "approve":
        approve()
    elif action == "work":
        return work()
    elif action == "stop":
        campaigns.stop(person("one@example.test"), newest().pk, reason=REASON)
        (base.FOLDER / "stopped").write_text(str(time.time()))
    elif action == "resume":
        campaigns.resume(person("one@example.test"), newest().pk, reason=REASON)
    return 0


if __name__ == "__main__":
    base.main = main
    serve(base.obey)

"""Contacts of made-up organisations, and drills over them, for the tests of this part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from phithak.core.accounts import actors
from phithak.core.jobs import services as jobs
from phithak.core.links import queries as links
from phithak.core.links import services as answers
from phithak.core.links.models import Link
from phithak.core.outbox.models import Message
from phithak.core.outbox.pump import Pump
from phithak.core.outbox.states import Channel
from phithak.core.privacy import services as privacy
from phithak.registry.models import ContactPoint, Drill, DrillCheck, Organisation, Person, Position
from phithak.registry.queries.sorting import name_key
from phithak.registry.services import drills
from phithak.registry.services.drills import Plan
from tests.people import People
from tests.registry.factory import organisation

SYSTEM = actors.system("test")
T0 = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
"""9:00 in Bangkok on 5 November 2569."""

_numbers = count(1)


def person(org: Organisation, name: str = "") -> Person:
    """Make a person of an organisation."""
    name = name or f"สมมติ นามที่{next(_numbers)}"
    return Person.objects.create(tenant_id=org.pk, name_th=name, name_key=name_key(name))


def position(who: Person) -> Position:
    """Give a person a position at home."""
    return Position.objects.create(
        tenant_id=who.tenant_id, person=who, title_th="เจ้าหน้าที่", kinds=["technical"]
    )


def contact(
    org: Organisation,
    *,
    mail: str = "",
    phone: str = "",
    other: str = "",
    who: Person | None = None,
    backup: ContactPoint | None = None,
    kind: str = "technical",
    **fields: Any,
) -> ContactPoint:
    """Make a contact point with sealed addresses."""

    def seal(what: str, value: str) -> UUID | None:
        return privacy.seal(SYSTEM, what, value, tenant_id=org.pk) if value else None

    label = fields.pop("label_th", f"เวรที่ {next(_numbers)}")
    return ContactPoint.objects.create(
        tenant_id=org.pk,
        kind=kind,
        label_th=label,
        name_key=name_key(label),
        email_id=seal("email", mail),
        other_email_id=seal("email", other),
        phone_id=seal("phone", phone),
        position=position(who) if who else None,
        backup=backup,
        **fields,
    )


@dataclass
class Round:
    """A drill that runs, and how to look at it."""

    people: People
    id: UUID

    @property
    def row(self) -> Drill:
        """The drill now."""
        return Drill.objects.get(pk=self.id)

    def of(self, one: ContactPoint) -> DrillCheck:
        """The check of a contact."""
        return DrillCheck.objects.get(drill=self.id, contact=one)

    def states(self, *contacts: ContactPoint) -> list[str]:
        """The states of contacts' checks, in order."""
        return [self.of(one).state for one in contacts]

    def messages(self) -> int:
        """How many persons were asked."""
        return Message.objects.filter(campaign=self.id).count()

    def press(self, one: ContactPoint, choice: str = "received", note: str = "") -> None:
        """Open the contact's link and press an answer."""
        row = self.of(one)
        link = Link.objects.get(pk=(row.asked_with or row).link_id)
        token = urlsplit(links.url_of(link)).path.split("/")[2]
        answers.answer(token, choice, note)


def begin(people: People, **wanted: Any) -> Round:
    """Plan and start a drill of the centre and let its job ask."""
    actor = people.actor("analyst")
    plan = Plan(**{"name": "ซ้อมทดสอบ", **wanted})
    drill_id = drills.plan(actor, people.tenant_id("cert"), plan)
    drills.start(actor, drill_id)
    jobs.run_pending("normal")
    send()
    return Round(people, drill_id)


def send() -> None:
    """Let the outbox hand over what is queued (to the Null adapter)."""
    for channel in (Channel.MAIL, Channel.SMS):
        Pump(channel).tick()


def tick() -> int:
    """Let the drills' loop and then the outbox come by once."""
    settled = drills.tick()
    send()
    return settled


def liveness(one: ContactPoint) -> str:
    """A contact's liveness now."""
    return ContactPoint.objects.get(pk=one.pk).liveness


def hospital(people: People, **fields: Any) -> Organisation:
    """A made-up hospital of the centre's constituency."""
    return organisation(people, **fields)

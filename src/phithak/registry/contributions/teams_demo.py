"""Teams and a call sheet of the fictional Health CIRT: a watch desk round the clock and a response team."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts.actors import Actor
from phithak.core.pdf import fonts_present
from phithak.registry.contributions.organisations_demo import centre
from phithak.registry.queries import teams as queries
from phithak.registry.queries.kinds import ContactKind
from phithak.registry.queries.teams import Duty, Pattern, Turn
from phithak.registry.services import callsheets, people, teams
from phithak.registry.services.people import ContactFacts, PersonFacts, PositionFacts
from phithak.registry.services.teams import Step

ACTOR: Actor = actors.system("demo")
WATCH = Text("เวรเฝ้าระวัง 24 ชั่วโมง", "Watch desk, round the clock")
RESPONSE = Text("ทีมตอบสนองเหตุ", "Response team")
_WATCHERS = ("ริน เวรเช้า", "เพชร เวรบ่าย", "ดวง เวรดึก", "ภู เฝ้าฟ้า")
_CHIEFS = (("อัมพร นำทีม", "ผู้อำนวยการศูนย์", "Director"), ("สกล รองรับ", "รองผู้อำนวยการศูนย์", "Deputy director"))
_EVERY_DAY = frozenset(range(7))


def build() -> None:
    """Make the teams when they are not there yet."""
    tenant_id = centre()
    if queries.visible_to(ACTOR).filter(tenant=tenant_id, name_th=WATCH.th).exists():
        return
    watchers = [_person(tenant_id, name) for name in _WATCHERS]
    for number, (person_id, name) in enumerate(zip(watchers, _WATCHERS, strict=True)):
        position = people.add_position(
            ACTOR,
            person_id,
            tenant_id,
            PositionFacts(
                title_th="เจ้าหน้าที่เฝ้าระวัง", title_en="Watch officer", kinds=(ContactKind.TECHNICAL,)
            ),
        )
        _contact(
            tenant_id,
            ContactKind.TECHNICAL,
            Text(f"โต๊ะเวร {name}", "Watch officer"),
            7000 + number,
            position_id=position,
        )
    chiefs = _chiefs(tenant_id)
    watch = teams.create(ACTOR, tenant_id, WATCH)
    members = [teams.add_member(ACTOR, watch, one, lead=number == 0) for number, one in enumerate(watchers)]
    monday = clock.today() - timedelta(days=clock.today().weekday())
    for starts, ends, order in (
        (time(8), time(20), (0, 1)),
        (time(20), time(8), (2, 3)),
    ):
        turn = tuple(members[place] for place in order)
        teams.plan(ACTOR, watch, Pattern(_EVERY_DAY, starts, ends, turn, monday, 4, Duty.PRIMARY, Turn.WEEK))
    teams.set_chain(
        ACTOR,
        watch,
        [
            Step(0, on_duty=Duty.PRIMARY),
            Step(15, on_duty=Duty.PRIMARY),
            Step(30, chiefs[0]),
            Step(45, chiefs[1]),
        ],
    )
    response = teams.create(ACTOR, tenant_id, RESPONSE)
    teams.add_member(ACTOR, response, watchers[0], lead=True)
    if fonts_present():
        callsheets.make(ACTOR, tenant_id)


def _person(tenant_id: UUID, name: str) -> UUID:
    return people.add_person(ACTOR, tenant_id, PersonFacts(name_th=name))


def _chiefs(tenant_id: UUID) -> list[UUID]:
    """Make the director and the deputy, who stands in; return their contacts."""
    made: list[UUID] = []
    backup: UUID | None = None
    for number, (name, th, en) in reversed(list(enumerate(_CHIEFS))):
        person_id = _person(tenant_id, name)
        position = people.add_position(
            ACTOR,
            person_id,
            tenant_id,
            PositionFacts(title_th=th, title_en=en, kinds=(ContactKind.DIRECTOR,)),
        )
        backup = _contact(
            tenant_id,
            ContactKind.DIRECTOR,
            Text(th, en),
            7100 + number,
            position_id=position,
            backup_id=backup,
        )
        made.insert(0, backup)
    return made


def _contact(
    tenant_id: UUID,
    kind: ContactKind,
    label: Text,
    number: int,
    *,
    position_id: UUID,
    backup_id: UUID | None = None,
) -> UUID:
    # no subscriber has these: within Bangkok none begins with 0
    facts = ContactFacts(
        kind=kind,
        label_th=label.th,
        label_en=label.en,
        position_id=position_id,
        phone=f"02000{number:04}",
        email=f"duty{number}@cirt.example.th",
        backup_id=backup_id,
    )
    return people.add_contact(ACTOR, tenant_id, facts)

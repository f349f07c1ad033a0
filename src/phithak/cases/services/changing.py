"""Changing a case: its facts by version, who has it, the level of section 60, the personal-data question."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import ForbiddenError
from phithak.base.text import Text
from phithak.cases.errors import CaseChangedError, TlpLoweredError
from phithak.cases.events.core import Tag
from phithak.cases.models import Case, CaseBody, Party
from phithak.cases.queries import doors, reading
from phithak.cases.queries.states import TLP, Level, Personal
from phithak.cases.services import duties, rows
from phithak.cases.services.opening import CaseFacts, cleaned
from phithak.core import signals
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.db.transactions import write
from phithak.registry.queries import organisations

_LEAST_REASON = 5


def change(actor: Actor, case_id: UUID, facts: CaseFacts, *, version: int) -> None:
    """Change the facts of a case.

    Args:
        actor: needs ``cases.work``.
        case_id: which.
        facts: what it says from now on.
        version: the version that the person looked at.

    Raises:
        CaseChangedError: somebody else changed it meanwhile; nothing is stored.
        TlpLoweredError: the TLP would be lowered by somebody who is not of its originator.
        CaseFieldError, CasePhaseError.
    """
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    columns, body = cleaned(facts)
    if row.version != version:
        raise CaseChangedError(version=row.version)
    if TLP.index(str(columns["tlp"])) < TLP.index(row.tlp):
        _is_originator(actor, row)
    with write("cases.change"):
        changed = Case.objects.filter(pk=row.pk, version=version).update(
            **columns, version=version + 1, updated_at=clock.now()
        )
        if not changed:
            raise CaseChangedError(version=rows.reread(row.pk).version)
        CaseBody.objects.filter(case=row.pk).update(**body)
        now = rows.reread(row.pk)
        parties = Party.objects.filter(case=row.pk).select_related("organisation")
        names = [organisations.name_of(one.organisation) for one in parties]
        rows.index(now, body["summary"], *(word for one in names for word in (one.th, one.en)))
        rows.record(actor, Tag.CHANGED, now, version=version + 1)


def _is_originator(actor: Actor, row: Case) -> None:
    if actor.kind is not ActorKind.SYSTEM and row.originator_id not in actor.tenant_ids:
        raise TlpLoweredError(field="tlp")


def assign(actor: Actor, case_id: UUID, user_id: UUID | None) -> None:
    """Give a case to somebody of its centre, or to nobody.

    Raises:
        CaseFieldError: the person is not one of the centre's analysts.
    """
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    people = dict(reading.assignable(row.tenant_id))
    if user_id is not None and user_id not in people:
        raise rows.refuse("assignee", Text("ไม่ใช่นักวิเคราะห์ของศูนย์นี้", "not an analyst of this centre"))
    name = people[user_id] if user_id else Text("ไม่มีผู้รับผิดชอบ", "nobody")
    with write("cases.assign"):
        rows.touch(row, assignee_id=user_id)
        rows.record(actor, Tag.ASSIGNED, row, name=name.th)


def set_level(actor: Actor, case_id: UUID, level: Level | str, *, reason: str) -> None:
    """Set the level of section 60; only a person does, with a reason.

    Raises:
        ForbiddenError: a process asks.
        CaseFieldError: no reason, or no such level.
    """
    row = doors.case(actor, case_id, doors.WORK)
    if actor.user_id is None:
        raise ForbiddenError(permission=doors.WORK)
    rows.not_closed(row)
    found = Level(rows.one_of(str(level), Level, "level"))
    why = _reason(reason)
    with write("cases.set_level"):
        rows.touch(row, level=found.value, level_by_id=actor.user_id, level_at=clock.now())
        CaseBody.objects.filter(case=row.pk).update(level_reason=why)
        rows.record(actor, Tag.LEVEL_SET, row, level=found.value, reason=why)
        rows.step(
            actor,
            row,
            Text(f"ระดับมาตรา 60: {found.text.th} ({why})", f"Level of s.60: {found.text.en} ({why})"),
        )


def answer_personal(
    actor: Actor, case_id: UUID, answer: Personal | str, *, look_on: date | None = None
) -> None:
    """Answer whether personal data is touched.

    "Yes" proposes the duty clocks of each party that is aware, and tells the rooms above; "not yet known" needs
    the day of the next look.

    Raises:
        CaseFieldError: no such answer, or no day to come with "not yet known".
    """
    row = doors.case(actor, case_id, doors.WORK)
    rows.not_closed(row)
    found = Personal(rows.one_of(str(answer), Personal, "answer"))
    if found is Personal.UNKNOWN and (look_on is None or look_on < clock.today()):
        raise rows.refuse(
            "look_on", Text("ระบุวันที่จะดูอีกครั้ง ตั้งแต่วันนี้ไป", "say on which day to look again, today or later")
        )
    with write("cases.answer_personal"):
        rows.touch(row, personal=found.value, personal_look_on=look_on if found is Personal.UNKNOWN else None)
        rows.record(actor, Tag.PERSONAL_ANSWERED, row, answer=found.value)
        if found.value != row.personal:
            rows.step(actor, row, found.text)
        if found is Personal.YES and row.personal != Personal.YES:
            signals.send(signals.Signal.PERSONAL_DATA_TOUCHED, row.pk)
    if found is Personal.YES:
        duties.propose_for_all(actor, row.pk)


def _reason(reason: str) -> str:
    why = rows.words(reason, "reason", 500)
    if len(why) < _LEAST_REASON:
        raise rows.refuse(
            "reason", Text(f"อย่างน้อย {_LEAST_REASON} ตัวอักษร", f"at least {_LEAST_REASON} characters")
        )
    return why

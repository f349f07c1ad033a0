"""Drafting a campaign: what is said, to whom, by what, and how answers are chased."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from phithak.base.errors import InvalidInputError, NotFoundError
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.core.jobs import guard
from phithak.core.outbox.states import Channel
from phithak.engines.thai import normalize
from phithak.notices import queries as wording
from phithak.notices.errors import CampaignChangedError, CampaignStateError, NotApprovedError
from phithak.notices.events import CampaignTag
from phithak.notices.models import Campaign, TemplateVersion
from phithak.notices.queries import campaigns as queries
from phithak.notices.services.rows import need_right_in
from phithak.notices.sources import sources
from phithak.notices.states import OPEN_TO_CHANGE, Answers, CampaignState, Step
from phithak.notices.texts import Channel as TextChannel
from phithak.registry.queries.people import TLP

TITLE_MOST = 200
HOURS_MOST = 24 * 60
STEPS_MOST = 6
_TEXT_OF = {Channel.MAIL: TextChannel.EMAIL, Channel.SMS: TextChannel.SMS}
DEFAULT_CHASE = ((24, Step.REMIND), (48, Step.CALL))


@dataclass(frozen=True)
class Plan:
    """A campaign as it is drafted.

    Attributes:
        title: as people call it; never personal data.
        template: code of the template; the wording that is in force is taken, and stays.
        source: name of a registered source of recipients.
        source_args: what the source needs.
        answers: what recipients are asked for.
        facts: values of slots; text, number or date, never personal data.
        passed: promises whose check has passed.
        tlp: TLP 2.0 without the word TLP.
        exercise: a rehearsal: everything is done but the sending.
        urgent: goes before other messages.
        day_only: leaves between 08:00 and 20:00 in Bangkok alone.
        calls_per_hour: what the hotline can take; 0 = all in one wave.
        call_percent: of those told, how many are expected to call.
        due_hours: time to answer.
        chase: hours after the first message and what is done then about who is silent.
        about: kind and id of the object of another room that it serves.
    """

    title: str
    template: str
    source: str
    source_args: Mapping[str, Any] = field(default_factory=dict)
    answers: Answers = Answers.NONE
    facts: Mapping[str, Any] = field(default_factory=dict)
    passed: tuple[str, ...] = ()
    tlp: str = "AMBER"
    exercise: bool = False
    urgent: bool = False
    day_only: bool = False
    calls_per_hour: int = 0
    call_percent: int = 10
    due_hours: int = 24
    chase: tuple[tuple[int, Step], ...] = DEFAULT_CHASE
    about: tuple[str, UUID] | None = None


def plan(actor: Actor, tenant_id: UUID, wanted: Plan) -> UUID:
    """Draft a campaign and return its id; nobody is told before it was approved and started.

    Raises:
        ForbiddenError, NotFoundError: no right, or not in an organisation in which the actor holds it.
        NotApprovedError: the template has no approved wording.
        InvalidInputError: names the field.
    """
    need_right_in(actor, queries.WRITE, tenant_id)
    row = Campaign(
        tenant_id=tenant_id,
        author_id=actor.user_id,
        writers=writers_with(actor, []),
        **_values(actor, tenant_id, wanted),
    )
    with write("notices.campaign.plan"):
        row.save(force_insert=True)
        record(actor, CampaignTag.PLANNED, row)
    return row.pk


def change(actor: Actor, campaign_id: UUID, wanted: Plan, *, seen: int) -> None:
    """Write a draft anew; its list has to be gathered again, and whoever changes it becomes its author.

    Args:
        actor: who changes.
        campaign_id: a draft, or one whose list was gathered.
        wanted: the whole plan.
        seen: the version that the person looked at.

    Raises:
        CampaignChangedError: somebody else changed it meanwhile.
        CampaignStateError: it was submitted or is further.
        NotApprovedError, InvalidInputError: as :func:`plan`.
    """
    row = queries.campaign(actor, campaign_id, queries.WRITE)
    if row.state not in OPEN_TO_CHANGE:
        raise refused(row.state)
    values = _values(actor, row.tenant_id, wanted)
    with write("notices.campaign.change"):
        changed = Campaign.objects.filter(pk=row.pk, version=seen, state__in=OPEN_TO_CHANGE).update(
            **values, state=CampaignState.DRAFT, version=seen + 1, author=actor.user_id, list_hash="", recipients=0,
            writers=writers_with(actor, row.writers),
        )  # fmt: skip
        if not changed:
            raise CampaignChangedError
        row.title = values["title"]
        record(actor, CampaignTag.CHANGED, row)


def set_facts(
    actor: Actor,
    campaign_id: UUID,
    *,
    facts: Mapping[str, Any],
    passed: Iterable[str],
    seen: int,
) -> None:
    """Fill the slots of a campaign's text; its list stays as it is.

    Args:
        actor: who fills them; may not approve it afterwards.
        campaign_id: a draft, or one whose list was gathered.
        facts: by slot.
        passed: promises whose check has passed.
        seen: the version that the person looked at.

    Raises:
        CampaignChangedError, CampaignStateError, InvalidInputError: as :func:`change`.
    """
    row = queries.campaign(actor, campaign_id, queries.WRITE)
    if row.state not in OPEN_TO_CHANGE:
        raise refused(row.state)
    with write("notices.campaign.facts"):
        changed = Campaign.objects.filter(pk=row.pk, version=seen, state__in=OPEN_TO_CHANGE).update(
            facts=_facts(facts), passed=sorted(set(passed)), version=seen + 1, author=actor.user_id,
            writers=writers_with(actor, row.writers),
        )  # fmt: skip
        if not changed:
            raise CampaignChangedError
        record(actor, CampaignTag.CHANGED, row)


def writers_with(actor: Actor, writers: list[str]) -> list[str]:
    """Return who has written a campaign, the actor among them."""
    return sorted({*writers, str(actor.user_id)}) if actor.user_id else writers


def refused(state: str) -> CampaignStateError:
    """Return the error that names the state which does not allow it."""
    text = CampaignState(state).text
    return CampaignStateError(state_th=text.th, state_en=text.en)


def _values(actor: Actor, tenant_id: UUID, wanted: Plan) -> dict[str, Any]:
    text = _text(actor, tenant_id, wanted.template)
    channel = next((one for one, kind in _TEXT_OF.items() if kind == text.template.channel), None)
    if channel is None:
        raise _wrong("template", "ใช้ได้เฉพาะแม่แบบอีเมลหรือ SMS", "only templates of e-mail or SMS can be sent")
    if text.template.two_way:
        raise _wrong(
            "template",
            "แม่แบบนี้ใช้ได้กับช่องทางที่รับคำตอบเท่านั้น และยังไม่มีช่องทางนั้น",
            "this template is for channels that take answers, and none is set up",
        )
    source = sources.get(wanted.source)
    if source is None:
        raise _wrong("source", "ไม่รู้จักแหล่งผู้รับนี้", "that source of recipients is not known")
    if wanted.tlp not in TLP:
        raise _wrong("tlp", f"TLP มี {' '.join(TLP)}", f"a TLP is one of {' '.join(TLP)}")
    kind, object_id = wanted.about or ("", None)
    return {
        "title": _title(wanted.title),
        "text": text,
        "channel": channel.value,
        "answers": Answers(wanted.answers).value,
        "source": source.name,
        "source_args": source.check(actor, tenant_id, wanted.source_args),
        "about_kind": kind,
        "about_id": object_id,
        "facts": _facts(wanted.facts),
        "passed": sorted(set(wanted.passed)),
        "tlp": wanted.tlp,
        "exercise": wanted.exercise,
        "urgent": wanted.urgent,
        "day_only": wanted.day_only,
        "calls_per_hour": _between("calls_per_hour", wanted.calls_per_hour, 0, 1_000_000),
        "call_percent": _between("call_percent", wanted.call_percent, 1, 100),
        "due_hours": _between("due_hours", wanted.due_hours, 1, HOURS_MOST),
        "chase": _chase(wanted),
    }


def _text(actor: Actor, tenant_id: UUID, code: str) -> TemplateVersion:
    try:
        found = wording.approved(actor, tenant_id, code)
    except NotFoundError as error:
        raise _wrong("template", "ไม่พบแม่แบบนี้ในหน่วยงาน", "the organisation has no such template") from error
    except NotApprovedError as error:
        raise NotApprovedError(field="template", template=code) from error
    return TemplateVersion.objects.select_related("template").get(pk=found.version_id)


def _title(text: str) -> str:
    title = " ".join(normalize(text).split())
    if any(unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"} for char in text):
        raise _wrong(
            "title", "ชื่อมีอักขระที่มองไม่เห็น โปรดพิมพ์ใหม่", "the title holds invisible characters; type it anew"
        )
    if not 0 < len(title) <= TITLE_MOST:
        raise _wrong(
            "title", f"ตั้งชื่อ 1 ถึง {TITLE_MOST} ตัวอักษร", f"give a title of 1 to {TITLE_MOST} characters"
        )
    guard.checked_value(title, "title")
    return title


def _facts(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, date):
            found[name] = {"date": value.isoformat()}
        elif isinstance(value, Mapping):
            found[name] = {"date": _day(name, value)}
        elif isinstance(value, int):
            found[name] = f"{value:,}"
        elif str(value).strip():
            found[name] = str(value).strip()
    return guard.checked(found)


def _day(name: str, value: Mapping[str, Any]) -> str:
    try:
        return date.fromisoformat(str(value.get("date", ""))).isoformat()
    except ValueError as error:
        raise _wrong(name, "วันที่ไม่ถูกต้อง", "not a date") from error


def _chase(wanted: Plan) -> list[list[Any]]:
    if wanted.answers is Answers.NONE:
        return []
    steps = sorted(
        (_between("chase", hours, 1, HOURS_MOST), Step(step).value) for hours, step in wanted.chase
    )
    if len(steps) > STEPS_MOST:
        raise _wrong("chase", f"ตามได้ไม่เกิน {STEPS_MOST} ขั้น", f"at most {STEPS_MOST} steps")
    return [list(step) for step in steps]


def _between(name: str, value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise _wrong(name, f"ใส่ {least:,} ถึง {most:,}", f"give {least:,} to {most:,}")
    return value


def _wrong(name: str, thai: str, english: str) -> InvalidInputError:
    return InvalidInputError(field=name, reason_th=thai, reason_en=english)


def record(actor: Actor, tag: CampaignTag, row: Campaign, **facts: Any) -> None:
    """Write what happened to a campaign into the journal, in the open transaction."""
    contrib.record(
        actor, tag, (queries.KIND, row.pk), tenant_id=row.tenant_id, facts={"title": row.title, **facts}
    )

"""Answers: by the link of an e-mail, by the code of an SMS, or told to one of us on the telephone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from phithak.base import clock
from phithak.base.text import Text
from phithak.core import contrib, signals
from phithak.core.accounts import actors
from phithak.core.accounts.actors import PUBLIC, Actor
from phithak.core.contrib import LinkPurpose
from phithak.core.db.transactions import write
from phithak.core.i18n import show
from phithak.core.links import queries as links
from phithak.core.links import services as link_services
from phithak.core.signals import Signal
from phithak.notices import codes
from phithak.notices.errors import CampaignStateError, UnknownAnswerError, UnknownReferenceError
from phithak.notices.events import CampaignTag
from phithak.notices.models import Recipient
from phithak.notices.queries import campaigns as queries
from phithak.notices.states import Answers, CampaignState, How

LINK_HOURS = 30 * 24
_SYSTEM = actors.system("notices")
_TOLD = (CampaignState.RUNNING, CampaignState.STOPPED, CampaignState.CLOSED)


def question(recipient_id: UUID) -> Text:
    """Return what the page behind a link asks; it names nobody."""
    row = queries.recipients_visible_to(_SYSTEM).filter(pk=recipient_id).first()
    if row is None:
        return Text("ไม่พบการแจ้งนี้แล้ว", "This notice is gone")
    asked, title = Answers(row.campaign.answers).text, row.campaign.title
    sender = row.campaign.tenant
    th, en = sender.name_th, sender.name_en or sender.name_th
    return Text(
        f"“{title}” จาก{th}: {asked.th} ภายใน {show.moment(row.due_at, 'th')} รหัสอ้างอิง {codes.code_of(row.pk)}",
        f"“{title}” from {en}: {asked.en}, by {show.moment(row.due_at, 'en')}. Reference {codes.code_of(row.pk)}",
    )


PURPOSES = tuple(
    LinkPurpose(kind.purpose, kind.text, LINK_HOURS, question, kind.choices, note=True)
    for kind in Answers
    if kind is not Answers.NONE
)


def answered_by_link(link_id: UUID) -> None:
    """Take the answer of a link, in the transaction that stores it; links of other rooms are none of ours."""
    row = Recipient.objects.select_related("campaign").filter(link_id=link_id).first()
    if row is None:
        return
    found = links.answer_of(link_id)
    how = How.LINK if row.how != How.CODE else How.CODE
    _answer(PUBLIC, row, found.answer, how, found.answered_at or clock.now())


def way_in(typed: str) -> str:
    """Return the address of the answer page of whoever was told this code.

    Raises:
        UnknownReferenceError: nobody was, or their campaign asks for no answer.
    """
    row = queries.of_code(codes.hash_of(typed)) if codes.is_code(typed) else None
    if row is None:
        raise UnknownReferenceError(field="code")
    with write("notices.campaign.way_in"):
        purpose = Answers(row.campaign.answers).purpose
        issued = link_services.issue(_SYSTEM, purpose, row.pk, row.key, tenant_id=row.campaign.tenant_id)
        Recipient.objects.filter(pk=row.pk, link_id__isnull=True).update(link_id=issued.id, how=How.CODE)
    return issued.url


def record_answer(actor: Actor, recipient_id: UUID, answer: str) -> None:
    """Write down what a recipient told one of us on the telephone; it replaces an earlier answer.

    Raises:
        ForbiddenError, NotFoundError: no right, or not the actor's.
        CampaignStateError: the campaign asks for no answer, or has told nobody yet.
        UnknownAnswerError: not an answer of this campaign.
    """
    row = queries.recipient(actor, recipient_id, queries.ANSWER)
    state = CampaignState(row.campaign.state)
    if state not in _TOLD:
        raise CampaignStateError(state_th=state.text.th, state_en=state.text.en)
    if answer not in {code for code, _ in Answers(row.campaign.answers).choices}:
        raise UnknownAnswerError(field="answer")
    with write("notices.campaign.answer"):
        _answer(actor, row, answer, How.CALL, clock.now())


def _answer(actor: Actor, row: Recipient, answer: str, how: How, moment: datetime) -> None:
    values = {
        "answer": answer,
        "answered_at": moment,
        "how": how,
        "answered_by": actor.user_id,
        "step_at": None,
    }
    Recipient.objects.filter(pk=row.pk).update(**values, to_call=False)
    # somebody who stands in the list twice, for two organisations perhaps, was asked once
    Recipient.objects.filter(same_as=row.pk, answer="").update(**values)
    contrib.record(
        actor,
        CampaignTag.ANSWERED,
        (queries.RECIPIENT, row.pk),
        tenant_id=row.campaign.tenant_id,
        facts={"title": row.campaign.title, "answer": answer, "how": how.value},
    )
    signals.send(Signal.NOTICE_ANSWERED, row.pk)

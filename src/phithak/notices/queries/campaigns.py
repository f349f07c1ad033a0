"""Reads of campaigns and their recipients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.urls import reverse

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor, ActorKind, Grant
from phithak.core.accounts.roles import Role
from phithak.core.accounts.scope import rows_visible_to
from phithak.core.outbox.states import Channel
from phithak.core.outbox.states import State as MessageState
from phithak.core.privacy import queries as privacy
from phithak.engines.tlog import Frontier
from phithak.notices import codes
from phithak.notices.models import Campaign, Dispatch, Recipient
from phithak.notices.sources import sources
from phithak.notices.states import NEEDS_US, CampaignState, Delivery, Skipped
from phithak.registry.queries.behind import one_behind

KIND, RECIPIENT = "notices.campaign", "notices.recipient"
VIEW, RECIPIENTS, WRITE, APPROVE, RUN, ANSWER = (
    "notices.campaigns.view",
    "notices.campaigns.recipients",
    "notices.campaigns.write",
    "notices.campaigns.approve",
    "notices.campaigns.run",
    "notices.campaigns.answer",
)
_SYSTEM = actors.system("notices")
CHANNELS = (Channel.MAIL, Channel.SMS)
_ON_THE_WAY = (MessageState.QUEUED, MessageState.HELD, MessageState.CLAIMED, MessageState.SENDING)
_OF_MESSAGE = {
    Delivery.QUEUED: _ON_THE_WAY,
    Delivery.ACCEPTED: (MessageState.ACCEPTED,),
    Delivery.DELIVERED: (MessageState.DELIVERED,),
    Delivery.FAILED: (MessageState.FAILED,),
    Delivery.UNKNOWN: (MessageState.UNKNOWN,),
    Delivery.CANCELLED: (MessageState.CANCELLED,),
}


def campaigns_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Campaign]:
    """Return the campaigns of the organisations in which the actor holds the permission."""
    rows = Campaign.objects.select_related("tenant", "text__template")
    return rows_visible_to(rows, actor, permission=permission)


def recipients_visible_to(actor: Actor, permission: str = RECIPIENTS) -> QuerySet[Recipient]:
    """Return the recipients of those campaigns; an overseer sees none of them, not even masked.

    A list that is being gathered, or that a change has made void, is nobody's to see.
    """
    rows = Recipient.objects.select_related("campaign__tenant", "message").exclude(campaign__list_hash="")
    return rows_visible_to(rows, actor, permission=permission, tenant_field="campaign__tenant")


def campaign(actor: Actor, campaign_id: UUID, permission: str = VIEW) -> Campaign:
    """Return one campaign.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
        ForbiddenError: the actor may see it, but not do that.
    """
    return one_behind(campaigns_visible_to, actor, campaign_id, permission, seen_with=VIEW)


def recipient(actor: Actor, recipient_id: UUID, permission: str = RECIPIENTS) -> Recipient:
    """Return one recipient; errors as :func:`campaign`."""
    return one_behind(recipients_visible_to, actor, recipient_id, permission, seen_with=RECIPIENTS)


def actor_of(tenant_id: UUID) -> Actor:
    """Return the actor that sees what a campaign's organisation sees: for sources, in jobs."""
    grants = (Grant(tenant_id, Role.ANALYST), Grant(tenant_id, Role.MEMBER_ADMIN))
    return Actor(ActorKind.TOKEN, "system:notices", grants=grants)


def recipients_of(row: Campaign) -> QuerySet[Recipient]:
    """Return the recipients of a campaign that was read through its door, in the order of the list."""
    rows = Recipient.objects.filter(campaign=row).select_related("campaign__tenant", "message")
    return rows.order_by("place")


# -- what became of them --------------------------------------------------------------------------------


def with_delivery(rows: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """Annotate each recipient with what became of its latest message, as ``delivery``."""
    cases = [
        When(condition, then=Value(delivery.value))
        for delivery in Delivery
        if (condition := condition_of(delivery))
    ]
    return rows.annotate(
        delivery=Case(*cases, default=Value(Delivery.WAITING.value), output_field=CharField())
    )


def condition_of(delivery: Delivery) -> Q:
    """Return the condition of recipients with that outcome; exactly one holds for each."""
    skipped = ~Q(skipped="") | Q(rounds=0, to_call=True)
    match delivery:
        case Delivery.SKIPPED:
            return skipped
        case Delivery.WAITING:
            return Q(skipped="", rounds=0, to_call=False)
        case Delivery.REHEARSED:
            return Q(skipped="", rounds__gt=0, message__isnull=True)
        case _:
            return Q(skipped="", message__state__in=_OF_MESSAGE[delivery])


@dataclass(frozen=True)
class Figures:
    """How a campaign stands; the deliveries add up to the number of its recipients."""

    total: int
    deliveries: Counter[Delivery]
    answers: Counter[str]
    asked: int
    silent: int
    to_call: int
    needs_us: int
    skipped: Counter[Skipped]

    @property
    def answered(self) -> int:
        """Recipients who answered."""
        return self.answers.total()


def figures(row: Campaign) -> Figures:
    """Count a campaign's recipients."""
    rows = Recipient.objects.filter(campaign=row)
    deliveries: Counter[Delivery] = Counter()
    for name, count in with_delivery(rows).values_list("delivery").annotate(Count("pk")).order_by():  # type: ignore[misc] # annotated there
        deliveries[Delivery(name)] = count
    answers: Counter[str] = Counter()
    for name, count in rows.exclude(answer="").values_list("answer").annotate(Count("pk")).order_by():
        answers[name] = count
    skipped: Counter[Skipped] = Counter()
    for name, count in rows.exclude(skipped="").values_list("skipped").annotate(Count("pk")).order_by():
        skipped[Skipped(name)] = count
    return Figures(
        total=deliveries.total(),
        deliveries=deliveries,
        answers=answers,
        asked=rows.filter(rounds__gt=0).count(),
        silent=rows.filter(silent_condition()).count() if row.answers != "none" else 0,
        to_call=rows.filter(to_call=True, answer="").count(),
        needs_us=sum(answers[name] for name in NEEDS_US),
        skipped=skipped,
    )


def silent_condition() -> Q:
    """Return the condition of those who were asked, or should have been, and have not answered."""
    return Q(answer="") & ~Q(skipped=Skipped.SAME_ADDRESS) & (Q(rounds__gt=0) | Q(to_call=True))


def silent(actor: Actor) -> QuerySet[Recipient]:
    """Return who has not answered, over all campaigns that run or have ended."""
    rows = recipients_visible_to(actor).filter(silent_condition()).exclude(campaign__answers="none")
    told = (CampaignState.RUNNING, CampaignState.STOPPED, CampaignState.CLOSED)
    return rows.filter(campaign__state__in=told)


def history(row: Recipient) -> list[Dispatch]:
    """Return the messages to a recipient that was read through its door, oldest first."""
    return list(Dispatch.objects.filter(recipient=row).select_related("message").order_by("round"))


def names(actor: Actor, rows: Iterable[Recipient]) -> dict[UUID, Text]:
    """Return how a page calls some recipients: by the source's name of them, else by their masked address."""
    listed = list(rows)
    found: dict[UUID, Text] = {}
    by_source: dict[str, list[Recipient]] = {}
    for row in listed:
        by_source.setdefault(row.campaign.source, []).append(row)
    for name, group in by_source.items():
        source = sources.get(name)
        known = source.names(actor, [row.key for row in group]) if source else {}
        found |= {row.pk: known[row.key] for row in group if row.key in known}
    rest = [row for row in listed if row.pk not in found]
    handles = {
        row.pk: row.mail_id if row.channel == Channel.MAIL else row.sms_id or row.mail_id for row in rest
    }
    masks = privacy.masked(handle for handle in handles.values() if handle)
    for row in rest:
        handle = handles[row.pk]
        shown = masks.get(handle, "•••") if handle else "•••"
        found[row.pk] = Text(shown, shown)
    return found


def parties(rows: Iterable[Recipient]) -> dict[UUID, Text]:
    """Return the names of the organisations that are told."""
    return accounts.tenant_names({row.party for row in rows if row.party})


# -- for services ---------------------------------------------------------------------------------------


def list_root(campaign_id: UUID) -> str:
    """Return the Merkle root over a campaign's list as it is now, hex; every row and its place counts."""
    tree = Frontier()
    rows = Recipient.objects.filter(campaign=campaign_id).order_by("place")
    names_of = ("place", "key", "party", "language", "mail_id", "sms_id", "channel", "skipped", "wave")
    for values in rows.values_list(*names_of).iterator(2000):
        tree.append("\x1f".join(map(str, values)).encode())
    return tree.root().hex()


def next_of_wave(row: Campaign, most: int) -> list[Recipient]:
    """Return the next recipients of the present wave who were not told yet."""
    rows = Recipient.objects.filter(campaign=row, wave=row.next_wave, rounds=0, skipped="", to_call=False)
    return list(rows.order_by("place")[:most])


def of_code(code_hash: str) -> Recipient | None:
    """Return the recipient who was told a code; the newest, should two share one."""
    rows = Recipient.objects.filter(code_hash=code_hash, campaign__state__in=_ANSWERABLE)
    return rows.exclude(campaign__answers="none").select_related("campaign").order_by("-pk").first()


_ANSWERABLE = (CampaignState.RUNNING, CampaignState.STOPPED, CampaignState.CLOSED)


def due_steps(now: datetime, most: int) -> list[Recipient]:
    """Return the recipients of running campaigns whose next step of the chase is due."""
    rows = Recipient.objects.filter(step_at__lte=now, answer="", campaign__state=CampaignState.RUNNING)
    return list(rows.select_related("campaign", "message").order_by("step_at", "pk")[:most])


def due_waves(now: datetime) -> list[Campaign]:
    """Return the running campaigns of which a wave is due."""
    return list(Campaign.objects.filter(state=CampaignState.RUNNING, wave_at__lte=now).order_by("wave_at"))


def about(kind: str, object_id: UUID) -> Sequence[Campaign]:
    """Return the campaigns that serve an object of another room, which has asked whether the actor may see it."""
    return list(Campaign.objects.filter(about_kind=kind, about_id=object_id).order_by("pk"))


def to_approve(actor: Actor) -> QuerySet[Campaign]:
    """Return submitted campaigns that this actor may approve: never their own."""
    rows = campaigns_visible_to(actor, APPROVE).filter(state=CampaignState.SUBMITTED)
    return rows.exclude(Q(author=actor.user_id) | Q(submitter=actor.user_id))


def state_of(campaign_id: UUID) -> Campaign:
    """Return a campaign by id, for jobs and for the room that made it.

    Raises:
        NotFoundError: there is none.
    """
    row = Campaign.objects.select_related("text__template", "tenant").filter(pk=campaign_id).first()
    if row is None:
        raise NotFoundError
    return row


def matching(rows: QuerySet[Campaign], words: str) -> QuerySet[Campaign]:
    """Narrow campaigns to those whose title holds the words."""
    return rows.filter(title__icontains=words)


def find(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield title and address of campaigns for the search box."""
    for row in matching(campaigns_visible_to(actor), words).order_by("-pk")[:limit]:
        yield row.title, reverse("notices:campaign", args=[row.pk])


def matching_recipients(rows: QuerySet[Recipient], words: str) -> QuerySet[Recipient]:
    """Narrow recipients to whoever was told a code, or to those of an organisation whose name holds the words."""
    if codes.is_code(words):
        return rows.filter(code_hash=codes.hash_of(words))
    named = accounts.tenants_visible_to(_SYSTEM).filter(
        Q(name_th__icontains=words) | Q(name_en__icontains=words)
    )
    return rows.filter(party__in=named.order_by().values("pk"))

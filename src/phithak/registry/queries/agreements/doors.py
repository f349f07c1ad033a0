"""Who sees which agreement, party and rule; what waits for whom; the search."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.core.accounts import permissions as rights
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor, ActorKind
from phithak.core.accounts.scope import Reason, rows_visible_to, tenants_with
from phithak.core.contrib import WaitingItem
from phithak.core.db.first import first_rows
from phithak.core.i18n import show
from phithak.core.search import queries as search
from phithak.registry.models import Agreement, AgreementParty, SharingRule
from phithak.registry.queries import organisations
from phithak.registry.queries.agreements.validity import days_left, standing_on
from phithak.registry.queries.agreements.words import Standing, end_of, title
from phithak.registry.queries.behind import one_behind

KIND = "registry.agreement"
VIEW, MANAGE = "registry.agreements.view", "registry.agreements.manage"
THROUGH = frozenset({Reason.CONSTITUENCY})
"""The centre sees its members' agreements; parents, platforms and authorities do not."""
_MOST_WAITING = 100
"""The front page shows no more."""

_SYSTEM = actors.system("registry")


def visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Agreement]:
    """Return the agreements that the actor may see: kept by the own tenant or under it, or the own one is a party."""
    own = tenants_with(actor, permission)
    as_party = AgreementParty.objects.filter(organisation__in=own).values("agreement")
    shared = Q(pk__in=as_party) if permission == VIEW else None
    rows = Agreement.objects.select_related("tenant")
    return rows_visible_to(rows, actor, permission=permission, through=THROUGH, shared=shared)


def rules_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[SharingRule]:
    """Return the rules that the actor may see: all of agreements that its tenant keeps, else those towards itself."""
    own = tenants_with(actor, permission)
    shared = Q(party__in=own) if permission == VIEW else None
    rows = SharingRule.objects.select_related("agreement", "party")
    return rows_visible_to(
        rows, actor, permission=permission, through=THROUGH, tenant_field="agreement__tenant", shared=shared
    )


def agreement(actor: Actor, agreement_id: UUID, permission: str = VIEW) -> Agreement:
    """Return one agreement.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
        ForbiddenError: it may be seen, but not that.
    """
    return one_behind(visible_to, actor, agreement_id, permission, seen_with=VIEW)


def rule(actor: Actor, rule_id: UUID, permission: str = VIEW) -> SharingRule:
    """Return one rule.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
        ForbiddenError: it may be seen, but not that.
    """
    return one_behind(rules_visible_to, actor, rule_id, permission, seen_with=VIEW)


def keeps(actor: Actor, row: Agreement) -> bool:
    """Tell whether the actor is on the keeper's side, and so sees every party."""
    rows = Agreement.objects.filter(pk=row.pk)
    return rows_visible_to(rows, actor, permission=VIEW, through=THROUGH).exists()


def parties_of(actor: Actor, row: Agreement) -> list[AgreementParty]:
    """Return the parties that the actor may know of, in the order of their names.

    A party sees itself, the keeper, and organisations that it sees anyhow; never the others, nor how many.
    """
    parties = AgreementParty.objects.filter(agreement=row).select_related("organisation")
    if not keeps(actor, row):
        known = organisations.visible_to(actor).values("pk")
        parties = parties.filter(Q(organisation__in=known) | Q(organisation=row.tenant_id))
    return list(parties.order_by("organisation__name_key", "pk"))


def rules_of(actor: Actor, row: Agreement) -> list[SharingRule]:
    """Return the rules of an agreement that the actor may see, by party and flow."""
    return list(rules_visible_to(actor).filter(agreement=row).order_by("party__name_key", "party", "flow"))


def of_organisation(actor: Actor, organisation_id: UUID) -> QuerySet[Agreement]:
    """Return the agreements that the actor sees and to which an organisation is a party, the latest end first."""
    as_party = AgreementParty.objects.filter(organisation=organisation_id).values("agreement")
    return visible_to(actor).filter(pk__in=as_party).order_by("-ends_on", "-pk")


def people_with(tenant_id: UUID, permission: str) -> list[UUID]:
    """Return the users who hold a right in a tenant now, for mails that tell them something."""
    rows = accounts.memberships_visible_to(_SYSTEM).filter(
        tenant=tenant_id,
        role__in=rights.roles_with(permission),
        ended_at__isnull=True,
        user__is_active=True,
        user__left_at__isnull=True,
    )
    rows = rows.exclude(until__lte=clock.now())
    return list(rows.order_by("user").values_list("user", flat=True).distinct())


def waiting(actor: Actor) -> Iterable[WaitingItem]:
    """Yield the agreements that end within 60 days, the nearest first, for those who keep them."""
    if actor.kind is ActorKind.SYSTEM:
        return
    today = clock.today()
    rows = standing_on(visible_to(actor, MANAGE), Standing.ENDING, today)
    for row in first_rows(rows.order_by("ends_on", "pk"), _MOST_WAITING):
        left = days_left(row, today)
        yield WaitingItem(
            Text(
                f"ข้อตกลง {row.number} สิ้นสุด {show.day(row.ends_on, 'th')} (อีก {left} วัน)",
                f"Agreement {row.number} ends on {show.day(row.ends_on, 'en')} ({left} days left)",
            ),
            reverse("registry:agreement", args=[row.pk]),
            due=end_of(row.ends_on),
        )


def matching(rows: QuerySet[Agreement], words: str) -> QuerySet[Agreement]:
    """Return those agreements whose number, titles or scope match what was typed."""
    return rows.filter(pk__in=search.matching(KIND, words))


def find(actor: Actor, words: str, limit: int) -> Iterable[tuple[str, str]]:
    """Yield title and address of agreements for the search box."""
    for row in matching(visible_to(actor), words).order_by("number")[:limit]:
        yield f"{row.number} {title(row)}", reverse("registry:agreement", args=[row.pk])

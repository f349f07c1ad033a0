"""Drills and checks: who sees which, counts, the liveness board, what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.urls import reverse

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import actors, permissions
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.core.accounts.scope import Reason, rows_visible_to, tenants_with
from phithak.core.contrib import WaitingItem
from phithak.core.links import queries as links
from phithak.core.privacy import masks
from phithak.registry.models import ContactPoint, Drill, DrillCheck, Organisation, Sector
from phithak.registry.queries import people_doors
from phithak.registry.queries.behind import one_behind
from phithak.registry.queries.drills.countries import MEMBERS, Member
from phithak.registry.queries.drills.scope import centre_actor
from phithak.registry.queries.drills.states import CheckState, Colour, DrillState, How
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.organisations import State

DRILL, CHECK = "registry.drill", "registry.drill_check"
VIEW, MANAGE = "registry.drills.view", "registry.drills.manage"
VIEW_CONTACTS = people_doors.VIEW
THROUGH = frozenset({Reason.CONSTITUENCY})
"""A hub sees how the drills of those under it went."""

CODE_DAYS = 7
"""For so long an answer by code or link is taken, also after the drill has ended."""


def visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Drill]:
    """Return the drills that the actor may see; those it may run are its own centre's alone."""
    through = THROUGH if permission == VIEW else frozenset()
    return rows_visible_to(Drill.objects.all(), actor, permission=permission, through=through)


def checks_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[DrillCheck]:
    """Return the checks of those drills."""
    through = THROUGH if permission == VIEW else frozenset()
    rows = DrillCheck.objects.select_related("drill", "contact__tenant", "contact__position__person")
    return rows_visible_to(rows, actor, permission=permission, through=through, tenant_field="drill__tenant")


def drill(actor: Actor, drill_id: UUID, permission: str = VIEW) -> Drill:
    """Return one drill.

    Raises:
        NotFoundError: there is none, or it is not the actor's to see.
        ForbiddenError: the actor may see it, but not run it.
    """
    return one_behind(visible_to, actor, drill_id, permission, seen_with=VIEW)


def check(actor: Actor, check_id: UUID, permission: str = VIEW) -> DrillCheck:
    """Return one check; errors as :func:`drill`."""
    return one_behind(checks_visible_to, actor, check_id, permission, seen_with=VIEW)


@dataclass(frozen=True)
class Counts:
    """How a drill stands: contacts by state and by colour; persons who were asked."""

    states: Counter[CheckState]
    colours: Counter[Colour]
    total: int
    asked: int
    changed: int

    @property
    def settled(self) -> int:
        """Contacts whose outcome is known."""
        return sum(self.states[state] for state in (CheckState.ANSWERED, CheckState.LATE, CheckState.MISSED))


def counts(row: Drill) -> Counts:
    """Count a drill's checks."""
    rows = DrillCheck.objects.filter(drill=row)
    states: Counter[CheckState] = Counter()
    for state, count in rows.values_list("state").annotate(Count("pk")):
        states[CheckState(state)] = count
    colours: Counter[Colour] = Counter()
    for state, count in states.items():
        colours[state.colour] += count
    asked = rows.filter(message_id__isnull=False).count()
    return Counts(states, colours, states.total(), asked, rows.filter(says_changed=True).count())


def tallies(rows: Iterable[Drill]) -> dict[UUID, Counter[Colour]]:
    """Return the counts by colour of some drills, in one read."""
    found: dict[UUID, Counter[Colour]] = {row.pk: Counter() for row in rows}
    states = DrillCheck.objects.filter(drill__in=list(found)).values_list("drill", "state")
    for drill_id, state, count in states.annotate(Count("pk")):
        found[drill_id][CheckState(state).colour] += count
    return found


def of_organisation(actor: Actor, organisation_id: UUID) -> QuerySet[ContactPoint]:
    """Return the running contacts of one organisation, for its panel."""
    return board(actor).filter(tenant=organisation_id).order_by("kind", "rank", "pk")


def note_of(row: DrillCheck) -> str:
    """Return what was written beside the answer, numbers and addresses masked; "" when nothing was."""
    leader = row.asked_with if row.asked_with_id else row
    if leader is None or leader.link_id is None:
        return ""
    try:
        return masks.scrub(links.answer_of(leader.link_id).note)
    except NotFoundError:
        return ""


def organisations_of(checks: Iterable[DrillCheck]) -> dict[UUID, Organisation]:
    """Return the organisations of checks' contacts by id, in one read."""
    return organisations_by_id({row.contact.tenant_id for row in checks})


def organisations_by_id(keys: Iterable[UUID]) -> dict[UUID, Organisation]:
    """Return organisations by id; of those that have no record yet there is none."""
    return Organisation.objects.in_bulk(list(keys))


def awaiting_call(actor: Actor) -> QuerySet[DrillCheck]:
    """Return the checks whose contact was asked by SMS and has not called back yet."""
    return (
        checks_visible_to(actor, MANAGE)
        .filter(drill__state=DrillState.RUNNING, channel="sms", answered_at__isnull=True)
        .filter(
            state__in=[CheckState.ASKED, CheckState.ESCALATED, CheckState.MISSED], asked_with__isnull=True
        )
        .order_by("due_at", "pk")
    )


def by_code(actor: Actor, code_hash: str) -> list[DrillCheck]:
    """Return the checks that wait for this code, newest first."""
    since = clock.now() - timedelta(days=CODE_DAYS)
    rows = checks_visible_to(actor, MANAGE).filter(code_hash=code_hash, asked_at__gte=since)
    return list(rows.order_by("-pk")[:5])


def code_is_taken(code_hash: str) -> bool:
    """Tell whether a check that can still be answered has this code."""
    since = clock.now() - timedelta(days=CODE_DAYS)
    return DrillCheck.objects.filter(code_hash=code_hash, asked_at__gte=since).exists()


def search_checks(rows: QuerySet[DrillCheck], words: str) -> QuerySet[DrillCheck]:
    """Narrow checks to contacts whose label, person or organisation holds the words."""
    return rows.filter(
        Q(contact__label_th__icontains=words)
        | Q(contact__label_en__icontains=words)
        | Q(contact__tenant__name_th__icontains=words)
        | Q(contact__tenant__name_en__icontains=words)
        | Q(contact__position__person__name_th__icontains=words)
    )


# -- liveness -------------------------------------------------------------------------------------------


def board(actor: Actor) -> QuerySet[ContactPoint]:
    """Return the running contacts whose liveness the actor may see: it names people, so those whose contacts it may."""
    return people_doors.contacts_visible_to(actor).filter(ended_at__isnull=True)


def search_board(rows: QuerySet[ContactPoint], words: str) -> QuerySet[ContactPoint]:
    """Narrow contacts to those whose label, person or organisation holds the words."""
    return rows.filter(
        Q(label_th__icontains=words)
        | Q(label_en__icontains=words)
        | Q(tenant__name_th__icontains=words)
        | Q(tenant__name_en__icontains=words)
        | Q(position__person__name_th__icontains=words)
    )


def of_country(rows: QuerySet[ContactPoint], country: str) -> QuerySet[ContactPoint]:
    """Narrow contacts to organisations of a country."""
    return rows.filter(Exists(Organisation.objects.filter(pk=OuterRef("tenant_id"), country=country)))


def liveness_counts(actor: Actor) -> tuple[Counter[Colour], int]:
    """Count the running contacts by colour, and those that are stale."""
    colours: Counter[Colour] = Counter()
    stale = 0
    rows = board(actor).order_by().values_list("liveness").annotate(
        count=Count("pk"), old=Count("pk", filter=Q(stale_since__isnull=False))
    )  # fmt: skip
    for liveness, count, old in rows:
        colours[Colour(liveness) if liveness in set(Colour) else Colour.UNKNOWN] += count
        stale += old
    return colours, stale


def stale_limit(now: datetime) -> datetime:
    """Return the moment before which an answer is too old."""
    return now - timedelta(days=settings.CONFIG.contact_stale_days)


def stale_page(after: UUID | None, limit: datetime, rows: int) -> list[tuple[UUID, bool]]:
    """Return contacts by key whose flag is wrong: (key, is stale now). A read that decides nothing."""
    confirmed = Q(answered_at__gte=limit) | Q(answered_at__isnull=True, created_at__gte=limit)
    wrong = ContactPoint.objects.filter(ended_at__isnull=True).filter(
        (Q(stale_since__isnull=True) & ~confirmed) | (Q(stale_since__isnull=False) & confirmed)
    )
    if after is not None:
        wrong = wrong.filter(pk__gt=after)
    found = wrong.order_by("pk").values_list("pk", "stale_since")[:rows]
    return [(key, since is None) for key, since in found]


@dataclass(frozen=True)
class CountryState:
    """How a member country stands: running contacts of its national teams, and the best liveness."""

    member: Member
    contacts: int
    colour: Colour

    @property
    def missing(self) -> bool:
        """Whether nobody can be reached there."""
        return self.contacts == 0


_BEST = (Colour.GREEN, Colour.AMBER, Colour.UNKNOWN, Colour.RED)


def countries(tenant_id: UUID) -> list[CountryState]:
    """Return every member country with the running contacts that a centre holds there.

    Contacts of national teams count: organisations of kind ``cert`` or ``peer_cert`` of the country.
    """
    held = rows_visible_to(
        ContactPoint.objects.filter(ended_at__isnull=True),
        centre_actor(tenant_id),
        permission=VIEW,
        through=THROUGH,
    )
    teams = Organisation.objects.filter(
        kind__in=[Kind.CERT, Kind.PEER_CERT], country__in=[one.code for one in MEMBERS]
    )
    running = dict(
        teams.exclude(state__in=[State.CLOSED, State.MERGED, State.PENDING]).values_list("pk", "country")
    )
    found: dict[str, list[Colour]] = {}
    for tenant, liveness in held.filter(tenant__in=list(running)).values_list("tenant_id", "liveness"):
        colour = Colour(liveness) if liveness in set(Colour) else Colour.UNKNOWN
        found.setdefault(running[tenant], []).append(colour)
    states = []
    for member in MEMBERS:
        colours = found.get(member.code, [])
        best = next((colour for colour in _BEST if colour in colours), Colour.UNKNOWN)
        states.append(CountryState(member, len(colours), best))
    return states


def centres() -> list[UUID]:
    """Return the open tenants that are centres."""
    rows = accounts.tenants_visible_to(actors.system("registry.drills")).filter(kind="cert", state="active")
    return list(rows.order_by("pk").values_list("pk", flat=True))


def own_centres(actor: Actor) -> frozenset[UUID]:
    """Return the tenants in which the actor itself may see drills."""
    return tenants_with(actor, VIEW)


def sector_choices() -> list[tuple[str, Text]]:
    """Return the sectors for a form, by code."""
    rows = Sector.objects.order_by("code").values_list("code", "name_th", "name_en")
    return [(code, Text(f"{code} {th}", f"{code} {en}")) for code, th, en in rows]


# -- what waits -----------------------------------------------------------------------------------------


def waiting(actor: Actor) -> list[WaitingItem]:
    """Return what waits for those who run drills: call-backs, changed data, red contacts, countries without one."""
    items: list[WaitingItem] = []
    if permissions.has(actor, MANAGE):
        found = awaiting_call(actor).aggregate(count=Count("pk"), due=Min("due_at"))
        if found["count"]:
            items.append(
                WaitingItem(
                    Text("รอผู้ประสานงานโทรกลับบอกรหัสซ้อม", "Contacts that should call back with a drill's code"),
                    reverse("registry:drill_callback"),
                    due=found["due"],
                    count=found["count"],
                )
            )
    if not permissions.has(actor, VIEW):
        return items
    changed = unsettled_changes(actor).aggregate(count=Count("pk"), since=Min("answered_at"))
    if changed["count"]:
        items.append(
            WaitingItem(
                Text("ผู้ประสานงานแจ้งว่าข้อมูลเปลี่ยน", "Contacts that say their data changed"),
                reverse("registry:drill_changes"),
                since=changed["since"],
                count=changed["count"],
            )
        )
    for tenant_id in sorted(tenants_with(actor, VIEW)):
        states = countries(tenant_id)
        missing = [state for state in states if state.missing]
        # a centre that holds no contact abroad at all is not one that works with ASEAN
        if missing and any(state.contacts for state in states if state.member.code != "TH"):
            names_th = " ".join(state.member.name.th for state in missing)
            names_en = ", ".join(state.member.name.en for state in missing)
            items.append(
                WaitingItem(
                    Text(
                        f"ประเทศสมาชิกไม่มีผู้ประสานงาน: {names_th}",
                        f"Member country without a contact: {names_en}",
                    ),
                    reverse("registry:drills"),
                    count=len(missing),
                )
            )
    return items


def unsettled_changes(actor: Actor) -> QuerySet[DrillCheck]:
    """Return the checks that said "my data changed" and whose contact was not changed since."""
    rows = checks_visible_to(actor).filter(says_changed=True, contact__ended_at__isnull=True)
    return rows.filter(Q(contact__changed_at__isnull=True) | Q(contact__changed_at__lt=F("answered_at")))


def how_text(row: DrillCheck) -> Text | str:
    """Return by what the answer came; "" when there is none."""
    return How(row.how).text if row.how else ""

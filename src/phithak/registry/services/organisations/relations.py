"""How organisations stand to each other; a relation opens rows to the upper one for as long as it runs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.db.transactions import write
from phithak.registry.events.organisations import Tag
from phithak.registry.models import Organisation, Relation
from phithak.registry.queries import organisations as queries
from phithak.registry.queries.organisations import KIND, MANAGE, OVERSIGHT, RelationKind
from phithak.registry.services.organisations import oversight
from phithak.registry.services.organisations.access import managed
from phithak.registry.services.organisations.cleaning import bad
from phithak.registry.services.organisations.errors import CycleError

_MOST_STEPS = 1000


def add_relation(actor: Actor, *, over: UUID, under: UUID, kind: str, until: datetime | None = None) -> UUID:
    """Record a relation; recording a running one again changes its end.

    Args:
        actor: needs ``registry.manage`` over both.
        over: the upper organisation: parent, platform, operator, regulator; of allies either.
        under: the lower one.
        kind: a :class:`~phithak.registry.queries.organisations.RelationKind`.
        until: its end (aware), or None; the oversight that it writes ends with it.

    Returns:
        The relation's id.

    Raises:
        NotFoundError: one of them is not there, or not the actor's.
        BadFactError: an unknown kind, both are the same, or an end that has passed.
        CycleError: it would make an organisation its own parent; the circle is named.
    """
    upper, lower = managed(actor, over), managed(actor, under)
    _check(over, under, kind, until)
    with write("registry.add_relation"):
        # of two people who join A to B and B to A at once, the second one sees the first
        ends = sorted((over, under))
        list(Organisation.objects.select_for_update().order_by("pk").filter(pk__in=ends).values_list("pk"))
        if kind == RelationKind.PARENT:
            refuse_cycle(over, under)
        row_id = write_relation(over, under, kind, until)
        _follow(over, under, kind)
        note_relation(actor, Tag.RELATION_ADDED, (upper, lower), kind, until)
    return row_id


def end_relation(actor: Actor, relation_id: UUID) -> None:
    """End a running relation, and with it the oversight that it wrote.

    Raises:
        NotFoundError: no such running relation, or not the actor's.
    """
    row = queries.relations_visible_to(actor, MANAGE).filter(pk=relation_id).first()
    if row is None:
        raise NotFoundError
    managed(actor, row.under_id)
    with write("registry.end_relation"):
        changed = Relation.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=clock.now())
        if not changed:
            raise NotFoundError
        _follow(row.over_id, row.under_id, row.kind)
        note_relation(actor, Tag.RELATION_ENDED, (row.over, row.under), row.kind, None)


def write_relation(over: UUID, under: UUID, kind: str, until: datetime | None) -> UUID:
    """Insert a relation or change the end of the running one; inside the transaction."""
    running = Relation.objects.filter(over=over, under=under, kind=kind, ended_at__isnull=True)
    running.filter(until__lte=clock.now()).update(ended_at=clock.now())
    known = running.first()
    if known is None:
        return Relation.objects.create(over_id=over, under_id=under, kind=kind, until=until).pk
    Relation.objects.filter(pk=known.pk).update(until=until)
    return known.pk


def note_relation(
    actor: Actor, tag: Tag, ends: tuple[Organisation, Organisation], kind: str, until: datetime | None
) -> None:
    """Record what became of a relation; it belongs to the lower one."""
    text = RelationKind(kind).text
    contrib.record(
        actor,
        tag,
        (KIND, ends[1].pk),
        tenant_id=ends[1].pk,
        facts={
            "over": ends[0].name_th,
            "under": ends[1].name_th,
            "kind_th": text.th,
            "kind_en": text.en,
            "until": until.isoformat() if until else "-",
        },
    )


def _follow(over: UUID, under: UUID, kind: str) -> None:
    reason = OVERSIGHT.get(RelationKind(kind))
    if reason is not None:
        oversight.follow([(over, under, reason)])


def _check(over: UUID, under: UUID, kind: str, until: datetime | None) -> None:
    if kind not in set(RelationKind):
        allowed = ", ".join(RelationKind)
        raise bad("kind", f"ต้องเป็นหนึ่งใน {allowed}", f"want one of {allowed}")
    if over == under:
        raise bad("under", "สัมพันธ์กับตนเองไม่ได้", "an organisation has no relation to itself")
    if until is not None and until <= clock.now():
        raise bad("until", "ต้องเป็นเวลาข้างหน้า", "it must lie ahead")


def refuse_cycle(over: UUID, under: UUID) -> None:
    """Walk up from the new parent; meeting the child on the way means a circle.

    Raises:
        CycleError: the circle is named.
    """
    came_from: dict[UUID, UUID] = {}
    level, seen = [over], {over}
    while level and len(seen) < _MOST_STEPS:
        rows = queries.running_relations().filter(under__in=level, kind=RelationKind.PARENT)
        level = []
        for parent, child in rows.values_list("over", "under"):
            if parent in seen:
                continue
            seen.add(parent)
            came_from[parent] = child
            if parent == under:
                raise CycleError(field="under", chain=_chain(over, under, came_from))
            level.append(parent)


def _chain(over: UUID, under: UUID, came_from: dict[UUID, UUID]) -> str:
    """Name the circle from the new parent down to the child and back."""
    steps = [under]
    while steps[-1] != over:
        steps.append(came_from[steps[-1]])
    names = queries.names(steps)
    # each stands over the next one; the new relation would close the circle
    return " › ".join(str(names[step]) for step in (*steps, under))

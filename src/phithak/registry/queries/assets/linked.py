"""Blast radius: which systems are one and two steps of data links away, which way, with what data, by which path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from phithak.base import clock
from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.registry.models import DataLink, System
from phithak.registry.queries import agreements, organisations
from phithak.registry.queries.assets import doors
from phithak.registry.queries.assets.kinds import DataKind, Direction

MOST_STEPS = 4
HIDDEN = Text("ระบบของหน่วยงานอื่น", "A system of another organisation")
HIDDEN_OWNER = Text("หน่วยงานอื่น (ศูนย์เห็นชื่อ)", "Another organisation (the centre sees its name)")


@dataclass(frozen=True)
class Node:
    """A system as the actor may see it; one that is hidden has neither id nor names."""

    key: UUID
    system_id: UUID | None
    name: Text
    organisation_id: UUID | None
    organisation: Text
    care_critical: bool = False
    internet_facing: bool = False


@dataclass(frozen=True)
class Hop:
    """One link on a path: from where to where data flows, and whether the link is on now."""

    link_id: UUID
    source: UUID
    target: UUID
    kinds: tuple[DataKind, ...]
    on: bool


@dataclass(frozen=True)
class Linked:
    """A system that is linked.

    Attributes:
        node: the system.
        steps: how many links away, at the least.
        direction: seen from the start: data flows ``out`` to it, ``in`` from it, ``both``, or ``mixed``: neither
            reaches the other, but both are linked to the same system.
        kinds: what the last links of the shortest paths carry.
        path: the systems between the start and this one, the start first, this one last.
        hops: the links along that path.
    """

    node: Node
    steps: int
    direction: Direction
    kinds: tuple[DataKind, ...]
    path: tuple[Node, ...]
    hops: tuple[Hop, ...]

    @property
    def on(self) -> bool:
        """Tell whether every link of the path is on now."""
        return all(hop.on for hop in self.hops)


@dataclass(frozen=True)
class _Reach:
    key: UUID
    direction: Direction
    kinds: frozenset[str]
    before: _Reach | None
    hop: Hop | None


def linked(
    actor: Actor,
    *,
    organisation_id: UUID | None = None,
    system_id: UUID | None = None,
    steps: int = 2,
) -> list[Linked]:
    """Return the systems that are linked to an organisation's systems, or to one system.

    The links are those that the actor sees: the centre all of its constituency, a member only its own, so it sees
    no second step behind somebody else's system. Links that are written down but off count too: what is off on
    paper may still run.

    Args:
        actor: who asks.
        organisation_id: start at all of its running systems; they are not listed themselves.
        system_id: or start at one system.
        steps: how far, 1 to 4.

    Returns:
        Each system once, at its least distance; near ones first, care-critical ones before others, then by name.

    Raises:
        NotFoundError: the organisation or system is not the actor's to see.
    """
    start = start_systems(actor, organisation_id=organisation_id, system_id=system_id)
    seen: dict[UUID, _Reach] = {key: _Reach(key, Direction.BOTH, frozenset(), None, None) for key in start}
    frontier, found = list(seen), list[tuple[int, UUID]]()
    for step in range(1, min(max(steps, 1), MOST_STEPS) + 1):
        level = _next_level(actor, frontier, seen)
        seen |= level
        found += [(step, key) for key in level]
        frontier = list(level)
        if not frontier:
            break
    nodes = nodes_of(actor, seen)
    answer = [_linked(nodes, seen[key], step) for step, key in found]
    return sorted(
        answer, key=lambda one: (one.steps, not one.node.care_critical, one.node.name.th, one.node.key)
    )


def start_systems(
    actor: Actor, *, organisation_id: UUID | None = None, system_id: UUID | None = None
) -> list[UUID]:
    """Return the running systems from which :func:`linked` starts.

    Raises:
        NotFoundError: the organisation or system is not the actor's to see.
    """
    rows = doors.systems_visible_to(actor).filter(ended_at__isnull=True)
    if system_id is not None:
        return [doors.one(rows, system_id).pk]
    if organisation_id is None:
        raise NotFoundError
    doors.one(doors.owners_visible_to(actor, doors.VIEW), organisation_id)
    return list(rows.filter(tenant__in=organisations.family(organisation_id)).values_list("pk", flat=True))


def is_on(row: DataLink) -> bool:
    """Tell whether a link is on now: switched on, and its agreement (if it needs one) still valid today."""
    if not row.active or row.ended_at is not None:
        return False
    if row.agreement is None:
        return row.source.tenant_id == row.target.tenant_id
    return agreements.is_valid(row.agreement, clock.today())


def with_seen_ends(actor: Actor, rows: QuerySet[DataLink]) -> QuerySet[DataLink]:
    """Tell of each link, as ``source_seen`` and ``target_seen``, whether the actor sees the system at that end."""
    systems = doors.systems_visible_to(actor)
    return rows.annotate(
        source_seen=Exists(systems.filter(pk=OuterRef("source"))),
        target_seen=Exists(systems.filter(pk=OuterRef("target"))),
    )


def nodes_of(actor: Actor, keys: Iterable[UUID]) -> dict[UUID, Node]:
    """Return systems as the actor may see them, by key; those that it does not see are hidden."""
    wanted = list(keys)
    shown = {row.pk: row for row in doors.systems_visible_to(actor).filter(pk__in=wanted)}
    return {key: _node(key, shown.get(key)) for key in wanted}


def _node(key: UUID, row: System | None) -> Node:
    if row is None:
        return Node(key, None, HIDDEN, None, HIDDEN_OWNER)
    return Node(
        key,
        row.pk,
        Text(row.name_th, row.name_en or row.name_th),
        row.tenant_id,
        Text(row.tenant.name_th, row.tenant.name_en or row.tenant.name_th),
        care_critical=row.care_critical,
        internet_facing=row.internet_facing,
    )


def _next_level(actor: Actor, frontier: list[UUID], seen: dict[UUID, _Reach]) -> dict[UUID, _Reach]:
    level: dict[UUID, _Reach] = {}
    rows = doors.links_visible_to(actor).filter(ended_at__isnull=True)
    links = {row.pk: row for row in rows.filter(source__in=frontier)}
    links |= {row.pk: row for row in rows.filter(target__in=frontier)}
    reached = set(frontier)
    # links that are on first: the path that is told is one on which data flows, when there is one
    for row in sorted(links.values(), key=lambda one: (not is_on(one), one.pk)):
        hop = Hop(row.pk, row.source_id, row.target_id, tuple(map(DataKind, row.kinds)), is_on(row))
        for near, far, way in (
            (row.source_id, row.target_id, Direction.OUT),
            (row.target_id, row.source_id, Direction.IN),
        ):
            if near not in reached or far in seen:
                continue
            step = _Reach(far, _joined(seen[near], way), frozenset(row.kinds), seen[near], hop)
            known = level.get(far)
            level[far] = step if known is None else _merged(known, step)
    return level


def _joined(before: _Reach, way: Direction) -> Direction:
    if before.before is None or before.direction in {way, Direction.BOTH}:
        return way
    return Direction.MIXED


def _merged(known: _Reach, more: _Reach) -> _Reach:
    ways = {known.direction, more.direction}
    through = ways - {Direction.MIXED}
    direction = next(iter(through or ways)) if len(through) < 2 else Direction.BOTH  # noqa: PLR2004 - in and out
    return replace(known, direction=direction, kinds=known.kinds | more.kinds)


def _linked(nodes: dict[UUID, Node], reach: _Reach, steps: int) -> Linked:
    path, hops = [nodes[reach.key]], list[Hop]()
    at: _Reach | None = reach
    while at is not None and at.before is not None and at.hop is not None:
        hops.insert(0, at.hop)
        path.insert(0, nodes[at.before.key])
        at = at.before
    kinds = tuple(kind for kind in DataKind if kind in reach.kinds)
    return Linked(nodes[reach.key], steps, reach.direction, kinds, tuple(path), tuple(hops))

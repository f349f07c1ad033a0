"""The graph page: who gives what to whom, as a picture with a list beside it, both of the same links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.tables import Table
from phithak.core.ui.tables.asked import Asked
from phithak.engines.thai import truncate
from phithak.registry.models import DataShare
from phithak.registry.queries import organisations
from phithak.registry.queries.kinds import Kind
from phithak.registry.queries.shares import doors, finding
from phithak.registry.queries.shares.doors import Standing
from phithak.registry.queries.shares.downstream import downstream
from phithak.registry.views.agreements.shown import kinds_text
from phithak.registry.views.shares import layout, shown

_GRAPH = Text("แผนภาพการให้ข้อมูล", "Graph of data sharing")
MOST_LINKS = 1500
GROUP_FROM = 6
_NAME_MOST = 24
_WORST = (
    Standing.SUSPENDED,
    Standing.WARNED,
    Standing.ENDING,
    Standing.PROPOSED,
    Standing.ACTIVE,
    Standing.ENDED,
)
_SIGNS = {
    Standing.ACTIVE: "circle",
    Standing.ENDING: "triangle",
    Standing.WARNED: "triangle",
    Standing.SUSPENDED: "cross",
    Standing.PROPOSED: "diamond",
    Standing.ENDED: "square",
}
_WORDS = {
    Standing.ACTIVE: Text("ให้อยู่", "active"),
    Standing.ENDING: Text("ใกล้ครบ", "ends soon"),
    Standing.WARNED: Text("จะระงับ", "announced"),
    Standing.SUSPENDED: Text("ระงับ", "suspended"),
    Standing.PROPOSED: Text("เสนอ", "proposed"),
    Standing.ENDED: Text("สิ้นสุด", "ended"),
}


@dataclass(frozen=True)
class Box:
    """A node as the template draws it: an organisation, or several holders of one giver as one."""

    place: layout.Place[str]
    name: Text
    short: Text
    under: Text
    url: str
    group: bool

    @property
    def cut(self) -> bool:
        """Whether the name did not fit in."""
        return str(self.short) != str(self.name)


@dataclass(frozen=True)
class Arrow:
    """An edge as the template draws it; the sign and the word tell the state, never colour alone."""

    line: layout.Line[str]
    sign: str
    word: Text
    told: Text
    url: str
    dashed: bool

    @property
    def sign_x(self) -> int:
        """Where the sign stands."""
        return self.line.x2 - layout.STRAIGHT + 8

    @property
    def word_x(self) -> int:
        """Where the word begins."""
        return self.line.x2 - layout.STRAIGHT + 20


@dataclass(frozen=True)
class Drawn:
    """The picture with its words."""

    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]
    left_out: bool
    groups: list[tuple[Text, str]]


def draw(request: Request, rows: QuerySet[DataShare], opened: set[str]) -> Drawn:
    """Return the picture of links.

    Args:
        request: the page; its filters go along where a click opens a group.
        rows: links that the actor may see.
        opened: givers whose holders are shown one by one.
    """
    links = list(
        rows.order_by("tenant__name_th", "tenant", "holder__name_key", "holder", "pk")[: MOST_LINKS + 1]
    )
    left_out, links = len(links) > MOST_LINKS, links[:MOST_LINKS]
    people = {link.tenant_id for link in links} | {link.holder_id for link in links}
    kinds = _kinds(people)
    seen = set(organisations.visible_to(request.actor).filter(pk__in=people).values_list("pk", flat=True))
    single, grouped, groups = _grouped(request, links, opened)
    names: dict[str, tuple[Text, Text, str, bool]] = {}
    for link in links:
        names.setdefault(str(link.tenant_id), _organisation(link.tenant_id, doors.giver(link), kinds, seen))
    edges: dict[tuple[str, str], list[DataShare]] = {}
    for link in single:
        names.setdefault(str(link.holder_id), _organisation(link.holder_id, doors.holder(link), kinds, seen))
        edges.setdefault((str(link.tenant_id), str(link.holder_id)), []).append(link)
    for key, members in grouped.items():
        giver_id, stands = key
        node = f"{giver_id}:{stands.value}"
        holders = len({link.holder_id for link in members})
        name = Text(f"ผู้ถือข้อมูล {holders} ราย", f"{holders} holder{'s' if holders > 1 else ''}")
        names[node] = (name, stands.text, _list_url(giver=str(giver_id), state=stands.value), True)
        edges[str(giver_id), node] = members
    picture = layout.lay(list(names), edges)
    return Drawn(
        width=picture.width,
        height=picture.height,
        boxes=[_box(picture.places[node], *told) for node, told in names.items()],
        arrows=[_arrow(line, edges[line.start, line.end], names) for line in picture.lines],
        left_out=left_out,
        groups=groups,
    )


def _kinds(ids: Iterable[UUID]) -> dict[UUID, Text]:
    known = set(Kind)
    rows = finding.kinds_of(ids)
    return {key: Kind(kind).text for key, kind in rows.items() if kind in known}


def _organisation(
    key: UUID, name: Text, kinds: dict[UUID, Text], seen: set[UUID]
) -> tuple[Text, Text, str, bool]:
    url = reverse("registry:organisation_graph", args=[key]) if key in seen else _list_url(giver=str(key))
    return name, kinds.get(key, Text("หน่วยงาน", "Organisation")), url, False


def _grouped(
    request: Request, links: list[DataShare], opened: set[str]
) -> tuple[list[DataShare], dict[tuple[UUID, Standing], list[DataShare]], list[tuple[Text, str]]]:
    """Take holders that only end one giver's links together when they are many."""
    givers: dict[UUID, set[UUID]] = {}
    for link in links:
        givers.setdefault(link.holder_id, set()).add(link.tenant_id)
    giving = {link.tenant_id for link in links}
    single: list[DataShare] = []
    grouped: dict[tuple[UUID, Standing], list[DataShare]] = {}
    offers: list[tuple[Text, str]] = []
    for giver_id, own in groupby(links, key=lambda link: link.tenant_id):
        held = list(own)
        leaves = {
            link.holder_id
            for link in held
            if link.holder_id not in giving and givers[link.holder_id] == {giver_id}
        }
        name = doors.giver(held[0])
        many = len(leaves) > GROUP_FROM
        if many:
            offers.append(_offer(request, str(giver_id), name, opened))
        for link in held:
            if many and link.holder_id in leaves and str(giver_id) not in opened:
                grouped.setdefault((giver_id, doors.standing(link)), []).append(link)
            else:
                single.append(link)
    return single, grouped, offers


def _offer(request: Request, giver_id: str, name: Text, opened: set[str]) -> tuple[Text, str]:
    """Return the link that opens or closes the group of a giver."""
    query = request.GET.copy()
    query.pop("page", None)
    after = opened ^ {giver_id}
    query.setlist("open", sorted(after))
    if giver_id in opened:
        text = Text(f"รวมกลุ่มผู้ถือข้อมูลของ {name.th}", f"Group the holders of {name.en}")
    else:
        text = Text(f"แสดงผู้ถือข้อมูลของ {name.th} ทีละราย", f"Show each holder of {name.en}")
    return text, f"?{query.urlencode()}"


def _box(place: layout.Place[str], name: Text, under: Text, url: str, group: bool) -> Box:  # noqa: FBT001 - unpacked
    return Box(
        place, name, Text(truncate(name.th, _NAME_MOST), truncate(name.en, _NAME_MOST)), under, url, group
    )


def _arrow(
    line: layout.Line[str], links: list[DataShare], names: dict[str, tuple[Text, Text, str, bool]]
) -> Arrow:
    stands = min((doors.standing(link) for link in links), key=_WORST.index)
    kinds = kinds_text(dict.fromkeys(kind for link in links for kind in link.fields))
    giver, holder = names[line.start][0], names[line.end][0]
    told = Text(
        f"{giver.th} ให้ {holder.th}: {kinds.th} ({stands.text.th})",
        f"{giver.en} to {holder.en}: {kinds.en} ({stands.text.en})",
    )
    if names[line.end][3]:
        url = names[line.end][2]
    elif len(links) == 1:
        url = reverse("registry:share", args=[links[0].pk])
    else:
        url = _list_url(giver=line.start, holder=line.end)
    word = _WORDS[stands]
    if len(links) > 1:
        word = Text(f"{word.th} ×{len(links)}", f"{word.en} ×{len(links)}")
    return Arrow(line, _SIGNS[stands], word, told, url, dashed=not stands.holds)


def _list_url(**query: str) -> str:
    return f"{reverse('registry:shares')}?{urlencode(query)}"


def _respond(
    request: Request, rows: QuerySet[DataShare], title: Text, back: list[tuple[Text, str]]
) -> HttpResponseBase:
    table: Table = replace(
        shown.links(request.actor, request.GET), name="graph", template="registry/shares/graph.html"
    )
    asked = Asked.read(request.GET, table)
    context: dict[str, Any] = {"leads_back": True, "opened": sorted(set(request.GET.getlist("open")))}
    if not asked.format:
        found: Any = asked.narrow(rows, table)
        context["drawn"] = draw(request, found, set(context["opened"]))
    return table.respond(request, rows=rows, title=title, actions=back, context=context)


@page(doors.VIEW, title=_GRAPH)
def graph(request: Request) -> HttpResponseBase:
    """Draw all links that the actor sees and that are not over."""
    rows = doors.visible_to(request.actor).exclude(state=doors.State.ENDED)
    return _respond(request, rows, _GRAPH, [])


@page(doors.VIEW, title=_GRAPH)
def organisation_graph(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """Draw what reaches an organisation and what goes on from it, as far as the actor sees it."""
    row = organisations.organisation(request.actor, organisation_id)
    below = {holding.share_id for holding in downstream(request.actor, organisation_id)}
    rows = doors.visible_to(request.actor).exclude(state=doors.State.ENDED)
    rows = rows.filter(Q(pk__in=below) | Q(tenant=organisation_id) | Q(holder=organisation_id))
    name = organisations.name_of(row)
    title = Text(f"ข้อมูลเข้าและออกของ {name.th}", f"Data to and from {name.en}")
    return _respond(request, rows, title, [(name, reverse("registry:organisation", args=[organisation_id]))])

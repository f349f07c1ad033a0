"""Lists and pages of links, holders, open stores and appeals; the fragment on an organisation's page."""

from __future__ import annotations

from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.requests import is_partial
from phithak.registry.models import DataShare
from phithak.registry.queries import agreements, organisations
from phithak.registry.queries.assets.kinds import Technique
from phithak.registry.queries.shares import doors, finding, terms
from phithak.registry.queries.shares.doors import Standing
from phithak.registry.queries.shares.downstream import downstream
from phithak.registry.queries.shares.stores import open_stores as read_open_stores
from phithak.registry.queries.shares.stores import stores_visible_to
from phithak.registry.views.agreements.shown import kind_names, kinds_text
from phithak.registry.views.shares import shown

_LIST = Text("การให้ข้อมูลต่อ", "Data sharing")
_ONE = Text("การให้ข้อมูลต่อ", "A data-sharing link")
_NEW = Text("บันทึกการให้ข้อมูล", "Record a link")
_BRING = Text("นำเข้าจากไฟล์ CSV", "Record from a file")
_STORES = Text("แหล่งเก็บข้อมูลที่เปิดสาธารณะ", "Stores that anybody can read")
_APPEALS = Text("อุทธรณ์การระงับ", "Appeals")
_HOLDERS = Text("ใครถือข้อมูลบ้าง", "Who holds its data")
_GRAPH = Text("แผนภาพการให้ข้อมูล", "Graph of data sharing")
_PANEL = 8
_STORES_MOST = 100


@page(doors.VIEW, title=_LIST)
def shares(request: Request) -> HttpResponseBase:
    """List the links."""
    actions = []
    if tenants_with(request.actor, doors.MANAGE):
        actions = [(_NEW, reverse("registry:new_share")), (_BRING, reverse("registry:bring_shares"))]
    return shown.links(request.actor, request.GET).respond(
        request,
        rows=doors.visible_to(request.actor),
        title=_LIST,
        actions=actions,
        intro=Text(
            "ใครให้ข้อมูลอะไรแก่ใคร เพื่ออะไร ถึงเมื่อใด ไม่มีวัตถุประสงค์หรือวันสิ้นสุด บันทึกไม่ได้",
            "Who gives what to whom, what for, until when. Nothing is recorded without a purpose and a last day.",
        ),
    )


@page(doors.VIEW, title=_ONE)
def share(request: Request, share_id: UUID) -> HttpResponseBase:
    """Show one link, its suspensions and their appeals."""
    row = doors.share(request.actor, share_id)
    stands = doors.standing(row)
    mine = doors.visible_to(request.actor, doors.MANAGE).filter(pk=row.pk).exists()
    held = doors.running_of(row)
    suspensions = [
        (item, [(heard, shown.appeal_state(heard)) for heard in item.heard])  # type: ignore[attr-defined] # a prefetch
        for item in doors.suspensions_of(row)
    ]
    open_appeal = next(
        (heard for item, appeals in suspensions for heard, _ in appeals if heard.state == "open"), None
    )
    may_appeal = (
        held is not None
        and open_appeal is None
        and row.holder_id in tenants_with(request.actor, doors.APPEAL)
        and stands in {Standing.SUSPENDED, Standing.WARNED}
    )
    context = {
        "title": Text(
            f"ข้อมูลจาก {doors.giver(row).th} ถึง {doors.holder(row).th}",
            f"Data from {doors.giver(row).en} to {doors.holder(row).en}",
        ),
        "share": row,
        "giver": doors.giver(row),
        "holder": doors.holder(row),
        "state": shown.badge(stands),
        "fields": kind_names(row.fields),
        "warning": terms.warning(row.fields, row.created_at.date(), row.until),
        "agreement": _agreement(request, row),
        "held": held,
        "suspensions": suspensions,
        "may_begin": mine and stands is Standing.PROPOSED,
        "may_suspend": mine and stands in {Standing.ACTIVE, Standing.ENDING},
        "may_lift": mine and held is not None and stands in {Standing.SUSPENDED, Standing.WARNED},
        "may_change": mine and (stands.holds or stands is Standing.PROPOSED),
        "may_end": mine and row.state != doors.State.ENDED,
        "may_appeal": may_appeal,
        "open_appeal": open_appeal if mine else None,
        "giver_page": _sees(request, row.tenant_id),
        "holder_page": _sees(request, row.holder_id),
    }
    return render(request, "registry/shares/share.html", context)


def _sees(request: Request, organisation_id: UUID) -> bool:
    return organisations.visible_to(request.actor).filter(pk=organisation_id).exists()


def _agreement(request: Request, row: DataShare) -> tuple[str, str | None] | None:
    if row.agreement is None:
        return None
    seen = agreements.visible_to(request.actor).filter(pk=row.agreement.pk).exists()
    return row.agreement.number, reverse("registry:agreement", args=[row.agreement_id]) if seen else None


@page(doors.VIEW, title=_HOLDERS)
def holders(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """List everybody below an organisation who holds its data, directly or through others."""
    row = organisations.organisation(request.actor, organisation_id)
    name = organisations.name_of(row)
    return shown.HOLDERS.respond(
        request,
        rows=downstream(request.actor, organisation_id),
        title=Text(f"ใครถือข้อมูลจาก {name.th}", f"Who holds data of {name.en}"),
        actions=[
            (_GRAPH, reverse("registry:organisation_graph", args=[organisation_id])),
            (name, reverse("registry:organisation", args=[organisation_id])),
        ],
    )


@page(doors.VIEW, title=_STORES)
def open_stores(request: Request) -> HttpResponseBase:
    """List the open stores below the actor, each with the links that gave the data."""
    rows = stores_visible_to(request.actor)
    found = read_open_stores(request.actor, rows)[:_STORES_MOST]
    known = {item.value for item in Technique}
    context = {
        "title": _STORES,
        "stores": [
            (
                store,
                Technique(store.technique).text if store.technique in known else store.technique,
                kinds_text(store.kinds),
                [
                    (
                        link,
                        shown.badge(link.standing),
                        kinds_text(link.fields),
                        link.standing in {Standing.ACTIVE, Standing.ENDING}
                        and _may_suspend(request, link.giver_id),
                    )
                    for link in store.links
                ],
            )
            for store in found
        ],
    }
    return render(request, "registry/shares/stores.html", context)


def _may_suspend(request: Request, giver_id: UUID) -> bool:
    own = tenants_with(request.actor, doors.MANAGE)
    return giver_id in own


@page(doors.VIEW, title=_APPEALS)
def appeals(request: Request) -> HttpResponseBase:
    """List the appeals."""
    return shown.APPEALS.respond(request, rows=doors.appeals_visible_to(request.actor), title=_APPEALS)


@page(doors.VIEW, title=_LIST)
def organisation_shares(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """The fragment: what an organisation gives, and what it holds."""
    row = organisations.organisation(request.actor, organisation_id)
    given, held = finding.of_organisation(request.actor, organisation_id)
    context = {
        "title": _LIST,
        "organisation": row,
        "given": [(link, doors.holder(link), shown.state(link)) for link in given[:_PANEL]],
        "held": [(link, doors.giver(link), shown.state(link)) for link in held[:_PANEL]],
        "stores": stores_visible_to(request.actor).filter(tenant=organisation_id).count(),
        "may_record": doors.giving_tenants(request.actor).filter(pk=organisation_id).exists(),
    }
    template = "_panel.html" if is_partial(request) else "panel.html"
    return render(request, f"registry/shares/{template}", context)

"""List and page of agreements, and the fragment on an organisation's page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.errors import ConflictError
from phithak.base.text import Text
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.pages.files.answers import download
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.requests import is_partial
from phithak.core.ui.tables import State
from phithak.registry.models import AgreementParty, SharingRule
from phithak.registry.queries import agreements as queries
from phithak.registry.queries import organisations
from phithak.registry.queries.agreements import AgreementKind, Flow
from phithak.registry.services import agreements as services
from phithak.registry.views.agreements import shown

_LIST = Text("ข้อตกลง", "Agreements")
_ONE = Text("ข้อตกลง", "Agreement")
_NEW = Text("เพิ่มข้อตกลง", "Add an agreement")
_ON = State("on", Text("เปิด", "On"), "good")
_OFF = State("off", Text("ปิด", "Off"), "neutral")
_STOPPED = State("stopped", Text("เปิดไว้ แต่ไม่มีผล", "On, but without effect"), "bad")
_PANEL = 10


@dataclass(frozen=True)
class Rule:
    """A flow of a party, as the page shows it.

    Attributes:
        tlp: the narrowest circle, as it is written.
        kinds: what flows; None when it is all that the agreement covers.
        reason: why it may not be on; None when it may.
    """

    row: SharingRule
    flow: Text
    tlp: str
    stands: State
    kinds: Text | None
    reason: Text | None


@dataclass(frozen=True)
class Party:
    """A party with its flows, as the page shows them."""

    row: AgreementParty
    name: Text
    rules: list[Rule]


@page(queries.VIEW, title=_LIST)
def agreements(request: Request) -> HttpResponseBase:
    """List the agreements."""
    may_add = bool(tenants_with(request.actor, queries.MANAGE))
    return shown.TABLE.respond(
        request,
        rows=queries.visible_to(request.actor),
        title=_LIST,
        actions=[(_NEW, reverse("registry:new_agreement"))] if may_add else [],
        intro=Text(
            "เปิดเซ็นเซอร์ การแบ่งปัน การส่งข้อมูล หรือสแกนได้เฉพาะเมื่อมีข้อตกลงที่มีผล",
            "Sensors, sharing, data flows and scans can be on only while an agreement is valid.",
        ),
    )


@page(queries.VIEW, title=_ONE)
def agreement(request: Request, agreement_id: UUID) -> HttpResponseBase:
    """Show one agreement: what it says, who signed, what is switched on."""
    row = queries.agreement(request.actor, agreement_id)
    mine = queries.visible_to(request.actor, queries.MANAGE).filter(pk=row.pk).exists()
    parties = _parties(request, row.pk)
    context = {
        "title": Text(f"ข้อตกลง {row.number}", f"Agreement {row.number}"),
        "agreement": row,
        "name": queries.title(row),
        "state": shown.state(row),
        "kind": AgreementKind(row.kind).text,
        "keeper": shown.keeper(row),
        "left": queries.days_left(row) if queries.is_valid(row) else None,
        "flows": [Flow(flow).text for flow in row.flows],
        "kinds": shown.kind_names(row.data_kinds),
        "parties": parties,
        "unsigned": [party for party in parties if party.row.signed_on is None],
        "may_manage": mine and row.state != queries.State.ENDED,
        "may_file": mine,
    }
    return render(request, "registry/agreements/agreement.html", context)


def _parties(request: Request, agreement_id: UUID) -> list[Party]:
    row = queries.agreement(request.actor, agreement_id)
    rules: dict[UUID, list[Rule]] = {}
    parties = queries.parties_of(request.actor, row)
    signed = {party.organisation_id for party in parties if party.signed_on is not None}
    for rule in queries.rules_of(request.actor, row):
        reason = queries.why_not_on(rule, party_signed=rule.party_id in signed)
        stands = (_ON if reason is None else _STOPPED) if rule.on else _OFF
        narrowed = set(rule.data_kinds) != set(row.data_kinds)
        kinds = shown.kinds_text(rule.data_kinds) if narrowed else None
        rules.setdefault(rule.party_id, []).append(
            Rule(rule, Flow(rule.flow).text, f"TLP:{rule.tlp_most}", stands, kinds, reason)
        )
    return [
        Party(party, queries.name(party.organisation), rules.get(party.organisation_id, []))
        for party in parties
    ]


@page(queries.MANAGE, title=Text("เปิดหรือปิด", "Switch"), methods=("POST",))
def switch_rule(request: Request, rule_id: UUID) -> HttpResponseBase:
    """Switch a rule on or off; the wanted state comes from the button that was seen."""
    rule = queries.rule(request.actor, rule_id, queries.MANAGE)
    on = request.POST.get("on") == "1"
    try:
        services.switch(request.actor, rule_id, on=on)
    except ConflictError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(
            request, str(Text("เปิดแล้ว", "Switched on.") if on else Text("ปิดแล้ว", "Switched off."))
        )
    return redirect("registry:agreement", rule.agreement_id)


@page(queries.VIEW, title=Text("ฉบับลงนาม", "Signed copy"))
def agreement_file(request: Request, agreement_id: UUID) -> HttpResponseBase:
    """Send the signed copy."""
    row = queries.agreement(request.actor, agreement_id)
    if row.file_id is None:
        messages.info(request, str(Text("ยังไม่มีไฟล์ฉบับลงนาม", "No signed copy is kept yet.")))
        return redirect("registry:agreement", agreement_id)
    return download(request, services.open_copy(request.actor, agreement_id))


@page(queries.VIEW, title=_LIST)
def organisation_agreements(request: Request, organisation_id: UUID) -> HttpResponseBase:
    """The fragment: agreements to which an organisation is a party."""
    organisation = organisations.organisation(request.actor, organisation_id)
    rows = queries.of_organisation(request.actor, organisation.pk)
    context = {
        "title": _LIST,
        "organisation": organisation,
        "rows": [(row, shown.state(row)) for row in rows[:_PANEL]],
        "more": rows.count() > _PANEL,
    }
    template = "_panel.html" if is_partial(request) else "panel.html"
    return render(request, f"registry/agreements/{template}", context)

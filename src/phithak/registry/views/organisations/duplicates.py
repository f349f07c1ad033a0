"""Records that may be one organisation: the reasons, both side by side, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from phithak.base.text import Text
from phithak.core.i18n import show
from phithak.core.ui.forms import show_form
from phithak.core.ui.pages_kit import Request, page
from phithak.engines.thai import show_id
from phithak.registry.forms.organisations import MergeForm
from phithak.registry.models import DuplicateProposal, Organisation
from phithak.registry.queries import duplicates as pairs
from phithak.registry.queries import organisations as queries
from phithak.registry.queries.facts import FIELDS
from phithak.registry.queries.kinds import Kind
from phithak.registry.services import organisations as services
from phithak.registry.views.organisations import words
from phithak.registry.views.organisations.tables import DUPLICATES, STATE, state_badge

TITLE = Text("ระเบียนที่อาจซ้ำกัน", "Possible duplicates")
PAIR = Text("สองระเบียนที่อาจเป็นหน่วยงานเดียวกัน", "Two records that may be one")
_INTRO = Text(
    "ระบบเสนอ คนตัดสิน การรวมไม่ลบข้อมูล: ชื่อของระเบียนที่ถูกรวมยังค้นพบระเบียนที่คงไว้",
    "They are proposed; a person decides. Merging erases nothing: the merged names find the record that stays.",
)


@dataclass(frozen=True)
class Line:
    """One fact of both records."""

    label: Text
    first: str
    second: str

    @property
    def same(self) -> bool:
        """Whether both say the same."""
        return self.first == self.second


@page(queries.MERGE, title=TITLE)
def index(request: Request) -> HttpResponseBase:
    """List the proposals, the most alike first."""
    return DUPLICATES.respond(
        request, rows=pairs.duplicates_visible_to(request.actor), title=TITLE, intro=_INTRO
    )


@page(queries.MERGE, title=PAIR, methods=("GET", "POST"))
def duplicate(request: Request, duplicate_id: UUID) -> HttpResponseBase:
    """Show both records side by side, and what became of them; POST merges one into the other."""
    row = pairs.duplicate(request.actor, duplicate_id)
    first, second = pairs.pair_names(row)
    form = MergeForm(
        request.POST if request.method == "POST" else None,
        records=[
            (row.first_id, Text(f"ระเบียน 1: {first.th}", f"Record 1: {first.en}")),
            (row.second_id, Text(f"ระเบียน 2: {second.th}", f"Record 2: {second.en}")),
        ],
    )
    if form.submit(
        lambda data: services.merge_pair(request.actor, duplicate_id, data["keep"], data["reason"])
    ):
        messages.success(request, str(Text("รวมแล้ว", "Merged.")))
        return redirect("registry:duplicate", duplicate_id)
    kept = row.second if row.first.merged_into_id == row.second_id else row.first
    shown = {
        "title": PAIR,
        "pair": row,
        "state": words.proposal_badge(row),
        "reasons": [one.text for one in pairs.reasons_of(row)],
        "names": (first, second),
        "lines": _lines(row),
        "kept": kept,
        "kept_name": queries.name_of(kept),
        "kept_aliases": [one.text for one in queries.aliases_of(kept)] if row.state == "merged" else [],
    }
    return show_form(request, form, "registry/organisations/duplicate.html", shown)


@page(queries.MERGE, title=PAIR, methods=("POST",))
def different(request: Request, duplicate_id: UUID) -> HttpResponseBase:
    """Keep both records: they are two organisations and are not proposed again."""
    services.different(request.actor, duplicate_id)
    messages.success(
        request, str(Text("บันทึกแล้วว่าเป็นคนละหน่วยงาน", "Kept apart; they are not proposed again."))
    )
    return redirect("registry:duplicates")


def _lines(row: DuplicateProposal) -> list[Line]:
    aliases = {one.pk: ", ".join(a.text for a in queries.aliases_of(one)) for one in (row.first, row.second)}
    shown: list[tuple[Text, Callable[[Organisation], object]]] = [
        (FIELDS["name_th"], lambda one: one.name_th),
        (FIELDS["name_en"], lambda one: one.name_en),
        (FIELDS["aliases"], lambda one: aliases[one.pk]),
        (FIELDS["kind"], lambda one: Kind(one.kind).text),
        (FIELDS["sector"], words.sector_of),
        (FIELDS["province"], words.place_of),
        (FIELDS["juristic_id"], lambda one: show_id(one.juristic_id) if one.juristic_id else ""),
        (FIELDS["website"], lambda one: one.website),
        (FIELDS["address"], lambda one: one.address),
        (FIELDS["registered_on"], lambda one: show.day(one.registered_on)),
        (STATE, lambda one: state_badge(one).text),
    ]
    return [Line(label, str(value(row.first)), str(value(row.second))) for label, value in shown]

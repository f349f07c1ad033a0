"""The journal's pages: entries, one entry with its proof, the check of everything, checkpoints."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from phithak.base.errors import NotFoundError
from phithak.base.text import Text
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import ActorKind
from phithak.core.journal import queries, services
from phithak.core.journal.models import Entry
from phithak.core.journal.queries import checkpoints as signed
from phithak.core.journal.queries import entries as reading
from phithak.core.ui.pages.journal.tables import KINDS, checkpoints_table, entries_table
from phithak.core.ui.pages_kit import Request, page
from phithak.core.ui.states import State
from phithak.core.ui.tables.asked import Asked

_JOURNAL = Text("บันทึกการใช้งาน", "Journal")
_ENTRY = Text("รายการในบันทึก", "Journal entry")
_VERIFY = Text("ตรวจบันทึก", "Verify the journal")
_CHECKPOINTS = Text("จุดตรวจของบันทึก", "Checkpoints of the journal")
_CHECKPOINT = Text("จุดตรวจ", "Checkpoint")
_BADGES = {
    "valid": State("valid", Text("ถูกต้อง มีพยานครบ", "Valid and witnessed"), "good"),
    "not yet witnessed": State(
        "not yet witnessed",
        Text("ไม่พบการแก้ แต่ยังมีรายการที่ไม่มีพยาน", "Nothing found; some entries are not yet witnessed"),
        "unknown",
    ),
    "partial": State("partial", Text("ตรวจไม่ครบ", "Partly checked"), "warn"),
    "altered": State("altered", Text("พบการแก้ไข", "Changes were found"), "bad"),
}
_EXPORT = Text("ส่งออก NDJSON", "Export NDJSON")


@page("journal.view", title=_JOURNAL)
def entries(request: Request) -> HttpResponseBase:
    """List the entries that the actor may see, newest first."""
    actions = [(_CHECKPOINTS, reverse("journal:checkpoints"))]
    if permissions.has(request.actor, "journal.verify"):
        actions.append((_VERIFY, reverse("journal:verify")))
    if permissions.has(request.actor, "journal.export"):
        query = request.GET.urlencode()
        actions.append((_EXPORT, reverse("journal:export") + (f"?{query}" if query else "")))
    return entries_table(request.actor).respond(
        request, rows=queries.visible_to(request.actor), title=_JOURNAL, actions=actions
    )


@page("journal.export", title=_EXPORT)
def export(request: Request) -> HttpResponseBase:
    """Stream the chosen entries as canonical lines, the bytes that the leaves are hashed from."""
    table = entries_table(request.actor)
    asked = Asked.read(request.GET, table)
    rows = cast("QuerySet[Entry]", asked.narrow(queries.visible_to(request.actor), table))
    services.record_export(request.actor, rows.count())
    answer = StreamingHttpResponse(reading.lines(rows), content_type="application/x-ndjson")
    answer["Content-Disposition"] = 'attachment; filename="journal.ndjson"'
    return answer


@page("journal.view", title=_ENTRY)
def entry(request: Request, entry_id: UUID) -> HttpResponse:
    """Show one entry: text, facts, the line, its number and the proof that it is under a signed checkpoint."""
    found = queries.get(request.actor, entry_id)
    try:
        proof = queries.inclusion_of_line(entry_id, queries.leaf_of(found.line))
    except NotFoundError:
        proof = None
    witnessed = signed.last_witnessed()
    shown = {
        "entry": found,
        "actor_kind": KINDS[ActorKind(found.actor_kind)],
        "proof": proof,
        "hashes": [item.hex() for item in proof.hashes] if proof else [],
        "is_witnessed": bool(witnessed and found.seq and found.seq <= witnessed.seq),
    }
    return render(request, "journal/detail.html", shown)


@page("journal.verify", title=_VERIFY, methods=("GET", "POST"))
def verify(request: Request) -> HttpResponse:
    """Show the last check and how far a running one is; POST starts one."""
    if request.method == "POST":
        services.start_verification(request.actor)
        return redirect("journal:verify")
    return render(request, "journal/verify.html", _verification())


@page("journal.verify", title=_VERIFY)
def verify_progress(request: Request) -> HttpResponse:
    """Answer the fragment of the check; the page asks for it again while one runs."""
    return render(request, "journal/_verification.html", _verification())


@page.public(title=_CHECKPOINTS)
def checkpoints(request: Request) -> HttpResponseBase:
    """List the signed checkpoints; public, since they prove nothing unless others can keep them."""
    intro = Text(
        "จุดตรวจคือคำลงนามว่าบันทึกมีกี่รายการและรากใด ผู้ใดเก็บไว้ก็ใช้ตรวจได้ว่าบันทึกไม่ถูกแก้ย้อนหลัง",
        "A checkpoint is a signed statement of how many entries the journal has and of their root. "
        "Whoever keeps one can show later whether the journal was rewritten.",
    )
    return checkpoints_table(signed.last_witnessed()).respond(
        request, rows=signed.rows(), title=_CHECKPOINTS, intro=intro
    )


@page.public(title=_CHECKPOINT)
def checkpoint(request: Request, epoch: int, size: int) -> HttpResponse:
    """Show one checkpoint as signed text, with the witnesses' signatures."""
    return render(request, "journal/checkpoint.html", {"checkpoint": queries.checkpoint(epoch, size)})


def _verification() -> dict[str, object]:
    last = queries.last_verification()
    return {
        "running": queries.running_verification(),
        "last": last,
        "badge": _BADGES[last.report.state] if last else None,
        "unwitnessed": queries.not_yet_witnessed(),
        "witnessed": signed.last_witnessed(),
        "waiting": queries.waiting()[0],
        "latest": queries.latest(),
    }

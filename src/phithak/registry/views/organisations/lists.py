"""The list of organisations."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.urls import reverse

from phithak.base.text import Text
from phithak.core.accounts.scope import tenants_with
from phithak.core.ui.pages_kit import Request, page
from phithak.registry.queries import organisations as queries
from phithak.registry.queries import sectors
from phithak.registry.views.organisations.tables import organisations_table

TITLE = Text("ทะเบียนหน่วยงาน", "Organisations")
NEW = Text("เพิ่มหน่วยงาน", "Add an organisation")
MAP = Text("แผนที่", "Map")
FIGURES = Text("ตัวเลขรวม", "Figures")
DUPLICATES = Text("ระเบียนที่อาจซ้ำ", "Possible duplicates")

_INTRO = Text(
    "ค้นด้วยชื่อใดก็ได้ ไทยหรือละติน ชื่อย่อ ชื่อเดิม โดเมน หรือคำ เช่น อี-คอมเมิร์ซ รายใหญ่",
    "Search by any name, Thai or Latin, short or former, by domain, or in words: large e-commerce.",
)


@page(queries.VIEW, title=TITLE)
def index(request: Request) -> HttpResponseBase:
    """List the organisations that the actor may see; the search finds any of their names, in Thai or Latin."""
    actions = [(MAP, reverse("registry:map"))]
    if tenants_with(request.actor, queries.MANAGE):
        actions.insert(0, (NEW, reverse("registry:new")))
    if tenants_with(request.actor, queries.MERGE):
        actions.append((DUPLICATES, reverse("registry:duplicates")))
    if tenants_with(request.actor, queries.FIGURES):
        actions.append((FIGURES, reverse("registry:figures")))
    table = organisations_table(request.actor, sectors.choices())
    return table.respond(
        request, rows=queries.listed(request.actor), title=TITLE, actions=actions, intro=_INTRO
    )

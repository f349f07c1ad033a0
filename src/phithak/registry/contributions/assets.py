"""Contributions of the part ``assets``: menu, what waits, search, the fragment of an organisation, demo."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import Demo, Panel, SearchSource, Waiting
from phithak.registry.contributions import assets_demo, menu
from phithak.registry.queries import assets, organisations
from phithak.registry.queries.assets import showing

_MENU = (
    ("systems", Text("ระบบสารสนเทศ", "Systems"), "systems"),
    ("stores", Text("คลังข้อมูล", "Data stores"), "stores"),
    ("data_links", Text("การเชื่อมโยงข้อมูล", "Data links"), "data_links"),
    ("domains", Text("โดเมน", "Domains"), "domains"),
    ("ranges", Text("ช่วงไอพี", "IP ranges"), "ranges"),
    ("software", Text("ซอฟต์แวร์และรุ่น", "Software"), "software_list"),
    ("devices", Text("เครื่องมือแพทย์", "Medical devices"), "devices"),
)
_SEARCH = (
    ("domains", Text("โดเมน", "Domains"), showing.find_domains, assets.DOMAIN, False),
    ("ranges", Text("ช่วงไอพี", "IP ranges"), showing.find_ranges, assets.RANGE, True),
    ("systems", Text("ระบบสารสนเทศ", "Systems"), showing.find_systems, assets.SYSTEM, False),
    ("stores", Text("คลังข้อมูล", "Data stores"), showing.find_stores, assets.STORE, True),
    ("software", Text("ซอฟต์แวร์", "Software"), showing.find_software, assets.SOFTWARE, False),
)


def register() -> None:
    """Add this part's contributions."""
    contrib.nav.register(
        *(
            menu.line(
                f"registry.{name}", text, f"registry:{url}", assets.VIEW, menu.ASSETS, order=241 + place
            )
            for place, (name, text, url) in enumerate(_MENU)
        )
    )
    contrib.waiting.register(Waiting("registry.assets", showing.waiting))
    contrib.search.register(
        *(
            SearchSource(f"registry.{name}", text, find, (kind, organisations.KIND), by_other_means=more)
            for name, text, find, kind, more in _SEARCH
        )
    )
    contrib.panel.register(
        Panel("registry.assets", organisations.KIND, Text("ทรัพย์สินสารสนเทศ", "Assets"), _panel, order=30)
    )
    contrib.demo.register(Demo("registry.assets", assets_demo.build, order=30))


def _panel(actor: Actor, organisation_id: UUID) -> str | None:
    if not assets.owners_visible_to(actor, assets.VIEW).filter(pk=organisation_id).exists():
        return None
    return reverse("registry:assets", args=[organisation_id])

"""The registry's lines of the first level in the menu; each part puts its own lines under one of them."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import NavItem

REGISTRY = Text("ทะเบียน", "Registry")
"""The group of the menu."""

ORGANISATIONS = "registry.part.organisations"
CONTACTS = "registry.part.contacts"
TEAMS = "registry.part.teams"
ASSETS = "registry.part.assets"
SHARING = "registry.part.sharing"
REQUESTS = "registry.part.requests"

_PARTS = (
    (ORGANISATIONS, Text("หน่วยงาน", "Organisations"), 210, "book"),
    (CONTACTS, Text("ผู้ประสานงาน", "Contacts"), 220, "users"),
    (TEAMS, Text("ทีมและเวร", "Teams and shifts"), 230, "calendar"),
    (ASSETS, Text("ทรัพย์สินสารสนเทศ", "Assets"), 240, "api"),
    (SHARING, Text("ข้อตกลงและการให้ข้อมูล", "Agreements and sharing"), 250, "send"),
    (REQUESTS, Text("คำขอและไฟล์", "Requests and files"), 260, "file"),
)


def register() -> None:
    """Add the lines of the first level; whom to call stands above them, with the contacts' own contributions."""
    contrib.nav.register(
        *(
            NavItem(name, text, "", group=REGISTRY, order=order, icon=icon)
            for name, text, order, icon in _PARTS
        )
    )


def line(
    name: str,
    text: Text,
    url_name: str,
    permission: str,
    under: str,
    *,
    order: int,
    also: tuple[str, ...] = (),
) -> NavItem:
    """Return a line of the second level.

    Args:
        name: ``registry.what``.
        text: of the line.
        url_name: its page, without arguments.
        permission: of the page.
        under: the line of the first level, a constant of this module.
        order: among its siblings.
        also: further addresses below which its pages lie.
    """
    return NavItem(name, text, url_name, permission, REGISTRY, order, under=under, also=also)

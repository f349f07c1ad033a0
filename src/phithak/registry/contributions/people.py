"""Contributions of the part ``people``: menu, panel, search, what waits, demo; leavers of accounts leave here too."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from phithak.base.text import Text
from phithak.core import contrib, signals
from phithak.core.accounts.actors import Actor
from phithak.core.contrib import Demo, NavItem, Panel, SearchSource, Waiting
from phithak.core.signals import Signal
from phithak.registry.contributions import menu, people_demo
from phithak.registry.jobs import people as jobs
from phithak.registry.queries import organisations
from phithak.registry.queries import people as queries
from phithak.registry.services import people as services

_CONTACTS = Text("ผู้ประสานงาน", "Contacts")
_PEOPLE = Text("บุคคล", "People")
LEAVE_DUE = jobs.leave_due


def register() -> None:
    """Add this part's contributions."""
    contrib.nav.register(
        NavItem(
            "registry.contacts_now",
            Text("โทรหาใครขณะนี้", "Whom to call now"),
            "registry:contacts_now",
            permission=queries.VIEW,
            group=menu.REGISTRY,
            order=200,
            icon="phone",
        ),
        menu.line(
            "registry.contacts",
            Text("ทุกผู้ประสานงาน", "All contacts"),
            "registry:contacts",
            queries.VIEW,
            menu.CONTACTS,
            order=221,
        ),
        menu.line(
            "registry.people",
            _PEOPLE,
            "registry:people",
            queries.VIEW,
            menu.CONTACTS,
            order=222,
            also=("/registry/positions/",),
        ),
    )
    contrib.panel.register(
        Panel("registry.contacts", organisations.KIND, _CONTACTS, _panel, order=10),
    )
    contrib.search.register(
        SearchSource("registry.contacts", _CONTACTS, queries.find_contacts, (queries.CONTACT_KIND,)),
        SearchSource("registry.people", _PEOPLE, queries.find_people, (queries.PERSON_KIND,)),
    )
    contrib.waiting.register(Waiting("registry.contacts", queries.waiting))
    contrib.demo.register(Demo("registry.people", people_demo.build, order=20))
    signals.receive(Signal.USER_LEFT, services.account_left)


def _panel(actor: Actor, organisation_id: UUID) -> str | None:
    if not queries.organisations_for(actor).filter(pk=organisation_id).exists():
        return None
    return reverse("registry:organisation_contacts", args=[organisation_id])

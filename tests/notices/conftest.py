"""The centre with its ready texts and its own hotline."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from phithak.base.text import Text
from phithak.core.accounts.actors import Actor
from phithak.notices import queries, services
from phithak.notices.models import Template, TemplateVersion
from phithak.notices.services import HotlineFacts
from tests.people import People

HOTLINE = HotlineFacts(
    "1242",
    Text("สายด่วนศูนย์", "Centre hotline"),
    "ศูนย์เฝ้าระวัง",
    Text("ตลอด 24 ชั่วโมง", "24 hours a day"),
    toll_free=True,
)


@dataclass(frozen=True)
class House:
    """The loaded centre."""

    people: People
    hotline_id: UUID

    def actor(self, key: str) -> Actor:
        """Return a person."""
        return self.people.actor(key)

    def template(self, code: str) -> Template:
        """Return a template of the centre."""
        return Template.objects.get(tenant=self.people.tenant_id("cert"), code=code)

    def newest(self, code: str) -> TemplateVersion:
        """Return its newest version."""
        return queries.latest(self.template(code))

    def submitted(self, code: str, by: str = "analyst") -> TemplateVersion:
        """Submit its newest version and return it."""
        row = self.newest(code)
        services.submit(self.actor(by), row.pk, seen=row.text_hash)
        return self.newest(code)


@pytest.fixture
def house(people: People) -> House:
    """Load the ready texts and give the centre its hotline."""
    services.load_ready_texts()
    made = services.add_hotline(
        people.actor("analyst"), tenant_id=people.tenant_id("cert"), slot="tel", facts=HOTLINE
    )
    return House(people, made)

"""What forms of this part offer: accounts and systems of an organisation."""

from __future__ import annotations

from uuid import UUID

from phithak.base.text import Text
from phithak.core.accounts import actors, permissions
from phithak.core.accounts import queries as accounts
from phithak.core.accounts.actors import Actor
from phithak.registry.models import System

_ASSETS = "registry.assets.view"
_MOST = 500
_SYSTEM = actors.system("registry")


def accounts_of(organisation_id: UUID) -> list[tuple[UUID, Text]]:
    """Return the accounts with a running role in an organisation, for whoever manages its people."""
    rows = (
        accounts.memberships_visible_to(_SYSTEM)
        .filter(tenant=organisation_id, ended_at__isnull=True, user__left_at__isnull=True)
        .order_by("user__name_th", "pk")
        .values_list("user_id", "user__name_th", "user__name_en")[:_MOST]
    )
    return list({user_id: (user_id, Text(th or en, en or th)) for user_id, th, en in rows}.values())


def systems_of(actor: Actor, organisation_id: UUID) -> list[tuple[UUID, Text]]:
    """Return the running systems of an organisation (read through a door), where the actor may see assets."""
    if not permissions.has(actor, _ASSETS):
        return []
    rows = System.objects.filter(tenant=organisation_id, ended_at__isnull=True).order_by("name_th", "pk")
    return [(row.pk, Text(row.name_th, row.name_en or row.name_th)) for row in rows[:_MOST]]

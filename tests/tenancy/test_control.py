"""The sweep is worth something: each door of each room, opened to everybody in turn, turns it red."""

from __future__ import annotations

import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

import phithak
from phithak.core.accounts import actors
from phithak.core.accounts.models import Membership
from phithak.core.accounts.roles import Role
from tests.people import TOTP_SECRET, People
from tests.tenancy import campaigns, cases, detection, monitoring, registry
from tests.tenancy.objects import KINDS
from tests.tenancy.sweep import detail_findings, list_findings

DOORS = {
    "phithak.core.accounts.queries.reading.visible_to": "user_id",
    "phithak.core.accounts.queries.reading.memberships_visible_to": "user_id",
    "phithak.core.accounts.queries.reading.tenants_managed_by": "membership_id",
    "phithak.core.accounts.queries.reading.tokens_visible_to": "token_id",
    "phithak.core.journal.queries.entries.visible_to": "entry_id",
    "phithak.core.jobs.queries.visible_to": "job_id",
    "phithak.core.privacy.queries.visible_to": "item_id",
    "phithak.core.privacy.queries.keys_visible_to": "key_id",
    "phithak.core.privacy.queries.destructions_visible_to": "proposal_id",
    "phithak.core.files.queries.visible_to": "file_id",
    "phithak.core.outbox.queries.visible_to": "message_id",
    "phithak.core.clocks.queries.visible_to": "clock_id",
    "phithak.notices.queries.wording.visible_to": "template_id",
    "phithak.notices.queries.wording.versions_visible_to": "version_id",
    "phithak.notices.queries.wording.hotlines_visible_to": "hotline_id",
    "phithak.notices.queries.wording.urls_visible_to": "url_id",
    **registry.DOORS,
    **cases.DOORS,
    **monitoring.DOORS,
    **campaigns.DOORS,
}
"""Each door, and the kind of object that it guards."""

SPARE = {
    "phithak.core.accounts.queries.reading.tenants_visible_to": "no address names a tenant yet",
    "phithak.core.accounts.queries.reading.oversight_visible_to": "no address names an oversight yet",
    "phithak.core.accounts.queries.reading.staff_sessions_visible_to": "shown beside the own session alone",
    "phithak.core.links.queries.visible_to": "links are opened by their token alone",
    "phithak.core.schedule.queries.visible_to": "schedules belong to the instance: all or none by the right",
    **registry.SPARE,
    **cases.SPARE,
    **monitoring.SPARE,
    **detection.SPARE,
}
"""Doors without an address of their own, and why."""


def doors() -> Iterator[str]:
    """Yield every function of a ``queries`` module that decides who sees what."""
    for found in pkgutil.walk_packages(phithak.__path__, "phithak."):
        if ".queries" in found.name and "eventstore" not in found.name:
            module = import_module(found.name)
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if (
                    name == "visible_to" or name.endswith("_visible_to")
                ) and function.__module__ == module.__name__:
                    yield f"{module.__name__}.{name}"


def open_door(monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    """Let the function answer everybody as it answers the system, wherever it was imported to."""
    module_name, _, name = door.rpartition(".")
    shut: Callable[..., Any] = getattr(sys.modules[module_name], name)

    def wide(actor: object, *args: Any, **options: Any) -> Any:
        return shut(actors.system("control"), *args, **options)

    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType) and module.__name__.startswith("phithak."):
            for attribute, value in list(vars(module).items()):
                if value is shut:
                    monkeypatch.setattr(module, attribute, wide)


@pytest.mark.django_db
def test_every_door_is_known() -> None:
    assert set(doors()) - set(SPARE) == {door for door in DOORS if door.endswith("visible_to")}


def misplace_an_analyst(people: People) -> None:
    """Give the partner an analyst's rights at home: somebody who may look at jobs, but of nobody else."""
    user = people.user("partner")
    Membership.objects.create(user=user, tenant=people.tenant("partner"), role=Role.ANALYST)
    secret = get_adapter().encrypt(TOTP_SECRET)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})


def findings(people: People, argument: str) -> list[str]:
    """Return the first thing that the sweep finds: in the addresses of the kind, else in lists of a neighbour."""
    misplace_an_analyst(people)
    outside = [
        key
        for key in ("member_admin", "data_owner", "member_staff", "partner")
        if key not in KINDS[argument].insiders
    ]
    for found in detail_findings(people, argument, outside):
        return [found]
    return [found for key in outside for found in list_findings(people, key, [argument])]


OFTEN = (
    "phithak.core.accounts.queries.reading.visible_to",
    "phithak.core.accounts.queries.reading.tenants_managed_by",
    "phithak.core.journal.queries.entries.visible_to",
)


@pytest.mark.parametrize("door", OFTEN)
def test_an_open_door_is_found(people: People, monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    open_door(monkeypatch, door)
    assert findings(people, DOORS[door])


@pytest.mark.soak
@pytest.mark.parametrize("door", sorted(set(DOORS) - set(OFTEN)))
def test_each_open_door_is_found(people: People, monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    open_door(monkeypatch, door)
    assert findings(people, DOORS[door])


@pytest.mark.soak
def test_with_its_door_shut_the_misplaced_analyst_sees_no_job(people: People) -> None:
    misplace_an_analyst(people)
    assert list(detail_findings(people, "job_id", ["partner"])) == []

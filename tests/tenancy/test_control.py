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

import phithak
from phithak.core.accounts import actors
from tests.people import People
from tests.tenancy.objects import KINDS
from tests.tenancy.sweep import detail_findings, list_findings

DOORS_OF = {
    "user_id": "phithak.core.accounts.queries.reading.visible_to",
    "membership_id": "phithak.core.accounts.queries.reading.memberships_visible_to",
    "token_id": "phithak.core.accounts.queries.reading.tokens_visible_to",
    "entry_id": "phithak.core.journal.queries.entries.visible_to",
    "job_id": "phithak.core.jobs.queries.visible_to",
    "schedule_id": "phithak.core.schedule.queries.visible_to",
    "item_id": "phithak.core.privacy.queries.visible_to",
    "key_id": "phithak.core.privacy.queries.keys_visible_to",
    "proposal_id": "phithak.core.privacy.queries.destructions_visible_to",
    "file_id": "phithak.core.files.queries.visible_to",
    "message_id": "phithak.core.outbox.queries.visible_to",
    "clock_id": "phithak.core.clocks.queries.visible_to",
    "template_id": "phithak.notices.queries.visible_to",
    "version_id": "phithak.notices.queries.versions_visible_to",
    "hotline_id": "phithak.notices.queries.hotlines_visible_to",
    "url_id": "phithak.notices.queries.urls_visible_to",
}
"""Which door guards each kind of object; ``pk`` (passkeys) is guarded by django-allauth."""


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
    spare = {
        # no address of its own leads to these; the rows show on the pages of the kinds above
        "phithak.core.accounts.queries.reading.tenants_visible_to",
        "phithak.core.accounts.queries.reading.oversight_visible_to",
        "phithak.core.accounts.queries.reading.staff_sessions_visible_to",
        "phithak.core.links.queries.visible_to",
    }
    assert set(doors()) - spare == set(DOORS_OF.values())


def findings(people: People, argument: str) -> list[str]:
    """Return the first thing that the sweep finds: in the addresses of the kind, else in lists of a neighbour."""
    outside = [
        key for key in ("member_admin", "data_owner", "member_staff") if key not in KINDS[argument].insiders
    ]
    for found in detail_findings(people, argument, outside):
        return [found]
    return [found for key in outside for found in list_findings(people, key, [argument])]


@pytest.mark.parametrize("argument", ["user_id", "token_id", "entry_id"])
def test_an_open_door_is_found(people: People, monkeypatch: pytest.MonkeyPatch, argument: str) -> None:
    open_door(monkeypatch, DOORS_OF[argument])
    assert findings(people, argument)


@pytest.mark.soak
@pytest.mark.parametrize("argument", sorted(DOORS_OF))
def test_each_open_door_is_found(people: People, monkeypatch: pytest.MonkeyPatch, argument: str) -> None:
    open_door(monkeypatch, DOORS_OF[argument])
    assert findings(people, argument)

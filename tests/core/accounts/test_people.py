"""The made-up sector itself: its traps must be traps."""

from __future__ import annotations

import pytest

from phithak.core.accounts.actors import ActorKind
from phithak.core.accounts.roles import Role
from tests.people import PEOPLE, ROLE_PERSON, People


@pytest.mark.db
def test_each_role_of_a_human_has_a_person(people: People) -> None:
    assert set(ROLE_PERSON) == set(Role) - {Role.SENDER}
    for role, key in ROLE_PERSON.items():
        assert people.actor(key).roles == {role}


@pytest.mark.db
@pytest.mark.parametrize("key", ["expired", "ended", "of_closed"])
def test_a_role_that_does_not_hold_gives_nothing(people: People, key: str) -> None:
    assert people.actor(key).grants == ()


@pytest.mark.db
def test_who_left_is_nobody(people: People) -> None:
    assert people.actor("left").kind is ActorKind.PUBLIC


def test_one_person_has_roles_in_two_tenants(people: People) -> None:
    assert people.actor("two_tenants").tenant_ids == (
        people.tenant_id("hospital"),
        people.tenant_id("merchant"),
    )


def test_names_are_thai_and_english() -> None:
    assert all(th and en for th, en, _ in PEOPLE.values())

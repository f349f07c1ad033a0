"""No address shows, counts or changes anything of another tenant; every address is tried, none by a list of ours."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.people import PEOPLE, People
from tests.tenancy.addresses import everything, operations, pages
from tests.tenancy.objects import KINDS, NEUTRAL
from tests.tenancy.sweep import Visitors, detail_findings, list_findings, own_findings

OFTEN = ("member_admin", "data_owner", "authority", "two_tenants", "call_agent", "ended")
"""Outsiders whose rights differ most; the others are swept in soak."""

CENTRE = ("cert_admin", "analyst", "auditor")
"""Of the centre: outsiders for what only the organisation itself may see."""

SELDOM = [
    key
    for key in PEOPLE
    if not key.startswith(("cert_admin", "analyst", "auditor", "no_factor"))
    and not key.endswith("_b")
    and key not in OFTEN
]


def test_the_urlconf_and_the_schema_are_read() -> None:
    assert {"accounts:user", "ui:home", "account_login"} <= {address.name for address in pages()}
    assert len(operations()) > 10
    assert all(path.path.startswith("/") for path in everything())


def test_every_argument_of_an_address_is_known() -> None:
    unknown = {
        f"{name} of {address.path}"
        for address in everything()
        for name in address.arguments
        if name not in KINDS and name not in NEUTRAL
    }
    assert unknown == set(), "register how to make one in tests/tenancy/objects.py"


def test_insiders_see_their_own(people: People) -> None:
    visitors = Visitors(people)
    found = [line for argument in KINDS for line in own_findings(people, argument, visitors)]
    assert "\n".join(found) == ""


def detail_sweep(people: People, keys: Iterable[str]) -> str:
    visitors = Visitors(people)
    found = []
    for argument, kind in KINDS.items():
        outside = [key for key in keys if key not in kind.insiders]
        found += detail_findings(people, argument, outside, visitors)
    return "\n".join(found)


@pytest.mark.db
def test_outsiders_cannot_tell_an_object_from_one_that_never_was(people: People) -> None:
    assert detail_sweep(people, (*OFTEN, *CENTRE)) == ""


@pytest.mark.soak
def test_nor_can_anybody_else(people: People) -> None:
    assert detail_sweep(people, set(PEOPLE) - {*OFTEN, *CENTRE}) == ""


@pytest.mark.parametrize("key", OFTEN)
def test_lists_searches_sorts_exports_and_counts_stay_at_home(people: People, key: str) -> None:
    assert "\n".join(list_findings(people, key)) == ""


@pytest.mark.soak
@pytest.mark.parametrize("key", SELDOM)
def test_so_they_do_for_everybody_else(people: People, key: str) -> None:
    assert "\n".join(list_findings(people, key)) == ""

"""No address shows, counts or changes anything of another tenant; every address is tried, none by a list of ours."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.people import PEOPLE, People
from tests.registry.factory import organisation
from tests.tenancy import registry
from tests.tenancy.addresses import everything, operations, pages
from tests.tenancy.objects import KINDS, NEUTRAL
from tests.tenancy.sweep import (
    COUNTS_ALL,
    LEAST,
    Answer,
    Visitors,
    aggregate_findings,
    detail_findings,
    list_findings,
    own_findings,
)

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


@pytest.mark.parametrize(
    ("argument", "path"), [("organisation_id", "/registry/"), ("contact_id", "/registry/contacts/")]
)
def test_what_is_there_before_the_sweep_is_what_its_insiders_see(
    people: People, argument: str, path: str
) -> None:
    """Each exception is exact: its insiders notice it, and nobody outside does."""
    if argument != "organisation_id":
        registry.BESIDE["organisation_id"](people)
    visitors = Visitors(people)
    before = {key: Answer.of(visitors.browser(key).get(path)) for key in ("call_agent", "member_admin")}
    registry.BESIDE[argument](people)
    changed = {key for key in before if Answer.of(visitors.browser(key).get(path)) != before[key]}
    assert changed == {"call_agent"}


def test_figures_over_all_organisations_are_that_and_only_that(people: People) -> None:
    """Each figure that is left out of the comparison does count foreign organisations, and tells nothing else."""
    visitors = Visitors(people)
    before = {path: Answer.of(visitors.browser("member_admin").get(path)) for path in COUNTS_ALL}
    assert {answer.status for answer in before.values()} == {200}
    for _ in range(LEAST):
        organisation(people, state="registered")
    unmoved = {
        path for path in COUNTS_ALL if Answer.of(visitors.browser("member_admin").get(path)) == before[path]
    }
    assert unmoved == set(), "no longer an exception: take it out of COUNTS_ALL"
    found = [line for path in COUNTS_ALL for line in aggregate_findings(visitors, "member_admin", path)]
    assert found == []
    for path in ("/registry/figures/", "/api/v1/registry/figures"):
        assert visitors.browser("expert").get(path).status_code == 403

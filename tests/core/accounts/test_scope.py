"""The tenancy filter gives the same rows in both of its forms: few overseen tenants, and many."""

from __future__ import annotations

import pytest

from phithak.core.accounts import scope
from phithak.core.accounts.models import Membership
from phithak.core.accounts.scope import Reason, rows_visible_to
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.db]

SEEN = {
    "analyst": {
        "cert", "hospital", "hospital_b", "platform", "merchant", "authority", "partner", "peer", "closed",
    },
    "platform_admin": {"platform", "merchant"},
    # its oversight of the second hospital ran out
    "authority": {"authority", "hospital"},
    # as parent of the second hospital it was dismissed
    "member_admin": {"hospital"},
}  # fmt: skip


@pytest.mark.parametrize("many", [0, scope.MANY], ids=["asked for each row", "listed first"])
@pytest.mark.parametrize("who", SEEN)
def test_rows_of_whom(who: str, many: int, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "MANY", many)
    rows = rows_visible_to(
        Membership.objects.all(), people.actor(who), permission="registry.view", through=frozenset(Reason)
    )
    keys = {tenant.pk: key for key, tenant in people.tenants.items()}
    with_members = set(Membership.objects.values_list("tenant", flat=True))
    expected = {key for key in SEEN[who] if people.tenant_id(key) in with_members}
    assert {keys[tenant] for tenant in rows.values_list("tenant", flat=True)} == expected
    assert ("LIMIT 1" in str(rows.query)) is (many == 0)

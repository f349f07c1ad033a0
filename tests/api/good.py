"""Requests made by hand for operations that chance seldom satisfies; each with a role that may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from phithak.base import clock
from phithak.core.accounts.models import Membership
from phithak.core.jobs.models import Job
from tests.api.good_cases import CASES
from tests.api.good_monitoring import MONITORING
from tests.api.good_notices import NOTICES
from tests.api.good_registry import REGISTRY
from tests.api.request import Good
from tests.people import People


def _role(people: People) -> Good:
    body = {"tenant_id": str(people.tenant_id("hospital")), "role": "member_staff", "until": None}
    return Good({"user_id": str(people.user("member_staff_b").pk)}, body=body)


def _membership(people: People) -> Good:
    found = Membership.objects.get(user=people.user("member_staff"))
    return Good({"membership_id": str(found.pk)})


def _token(_: People) -> Good:
    until = (clock.now() + timedelta(days=3)).isoformat()
    return Good(body={"name": "ทดสอบ", "scopes": ["accounts.self"], "until": until})


def _dead_job(_: People) -> Good:
    return Good({"job_id": str(Job.objects.filter(state="dead")[0].pk)})


def _vault_item(people: People) -> Good:
    body = {"tenant_id": str(people.tenant_id("cert")), "kind": "phone", "value": "0812345678"}
    return Good(body=body)


def _address(people: People) -> Good:
    body = {
        "tenant_id": str(people.tenant_id("cert")),
        "host": "second.example.th",
        "name_th": "เว็บของศูนย์",
        "name_en": "Site of the centre",
    }
    return Good(body=body)


GOOD: dict[str, tuple[str, Callable[[People], Good]]] = {
    "GET /api/v1/thai/date": ("analyst", lambda _: Good(query={"text": "30 กรกฎาคม 2564, 18:15น."})),
    "POST /api/v1/accounts/users/{user_id}/roles": ("cert_admin", _role),
    "DELETE /api/v1/accounts/roles/{membership_id}": ("cert_admin", _membership),
    "POST /api/v1/accounts/tokens": ("cert_admin", _token),
    "POST /api/v1/jobs/{job_id}/retry": ("cert_admin", _dead_job),
    "POST /api/v1/notices/addresses": ("cert_admin", _address),
    "POST /api/v1/privacy/items": ("analyst", _vault_item),
    **REGISTRY,
    **CASES,
    **MONITORING,
    **NOTICES,
}
"""Operation to who sends it, and what."""

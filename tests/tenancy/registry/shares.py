"""What the sweep of tenants knows of this part: see ``objects`` and ``test_control``."""

from __future__ import annotations

from datetime import timedelta

from phithak.base import clock
from phithak.registry.models import Appeal, DataShare, Suspension
from phithak.registry.services import shares
from tests.people import People
from tests.registry.factory import organisation_of
from tests.tenancy.kind import Kind
from tests.tenancy.makers import OWNER, SYSTEM, Made

_CENTRE = ("cert_admin", "cert_admin_2", "analyst", "auditor", "executive")
_INSIDERS = ("member_admin_b", "member_staff_b", "partner", *_CENTRE)


def share(people: People) -> Made:
    """A link by which the second hospital gives data to the partner."""
    made = shares.propose(
        SYSTEM,
        tenant_id=organisation_of(people, OWNER).pk,
        facts=shares.ShareFacts(
            holder_id=organisation_of(people, "partner").pk,
            fields=("name",),
            purpose="ส่งพัสดุมีเครื่องหมาย",
            until=clock.today() + timedelta(days=90),
        ),
    )
    shares.activate(SYSTEM, made)
    return Made(DataShare.objects.get(pk=made), "ส่งพัสดุมีเครื่องหมาย")


def suspension(people: People) -> Made:
    """A suspension of that link."""
    made = shares.suspend(SYSTEM, share(people).row.pk, reason="เหตุผลมีเครื่องหมาย")
    return Made(Suspension.objects.get(pk=made), str(made))


def appeal(people: People) -> Made:
    """An appeal of the partner against it."""
    made = shares.appeal(SYSTEM, suspension(people).row.pk, words="คำอุทธรณ์มีเครื่องหมาย")
    return Made(Appeal.objects.get(pk=made), str(made))


KINDS: dict[str, Kind] = {
    "share_id": Kind(
        share,
        _INSIDERS,
        (
            "/registry/shares/",
            "/registry/shares/?q=เครื่องหมาย",
            "/registry/shares/?format=json",
            "/registry/graph/",
            "/api/v1/registry/shares",
        ),
    ),
    "suspension_id": Kind(suspension, _INSIDERS),
    "appeal_id": Kind(appeal, _INSIDERS, ("/registry/appeals/", "/api/v1/registry/appeals")),
}
DOORS: dict[str, str] = {
    "phithak.registry.queries.shares.doors.visible_to": "share_id",
    "phithak.registry.queries.shares.doors.suspensions_visible_to": "suspension_id",
    "phithak.registry.queries.shares.doors.appeals_visible_to": "appeal_id",
}
SPARE: dict[str, str] = {
    "phithak.registry.queries.shares.stores.stores_visible_to": "shown on a list alone: tests/registry/shares",
}

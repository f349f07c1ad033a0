"""What the sweep of tenants knows of this part: see ``objects`` and ``test_control``."""

from __future__ import annotations

from phithak.base import clock
from phithak.base.text import Text
from phithak.registry.models import Agreement, SharingRule
from phithak.registry.services import agreements
from tests.people import People
from tests.registry.factory import organisation_of
from tests.tenancy.kind import Kind
from tests.tenancy.makers import OWNER, SYSTEM, Made

_CENTRE = ("cert_admin", "cert_admin_2", "analyst", "auditor", "executive")
_INSIDERS = ("member_admin_b", *_CENTRE)


def agreement(people: People) -> Made:
    """An agreement that the centre keeps and the second hospital is a party of."""
    today = clock.today()
    number = f"เครื่องหมาย {Agreement.objects.count()}"
    made = agreements.create(
        SYSTEM,
        tenant_id=organisation_of(people, "cert").pk,
        facts=agreements.AgreementFacts(
            number=number,
            title=Text("ข้อตกลงมีเครื่องหมาย", "Marked agreement"),
            kind="mou",
            scope="ขอบเขตมีเครื่องหมาย",
            starts_on=today,
            ends_on=today.replace(year=today.year + 1, day=1),
            flows=("sharing",),
        ),
        party_ids=[organisation_of(people, OWNER).pk],
    )
    return Made(Agreement.objects.get(pk=made), "ข้อตกลงมีเครื่องหมาย")


def rule(people: People) -> Made:
    """A rule towards the second hospital."""
    row = SharingRule.objects.get(agreement=agreement(people).row.pk)
    return Made(row, str(row.pk))


KINDS: dict[str, Kind] = {
    "agreement_id": Kind(
        agreement,
        _INSIDERS,
        (
            "/registry/agreements/",
            "/registry/agreements/?q=เครื่องหมาย",
            "/registry/agreements/?format=csv",
            "/api/v1/registry/agreements",
        ),
    ),
    "rule_id": Kind(rule, _INSIDERS),
}
DOORS: dict[str, str] = {
    "phithak.registry.queries.agreements.doors.visible_to": "agreement_id",
    "phithak.registry.queries.agreements.doors.rules_visible_to": "rule_id",
}
SPARE: dict[str, str] = {}

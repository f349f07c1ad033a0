"""A link that the hospital may appeal about, and an agreement of the tests' own centre."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from phithak.base import clock
from phithak.base.text import Text
from phithak.core.accounts import actors
from phithak.registry.models import Suspension
from phithak.registry.services import agreements, shares
from tests.people import People
from tests.registry.factory import organisation_of

_SYSTEM = actors.system("test")


def fill(sector: People) -> None:
    """Let the platform suspend what it gives to the hospital, and the centre agree with the hospital."""
    hospital = organisation_of(sector, "hospital").pk
    today = clock.today()
    made = shares.propose(
        _SYSTEM,
        tenant_id=organisation_of(sector, "platform").pk,
        facts=shares.ShareFacts(
            holder_id=hospital,
            fields=("name", "booking"),
            purpose="ส่งรายการจองคิวให้โรงพยาบาล",
            until=today + timedelta(days=90),
        ),
    )
    shares.activate(_SYSTEM, made)
    shares.suspend(_SYSTEM, made, reason="พบแหล่งเก็บข้อมูลที่เปิดสาธารณะ")
    agreed = agreements.create(
        _SYSTEM,
        tenant_id=sector.tenant_id("cert"),
        facts=agreements.AgreementFacts(
            number="บข. 7/2569",
            title=Text("บันทึกความเข้าใจสมมติ", "Imagined memorandum"),
            kind="mou",
            scope="แลกเปลี่ยนข้อมูลภัยคุกคาม",
            starts_on=today,
            ends_on=today + timedelta(days=50),
            data_kinds=("name", "phone"),
            flows=("sensor", "sharing", "data_flow"),
        ),
        party_ids=[hospital, organisation_of(sector, "platform").pk],
    )
    agreements.sign(_SYSTEM, agreed, organisation_id=hospital, signer="นายสมมติ ลงนาม", signed_on=today)


def places(sector: People) -> dict[str, tuple[str, str]]:
    """Return the page on which only the holder appeals."""
    held = Suspension.objects.filter(share__holder=sector.tenant_id("hospital")).first()
    return {"registry:appeal": (reverse("registry:appeal", args=[held.pk]), "member_admin")} if held else {}

"""The demo's cases at the centre of the test's people, and a restricted part for the analyst in both languages."""

from __future__ import annotations

from django.urls import reverse

from phithak.cases.models import Case, Meeting, Report
from phithak.cases.queries import visible_to
from phithak.cases.services import parts
from tests.people import People


def fill(sector: People) -> None:
    """Give the demo's cases to the centre whose people log in; the demo itself makes another centre."""
    cert = sector.tenant("cert")
    Case.objects.update(tenant=cert, originator=cert)
    Meeting.objects.update(tenant=cert)
    Report.objects.update(tenant=cert)


def places(sector: People) -> dict[str, tuple[str, str]]:
    """Return where the part and its naming of people are seen; nothing without a case."""
    maker = sector.actor("analyst")
    found = visible_to(maker).order_by("pk").first()
    if found is None:
        return {}
    part = parts.make(maker, found.pk, "ผู้ต้องสงสัย (สมมติ)")
    twin = sector.user("analyst:en").pk
    parts.grant(maker, part, twin, reason="ผู้สอบสวนร่วม")
    parts.add_to(maker, part, "บัญชีที่ใช้คือบัญชีกลางของแผนก")
    return {
        "cases:part": (reverse("cases:part", args=[part]), "analyst"),
        "cases:grant_part": (reverse("cases:grant_part", args=[part]), "analyst"),
    }

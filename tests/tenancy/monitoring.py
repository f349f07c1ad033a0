"""What the sweep of tenants knows of sites, senders, sources and searches: see ``objects`` and ``test_control``."""

from __future__ import annotations

from phithak.monitoring.models import SavedSearch, Sender, Site, Source
from tests.people import People
from tests.tenancy.kind import Kind
from tests.tenancy.makers import OWNER, Made

_DESK = ("cert_admin", "cert_admin_2", "analyst")
_SEE = (*_DESK, "executive", "auditor", "member_admin_b", "member_staff_b")


def site(people: People) -> Made:
    """A site."""
    row, _ = Site.objects.get_or_create(
        tenant=people.tenant(OWNER), defaults={"state": "planned", "note": "หน่วยงานมีเครื่องหมาย"}
    )
    return Made(row, str(row.pk))


def sender(people: People) -> Made:
    """A sender of that site."""
    of = site(people).row
    name = f"เครื่องมีเครื่องหมาย {Sender.objects.filter(site_id=of.pk).count() + 1}"
    row = Sender.objects.create(tenant=people.tenant(OWNER), site_id=of.pk, name=name, kind="sensor")
    return Made(row, name)


def source(people: People) -> Made:
    """A source of that sender."""
    row = Source.objects.create(
        sender_id=sender(people).row.pk, label="marked-source", kind="file", profile="syslog"
    )
    return Made(row, "marked-source")


def search(people: People) -> Made:
    """A saved search."""
    row = SavedSearch.objects.create(
        tenant=people.tenant(OWNER), name="การค้นมีเครื่องหมาย", question={"words": "", "span": "24h", "site": ""}
    )
    return Made(row, "การค้นมีเครื่องหมาย")


KINDS: dict[str, Kind] = {
    "site_id": Kind(site, _SEE, ("/monitoring/", "/api/v1/monitoring/sites")),
    "sender_id": Kind(sender, _DESK),
    "source_id": Kind(source, (*_DESK, "member_admin_b")),
    "search_id": Kind(search, ("member_admin_b",), ("/monitoring/events/",)),
}
DOORS: dict[str, str] = {
    "phithak.monitoring.queries.doors.visible_to": "site_id",
    "phithak.monitoring.queries.doors.senders_visible_to": "sender_id",
    "phithak.monitoring.queries.doors.sources_visible_to": "source_id",
    "phithak.monitoring.queries.doors.searches_visible_to": "search_id",
}
SPARE: dict[str, str] = {
    "phithak.monitoring.queries.doors.turns_visible_to": "no address names a turn; its list has its own test",
    "phithak.monitoring.queries.doors.silences_visible_to": "no address names a silence; its list has its own test",
}

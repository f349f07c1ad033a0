"""What the sweep of tenants knows of campaigns, recipients and address lists: see ``objects`` and ``test_control``."""

from __future__ import annotations

from phithak.core.accounts import actors
from phithak.core.privacy import services as privacy
from phithak.notices.models import AddressList, Campaign, DoNotSend, Recipient
from tests.people import People
from tests.tenancy import makers
from tests.tenancy.kind import Kind
from tests.tenancy.makers import OWNER, Made

_SYSTEM = actors.system("test")
_DESK = ("member_admin_b",)


def campaign(people: People) -> Made:
    """A campaign with a list."""
    text = makers.version(people).row
    row = Campaign.objects.create(
        tenant=people.tenant(OWNER), title="การแจ้งมีเครื่องหมาย", text_id=text.pk, channel="mail",
        source="notices.list", answers="done", state="running", list_hash="0" * 64, recipients=1,
    )  # fmt: skip
    return Made(row, "การแจ้งมีเครื่องหมาย")


def recipient(people: People) -> Made:
    """A recipient of that campaign who has not answered."""
    of = campaign(people).row
    row = Recipient.objects.create(
        campaign_id=of.pk, place=0, key="marked", channel="mail", code_hash="1" * 64, rounds=1
    )
    return Made(row, str(row.pk))


def address_list(people: People) -> Made:
    """A list of addresses."""
    row = AddressList.objects.create(tenant=people.tenant(OWNER), name="รายชื่อมีเครื่องหมาย")
    return Made(row, "รายชื่อมีเครื่องหมาย")


def barred(people: People) -> Made:
    """An address that wants nothing."""
    handle = privacy.seal(_SYSTEM, "email", "marked@example.th", tenant_id=people.tenant_id(OWNER))
    row = DoNotSend.objects.create(
        tenant=people.tenant(OWNER), channel="mail", address_id=handle, reason="เหตุผลมีเครื่องหมาย"
    )
    return Made(row, "เหตุผลมีเครื่องหมาย")


KINDS: dict[str, Kind] = {
    "campaign_id": Kind(campaign, _DESK, ("/notices/campaigns/", "/api/v1/notices/campaigns")),
    "recipient_id": Kind(recipient, _DESK, ("/notices/silent/", "/api/v1/notices/silent")),
    "list_id": Kind(address_list, _DESK, ("/notices/lists/", "/api/v1/notices/lists")),
    "barred_id": Kind(barred, _DESK, ("/notices/do-not-send/", "/api/v1/notices/do-not-send")),
}
DOORS: dict[str, str] = {
    "phithak.notices.queries.campaigns.campaigns_visible_to": "campaign_id",
    "phithak.notices.queries.campaigns.recipients_visible_to": "recipient_id",
    "phithak.notices.queries.lists.lists_visible_to": "list_id",
    "phithak.notices.queries.lists.barred_visible_to": "barred_id",
}

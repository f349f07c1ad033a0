"""Requests made by hand for campaigns and lists of addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from phithak.notices.models import AddressList, Campaign, DoNotSend, Recipient
from tests.api.request import Good
from tests.people import People

ROOT = "/api/v1/notices"
_WHY = {"reason": "ทดสอบการแจ้ง"}


def _in(state: str, **more: Any) -> Callable[[People], Good]:
    """Return a request about a campaign in a state; ``seen`` is filled with its version."""

    def find(_: People) -> Good:
        row = Campaign.objects.filter(state=state).order_by("pk").first()
        key = str(row.pk) if row else ""
        body = {**more, "seen": row.version if row else 1} if "seen" in more else more or None
        return Good({"campaign_id": key}, body=body)

    return find


def _plan(people: People) -> dict[str, Any]:
    list_id = str(AddressList.objects.filter(ended_at=None).values_list("pk", flat=True)[0])
    return {
        "tenant_id": str(people.tenant_id("cert")), "title": "แจ้งทาง API", "template": "M12",
        "source": "notices.list", "source_args": {"list": list_id}, "answers": "done",
        "facts": {"team": "ศูนย์", "id": "A-1", "period": "เดือนนี้", "due": "พรุ่งนี้"}, "tlp": "GREEN",
        "chase": [{"hours": 24, "step": "remind"}],
    }  # fmt: skip


def _change(people: People) -> Good:
    row = Campaign.objects.filter(state="draft").order_by("pk")[0]
    body = {name: value for name, value in _plan(people).items() if name != "tenant_id"}
    return Good({"campaign_id": str(row.pk)}, body={**body, "seen": row.version})


def _list(people: People, **body: Any) -> Good:
    row = AddressList.objects.filter(tenant=people.tenant_id("cert"), ended_at=None).order_by("pk")[0]
    return Good({"list_id": str(row.pk)}, body=body or None)


def _recipient(_: People, **body: Any) -> Good:
    row = Recipient.objects.filter(campaign__state="running").order_by("pk")[0]
    return Good({"recipient_id": str(row.pk)}, body=body or None)


def _barred(_: People) -> Good:
    return Good({"barred_id": str(DoNotSend.objects.values_list("pk", flat=True)[0])})


NOTICES: dict[str, tuple[str, Callable[[People], Good]]] = {
    f"POST {ROOT}/campaigns": ("analyst", lambda people: Good(body=_plan(people))),
    f"GET {ROOT}/campaigns/{{campaign_id}}": ("analyst", _in("running")),
    f"PUT {ROOT}/campaigns/{{campaign_id}}": ("analyst", _change),
    f"GET {ROOT}/campaigns/{{campaign_id}}/look": ("analyst", _in("listed")),
    f"GET {ROOT}/campaigns/{{campaign_id}}/recipients": ("analyst", _in("running")),
    f"POST {ROOT}/campaigns/{{campaign_id}}/gather": ("analyst", _in("draft", seen=1)),
    f"POST {ROOT}/campaigns/{{campaign_id}}/submit": ("analyst", _in("listed", seen=1)),
    f"POST {ROOT}/campaigns/{{campaign_id}}/return": ("analyst", _in("approved", **_WHY)),
    f"POST {ROOT}/campaigns/{{campaign_id}}/test": ("analyst", _in("listed")),
    f"POST {ROOT}/campaigns/{{campaign_id}}/stop": ("analyst", _in("running", **_WHY)),
    f"POST {ROOT}/campaigns/{{campaign_id}}/cancel": ("analyst", _in("stopped", **_WHY)),
    f"POST {ROOT}/campaigns/{{campaign_id}}/close": ("analyst", _in("stopped", **_WHY)),
    f"GET {ROOT}/recipients/{{recipient_id}}": ("analyst", _recipient),
    f"POST {ROOT}/recipients/{{recipient_id}}/answer": (
        "analyst",
        lambda people: _recipient(people, answer="done"),
    ),
    f"POST {ROOT}/lists": (
        "analyst",
        lambda people: Good(body={"tenant_id": str(people.tenant_id("cert")), "name": "อีกรายชื่อ"}),
    ),
    f"GET {ROOT}/lists/{{list_id}}": ("analyst", _list),
    f"POST {ROOT}/lists/{{list_id}}/addresses": (
        "analyst",
        lambda people: _list(people, addresses="new@example.th"),
    ),
    f"POST {ROOT}/do-not-send": (
        "analyst",
        lambda people: Good(
            body={"tenant_id": str(people.tenant_id("cert")), "address": "0812345679", **_WHY}
        ),
    ),
    f"POST {ROOT}/do-not-send/{{barred_id}}/end": ("analyst", _barred),
}
"""Operation to who sends it, and what."""

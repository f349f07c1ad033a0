"""Campaigns of the tests' own centre: one in each state that has pages of its own, with recipients of each kind."""

from __future__ import annotations

from datetime import timedelta

from phithak.base import clock
from phithak.notices import codes, queries, services
from phithak.notices.models import Campaign, Recipient, Template
from phithak.notices.services import campaigns, lists
from phithak.notices.services.campaigns import Plan
from phithak.notices.states import Answers
from tests.people import People

_PLACES = (
    {"channel": "mail", "rounds": 1},
    {"channel": "mail", "rounds": 2, "answer": "help", "how": "link"},
    {"channel": "sms", "rounds": 1, "answer": "done", "how": "call", "switched": "do_not_send"},
    {"channel": "sms", "rounds": 1, "to_call": True},
    {"skipped": "no_address", "to_call": True},
    {"skipped": "same_address"},
    {"channel": "mail"},
)


def fill(sector: People, title: str) -> None:
    """Put campaigns, a list of addresses and a do-not-send entry into the centre."""
    centre = sector.tenant_id("cert")
    analyst, admin = sector.actor("analyst"), sector.actor("cert_admin")
    for code in ("M12", "M7"):
        row = queries.latest(Template.objects.get(tenant=centre, code=code))
        if row.state == "draft":
            services.submit(analyst, row.pk, seen=row.text_hash)
        services.approve(admin, row.pk, seen=row.text_hash)
    list_id = lists.make_list(analyst, centre, name=title)
    lists.add_addresses(analyst, list_id, "somsri@example.th, 0812345678\n0898765432")
    lists.bar(analyst, centre, address="quiet@example.th", reason="ขอไม่รับอีเมลจากศูนย์")
    for state in ("draft", "listed", "submitted", "approved", "running", "stopped", "closed", "cancelled"):
        _campaign(sector, f"{state} {title}"[:200], state, str(list_id))


def _campaign(sector: People, title: str, state: str, list_id: str) -> None:
    facts = {"team": "ศูนย์เฝ้าระวัง", "id": "HC-ADV-2569-000007", "period": "เดือนนี้", "due": "30 พ.ย. 2569"}
    plan = Plan(
        title=title, template="M12", source="notices.list", source_args={"list": list_id}, facts=facts,
        answers=Answers.DONE, calls_per_hour=100,
    )  # fmt: skip
    campaign_id = campaigns.plan(sector.actor("analyst"), sector.tenant_id("cert"), plan)
    if state == "draft":
        return
    now = clock.now()
    values: dict[str, object] = {
        "state": state,
        "list_hash": "0" * 64,
        "recipients": len(_PLACES),
        "waves": 1,
    }
    if state != "listed":
        values |= {"seal": "a" * 64, "submitter": sector.user("analyst"), "submitted_at": now}
    if state not in {"listed", "submitted"}:
        values |= {
            "approver": sector.user("cert_admin"),
            "approved_at": now,
            "started_at": now,
            "next_wave": 1,
        }
    if state == "stopped":
        values["reason"] = "สายด่วนรับไม่ทัน"
    Campaign.objects.filter(pk=campaign_id).update(**values)
    told = state in {"running", "stopped", "closed"}
    for place, kind in enumerate(_PLACES):
        kept = kind if told or "skipped" in kind else {"channel": "mail"}
        row = Recipient(
            campaign_id=campaign_id, place=place, key=str(place), party=sector.tenant_id("hospital"), **kept
        )
        row.code_hash = codes.hash_of(codes.code_of(row.pk))
        if row.rounds:
            row.asked_at, row.due_at = now - timedelta(hours=2), now + timedelta(hours=22)
            row.step_at = None if row.answer else now + timedelta(hours=20)
        if row.answer:
            row.answered_at = now
        row.save(force_insert=True)

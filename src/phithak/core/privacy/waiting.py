"""What waits for a person here: destructions of keys that want a second person."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.accounts import permissions
from phithak.core.accounts.actors import Actor
from phithak.core.privacy import queries

_CONFIRM = Text("ยืนยันหรือถอนข้อเสนอทำลายกุญแจ {label}", "Confirm or withdraw: destroy key {label}")


def _items(actor: Actor) -> Iterator[contrib.WaitingItem]:
    if not permissions.get("privacy.key.destroy").roles & actor.roles:
        return
    for proposal in queries.waiting_destructions(actor).select_related("key").order_by("created_at"):
        yield contrib.WaitingItem(
            _CONFIRM.format(label=proposal.key.label),
            reverse("privacy:key", args=[proposal.key_id]),
            since=proposal.created_at,
        )


WAITING = contrib.Waiting("privacy.destructions", _items)

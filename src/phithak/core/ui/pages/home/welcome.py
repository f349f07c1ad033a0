"""The first steps of a fresh instance, for whoever can take them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from phithak.base.text import Text
from phithak.core.accounts import permissions, queries
from phithak.core.accounts.actors import Actor

_FEW_USERS = 1


@dataclass(frozen=True)
class Step:
    """One thing to do next, and where."""

    text: Text
    url: str


_STEPS = (
    ("accounts.user.view", "accounts:users", Text("เพิ่มผู้ใช้และให้บทบาท", "Add users and give them roles")),
    ("accounts.settings.view", "ui:settings", Text("ตรวจค่าตั้งของศูนย์", "Check the settings of the centre")),
    ("journal.entry.view", "journal:entries", Text("ดูบันทึกเหตุการณ์", "See the journal")),
    (
        "notices.template.view",
        "notices:templates",
        Text("ดูแม่แบบหนังสือแจ้ง", "See the templates of notices"),
    ),
)


def next_steps(actor: Actor) -> list[Step]:
    """Return the steps that the actor may take; none once more people than one work here."""
    if queries.visible_to(actor).count() > _FEW_USERS:
        return []
    held = set(permissions.held_by(actor))
    steps = []
    for permission, name, text in _STEPS:
        if permission not in held:
            continue
        try:
            steps.append(Step(text, reverse(name)))
        except NoReverseMatch:
            continue
    return steps

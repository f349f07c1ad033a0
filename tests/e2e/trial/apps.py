"""Registers the purpose in each process of the tests' server."""

from __future__ import annotations

from django.apps import AppConfig

from phithak.base.text import Text
from phithak.core import contrib
from phithak.core.contrib import LinkPurpose

PURPOSE = LinkPurpose(
    "trial.contact",
    Text("ตรวจการติดต่อ", "Contact check"),
    48,
    lambda _id: Text("ท่านได้รับข้อความจากศูนย์หรือไม่", "Did our message reach you?"),
    (("yes", Text("ได้รับ", "Yes")), ("no", Text("ไม่ได้รับ", "No"))),
    note=True,
)


class TrialConfig(AppConfig):
    """Registers the purpose."""

    name = "tests.e2e.trial"
    label = "trial"

    def ready(self) -> None:
        """Add the purpose to the links room."""
        contrib.link_purpose.register(PURPOSE)

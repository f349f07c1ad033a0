"""What the cases room shows elsewhere: menu, what waits, search, demo."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.cases import queries
from phithak.cases.demo import build
from phithak.cases.queries import meeting, reading, working
from phithak.cases.services import meetings
from phithak.core import contrib
from phithak.core.contrib import Demo, Loop, NavItem, SearchSource, Waiting

CASES = Text("เคส", "Cases")
_REMIND_SECONDS = 300.0


def register() -> None:
    """Fill the registries."""
    contrib.nav.register(
        NavItem(
            "cases.cases", Text("เคสทั้งหมด", "All cases"), "cases:cases",
            permission=queries.VIEW, group=CASES, order=20, icon="list",
        ),
        NavItem(
            "cases.tasks", Text("งาน", "Tasks"), "cases:tasks",
            permission=queries.VIEW, group=CASES, order=21, icon="check",
        ),
        NavItem(
            "cases.policy", Text("เวลาของคู่มือ", "Terms of playbooks"), "cases:policy",
            permission=queries.WORK, group=CASES, order=28, icon="clock",
        ),
        NavItem(
            "cases.meetings", Text("ประชุม", "Meetings"), "cases:meetings",
            permission=queries.VIEW, group=CASES, order=26, icon="calendar",
        ),
        NavItem(
            "cases.reports", Text("รายงานเหตุ", "Reports"), "cases:reports",
            permission=queries.REPORTS, group=CASES, order=22, icon="file",
        ),
        NavItem(
            "cases.phone", Text("รับสายแจ้งเหตุ", "Take a call"), "cases:phone",
            permission=queries.WORK, group=CASES, order=24, icon="phone",
        ),
    )  # fmt: skip
    contrib.waiting.register(
        Waiting("cases.queue", reading.waiting),
        Waiting("cases.tasks", working.waiting),
        Waiting("cases.meetings", meeting.waiting),
    )
    contrib.search.register(SearchSource("cases.cases", CASES, reading.find))
    contrib.loops.register(Loop("cases.remind", _REMIND_SECONDS, meetings.remind))
    contrib.demo.register(Demo("cases.demo", build, order=70))

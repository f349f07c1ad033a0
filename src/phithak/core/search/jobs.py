"""Jobs of the search room."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core.jobs.registry import Lane
from phithak.core.jobs.services import Run
from phithak.core.schedule import every
from phithak.core.search import services

_HOUR = 3600


@every(
    "search.chart",
    cron="*/5 * * * *",
    text=Text("ปรับผังดัชนีค้นหาให้เป็นปัจจุบัน", "Bring the charts of the search index up to date"),
    missed="skip",
    lane=Lane.HEAVY,
    timeout=_HOUR,
)
def chart(run: Run, due: str) -> None:  # noqa: ARG001 - a job takes its run and its moment
    """Tell the charts what was written; long lists are searched by them."""
    services.chart_all()

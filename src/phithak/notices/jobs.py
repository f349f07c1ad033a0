"""Jobs of the notices room."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core.jobs.registry import job
from phithak.core.jobs.services import Run
from phithak.notices import services


@job("notices.load_ready_texts", text=Text("นำเข้าแม่แบบพร้อมใช้", "Load the ready templates"))
def load_ready_texts(run: Run) -> None:  # noqa: ARG001 - a job takes its run
    """Load the ready texts for a centre that has just been made."""
    services.load_ready_texts()

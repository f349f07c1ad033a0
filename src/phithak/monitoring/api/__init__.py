"""The monitoring room over the API: the roll-out, senders and sources, silences, events; enrolment of sensors."""

from __future__ import annotations

from phithak.core.ui.api import Router
from phithak.monitoring.api import enrolling, events, senders, sites

router = Router()
for part in (sites.router, senders.router, events.router, enrolling.router):
    router.add_router("", part)

"""All writes of campaigns.

``planning`` (draft), ``gathering`` (the list), ``approving`` (two persons), ``running`` (start, stop, resume, end),
``sending`` (the job that queues), ``rendering`` (the words), ``answering``, ``chasing``, ``trying`` (test send),
``looking`` (what it will do).
"""

from phithak.notices.services.campaigns.answering import (
    PURPOSES,
    answered_by_link,
    record_answer,
    way_in,
)
from phithak.notices.services.campaigns.approving import approve, samples, send_back, submit
from phithak.notices.services.campaigns.chasing import tick
from phithak.notices.services.campaigns.gathering import gather
from phithak.notices.services.campaigns.looking import Look, Wave, look
from phithak.notices.services.campaigns.planning import DEFAULT_CHASE, Plan, change, plan, set_facts
from phithak.notices.services.campaigns.rendering import render
from phithak.notices.services.campaigns.running import cancel, close, resume, start, stop
from phithak.notices.services.campaigns.trying import send_test

__all__ = [
    "DEFAULT_CHASE",
    "PURPOSES",
    "Look",
    "Plan",
    "Wave",
    "answered_by_link",
    "approve",
    "cancel",
    "change",
    "close",
    "gather",
    "look",
    "plan",
    "record_answer",
    "render",
    "resume",
    "samples",
    "send_back",
    "send_test",
    "set_facts",
    "start",
    "stop",
    "submit",
    "tick",
    "way_in",
]

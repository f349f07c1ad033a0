"""Events over the API."""

from __future__ import annotations

import base64

from ninja import Field

from phithak.core.ui.api import Query, Request, Router, Schema, operation
from phithak.monitoring import queries
from phithak.monitoring.api.shapes import AnswerOut, EventOut, StepOut
from phithak.monitoring.queries import events as reading
from phithak.monitoring.queries.asking import DEFAULT_SPAN, Question

router = Router()


class Asked(Schema):
    """Query parameters of a search of events."""

    words: str = Field(
        "", max_length=500, description='such as src_ip:10.0.0.5 user:adm* -host:web1 "two words"'
    )
    span: str = Field(DEFAULT_SPAN, description="1h, 24h, 7d, 30d or 90d back from now")
    site: str = Field("", max_length=36, description="id of a site; empty for all")
    limit: int = Field(100, ge=1, le=1000)


@operation(
    router.get,
    "/events",
    permission=queries.EVENTS,
    response=AnswerOut,
    th="ค้นเหตุการณ์",
    en="Search events",
)
def events(request: Request, asked: Query[Asked]) -> AnswerOut:
    """Search the events of the sites that the caller may search."""
    answer = reading.ask(request.actor, Question(asked.words, asked.span, asked.site), limit=asked.limit)
    return AnswerOut(
        total=answer.total,
        steps=[StepOut(at=at, count=count) for at, count in answer.steps],
        events=[
            EventOut(
                tenant_id=one.tenant,
                time=reading.moment(one.time),
                received=reading.moment(one.received),
                offset=one.offset,
                number=one.number,
                columns=dict(one.columns),
                raw=base64.b64encode(one.raw).decode("ascii"),
            )
            for one in answer.events
        ],
    )

"""What the event store is told about keeping events, and its acts brought into the journal."""

from __future__ import annotations

from phithak.core import contrib
from phithak.core.accounts import actors
from phithak.core.db.transactions import write
from phithak.eventstore.retention import Act, acts
from phithak.monitoring.events import Tag
from phithak.monitoring.models import RetentionAct
from phithak.monitoring.services.projecting import layout

EVENTS = "monitoring.events_of"
_ACTOR = actors.system("retention")
_TAGS = {
    "condemned": Tag.EVENTS_CONDEMNED,
    "spared": Tag.EVENTS_SPARED,
    "removed": Tag.EVENTS_REMOVED,
}


def note_acts() -> int:
    """Write what retention did since the last call into the journal, each act once; return how many."""
    last = RetentionAct.objects.order_by("-number").values_list("number", flat=True).first() or 0
    done = acts(layout(), after=last)
    for act in done:
        with write("monitoring.retention"):
            RetentionAct(number=act.number).save(force_insert=True)
            _record(act)
    return len(done)


def _record(act: Act) -> None:
    contrib.record(
        _ACTOR,
        _TAGS[act.kind],
        (EVENTS, act.tenant),
        tenant_id=act.tenant,
        facts={
            "kind": act.retention,
            "day": act.day,
            "events": act.events,
            "files": act.files,
            "size": act.size,
        },
        count=act.files,
    )

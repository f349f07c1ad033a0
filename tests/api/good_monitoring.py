"""Requests made by hand for the monitoring room."""

from __future__ import annotations

from collections.abc import Callable

from phithak.core.accounts import actors
from phithak.monitoring.models import Sender, Site, Source
from phithak.monitoring.queries.states import SenderKind
from phithak.monitoring.services import enrolment, senders, sites
from tests.api.request import Good
from tests.people import People
from tests.registry.factory import organisation

ROOT = "/api/v1/monitoring"
_SYSTEM = actors.system("test")


def _tenant(people: People) -> str:
    return str(organisation(people).pk)


def _site_id(people: People) -> str:
    found = Site.objects.order_by("pk").first()
    if found is not None:
        return str(found.pk)
    return str(sites.add_site(_SYSTEM, tenant_id=organisation(people).pk))


def _sender_of(kind: SenderKind) -> Callable[[People], str]:
    def find(people: People) -> str:
        found = Sender.objects.filter(kind=kind, revoked_at=None).order_by("pk").first()
        if found is not None:
            return str(found.pk)
        site = Site.objects.get(pk=_site_id(people))
        return str(senders.add_sender(_SYSTEM, site.pk, name=f"made {kind}", kind=kind))

    return find


_sensor, _agent = _sender_of(SenderKind.SENSOR), _sender_of(SenderKind.AGENT)


def _source_id(people: People) -> str:
    found = Source.objects.order_by("pk").first()
    if found is not None:
        return str(found.pk)
    facts = senders.SourceFacts("made", "file", "syslog", "/var/log/made.log")
    sender = Sender.objects.get(pk=_sensor(people))
    return str(senders.add_source(_SYSTEM, sender.pk, facts))


def _template() -> dict[str, object]:
    source = {"label": "his", "kind": "file", "profile": "syslog", "place": "", "local": True}
    return {
        "phithak_site_template": 1,
        "pilot": "ต้นแบบ",
        "senders": [{"name": "sensor", "kind": "sensor", "caps": {}, "sources": [source]}],
    }


def _enrol(people: People) -> Good:
    sender = Sender.objects.get(pk=_sensor(people))
    code = enrolment.make_code(_SYSTEM, sender.pk)
    return Good(body={"code": code, "name": "box", "system": "Debian", "version": "1.0"})


_CHANGE = {"state": "agreed", "wave": 2, "pilot": False, "note": ""}
_SOURCE = {"label": "web", "kind": "file", "profile": "web", "place": "/var/log/web.log", "local": False}

MONITORING: dict[str, tuple[str, Callable[[People], Good]]] = {
    f"POST {ROOT}/sites": ("analyst", lambda people: Good(body={"tenant_id": _tenant(people)})),
    f"POST {ROOT}/sites/apply": (
        "analyst",
        lambda people: Good(body={"template": _template(), "tenant_ids": [_tenant(people)], "wave": 2}),
    ),
    f"GET {ROOT}/sites/{{site_id}}": ("analyst", lambda people: Good({"site_id": _site_id(people)})),
    f"PUT {ROOT}/sites/{{site_id}}": (
        "analyst",
        lambda people: Good({"site_id": _site_id(people)}, body=_CHANGE),
    ),
    f"POST {ROOT}/sites/{{site_id}}/template": (
        "analyst",
        lambda people: Good({"site_id": _site_id(people)}),
    ),
    f"POST {ROOT}/sites/{{site_id}}/senders": (
        "analyst",
        lambda people: Good({"site_id": _site_id(people)}, body={"name": "second", "kind": "agent"}),
    ),
    f"POST {ROOT}/senders/{{sender_id}}/sources": (
        "analyst",
        lambda people: Good({"sender_id": _sensor(people)}, body=_SOURCE),
    ),
    f"POST {ROOT}/senders/{{sender_id}}/code": (
        "analyst",
        lambda people: Good({"sender_id": _sensor(people)}),
    ),
    f"POST {ROOT}/senders/{{sender_id}}/token": (
        "analyst",
        lambda people: Good({"sender_id": _agent(people)}),
    ),
    f"POST {ROOT}/enrol": ("analyst", _enrol),
    f"POST {ROOT}/sources/{{source_id}}/place": (
        "analyst",
        lambda people: Good({"source_id": _source_id(people)}, body={"place": "/srv/log"}),
    ),
    f"POST {ROOT}/sources/{{source_id}}/switch": (
        "analyst",
        lambda people: Good({"source_id": _source_id(people)}, body={"on": False, "reason": "ทดสอบ"}),
    ),
    f"GET {ROOT}/events": ("analyst", lambda _: Good(query={"words": "user:root", "span": "1h"})),
    f"POST {ROOT}/senders/{{sender_id}}/revoke": (
        "analyst",
        lambda people: Good({"sender_id": _agent(people)}),
    ),
}
"""Operation to who sends it, and what."""

"""People, positions and contacts: every read of this part, for its own pages and for other rooms.

The doors are ``people_visible_to``, ``positions_visible_to`` and ``contacts_visible_to``. ``call_now`` names whom to
call, ``route`` who receives a message, ``addressed`` how a letter names somebody.
"""

from __future__ import annotations

from phithak.registry.queries.people_calls import (
    CallPlan,
    CallStep,
    call_now,
    contact_ids_for_drill,
    countries_called,
    label_of,
    on_duty_keys,
    pattern_of,
)
from phithak.registry.queries.people_doors import (
    CALL,
    CONTACT,
    MANAGE,
    PERSON,
    POSITION,
    VIEW,
    contact,
    contacts_visible_to,
    organisation,
    organisations_for,
    people_visible_to,
    person,
    position,
    positions_visible_to,
)
from phithak.registry.queries.people_people import (
    Addressed,
    addressed,
    fit,
    position_title,
    positions_held,
    short_name,
    shown_name,
)
from phithak.registry.queries.people_routing import (
    TLP,
    Left,
    MessageKind,
    Route,
    SendingRoute,
    route,
    routes_for_sending,
    routing,
    sending_route,
)
from phithak.registry.queries.people_scope import of_organisations, organisations_within

__all__ = [
    "CALL",
    "CONTACT",
    "MANAGE",
    "PERSON",
    "POSITION",
    "TLP",
    "VIEW",
    "Addressed",
    "CallPlan",
    "CallStep",
    "Left",
    "MessageKind",
    "Route",
    "SendingRoute",
    "addressed",
    "call_now",
    "contact",
    "contact_ids_for_drill",
    "contacts_visible_to",
    "countries_called",
    "fit",
    "label_of",
    "of_organisations",
    "on_duty_keys",
    "organisation",
    "organisations_for",
    "organisations_within",
    "pattern_of",
    "people_visible_to",
    "person",
    "position",
    "position_title",
    "positions_held",
    "positions_visible_to",
    "route",
    "routes_for_sending",
    "routing",
    "sending_route",
    "short_name",
    "shown_name",
]

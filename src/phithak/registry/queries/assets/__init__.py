"""Assets: the closed lists, who sees what, whose an address is, what is linked to what.

For other parts and rooms: ``owner_of_ip``, ``owner_of_domain``, ``may_be_scanned``, ``linked``, the doors
``…_visible_to``, and the lists ``Place``, ``Technique``, ``DataKind``, ``Exposure``.
"""

from __future__ import annotations

from phithak.registry.queries.assets.doors import (
    DEVICE,
    DOMAIN,
    LINK,
    MANAGE,
    RANGE,
    SOFTWARE,
    STORE,
    SYSTEM,
    VIEW,
    devices_visible_to,
    domains_visible_to,
    links_visible_to,
    one,
    owners_visible_to,
    ranges_visible_to,
    software_visible_to,
    store_kinds_visible_to,
    stores_checked_by,
    stores_visible_to,
    systems_visible_to,
)
from phithak.registry.queries.assets.kinds import Claim, DataKind, Direction, Exposure, Place, Technique
from phithak.registry.queries.assets.linked import Hop, Linked, Node, is_on, linked
from phithak.registry.queries.assets.owners import (
    Owner,
    Verdict,
    may_be_scanned,
    not_known,
    owner_of_domain,
    owner_of_ip,
    owners_of_ip,
)

__all__ = [
    "DEVICE",
    "DOMAIN",
    "LINK",
    "MANAGE",
    "RANGE",
    "SOFTWARE",
    "STORE",
    "SYSTEM",
    "VIEW",
    "Claim",
    "DataKind",
    "Direction",
    "Exposure",
    "Hop",
    "Linked",
    "Node",
    "Owner",
    "Place",
    "Technique",
    "Verdict",
    "devices_visible_to",
    "domains_visible_to",
    "is_on",
    "linked",
    "links_visible_to",
    "may_be_scanned",
    "not_known",
    "one",
    "owner_of_domain",
    "owner_of_ip",
    "owners_of_ip",
    "owners_visible_to",
    "ranges_visible_to",
    "software_visible_to",
    "store_kinds_visible_to",
    "stores_checked_by",
    "stores_visible_to",
    "systems_visible_to",
]

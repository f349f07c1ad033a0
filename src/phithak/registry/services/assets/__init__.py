"""All writes of assets."""

from __future__ import annotations

from phithak.registry.services.assets.claims import Settlement
from phithak.registry.services.assets.devices import DeviceFacts, add_device, change_device, end_device
from phithak.registry.services.assets.domains import (
    DomainFacts,
    add_domain,
    change_domain,
    end_domain,
    settle_domain,
)
from phithak.registry.services.assets.links import (
    LinkFacts,
    add_link,
    change_link,
    end_link,
    switch_link_off,
    switch_link_on,
)
from phithak.registry.services.assets.ranges import (
    RangeFacts,
    add_range,
    change_range,
    end_range,
    settle_range,
)
from phithak.registry.services.assets.software import (
    Pasted,
    SoftwareFacts,
    add_software,
    change_software,
    end_software,
    paste_software,
)
from phithak.registry.services.assets.stores import (
    StoreFacts,
    add_store,
    change_store,
    end_store,
    set_exposure,
)
from phithak.registry.services.assets.systems import (
    Party,
    SystemFacts,
    add_system,
    change_system,
    end_system,
)

__all__ = [
    "DeviceFacts",
    "DomainFacts",
    "LinkFacts",
    "Party",
    "Pasted",
    "RangeFacts",
    "Settlement",
    "SoftwareFacts",
    "StoreFacts",
    "SystemFacts",
    "add_device",
    "add_domain",
    "add_link",
    "add_range",
    "add_software",
    "add_store",
    "add_system",
    "change_device",
    "change_domain",
    "change_link",
    "change_range",
    "change_software",
    "change_store",
    "change_system",
    "end_device",
    "end_domain",
    "end_link",
    "end_range",
    "end_software",
    "end_store",
    "end_system",
    "paste_software",
    "set_exposure",
    "settle_domain",
    "settle_range",
    "switch_link_off",
    "switch_link_on",
]

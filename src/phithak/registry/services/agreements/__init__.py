"""All writes of agreements: acts of persons (``acts``), what ends and reminds by itself (``holding``)."""

from phithak.registry.services.agreements.acts import (
    AgreementFacts,
    add_party,
    attach,
    change,
    create,
    end,
    open_copy,
    sign,
    switch,
)
from phithak.registry.services.agreements.holding import remind, settle

__all__ = [
    "AgreementFacts",
    "add_party",
    "attach",
    "change",
    "create",
    "end",
    "open_copy",
    "remind",
    "settle",
    "sign",
    "switch",
]

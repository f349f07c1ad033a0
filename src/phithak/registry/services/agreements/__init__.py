"""All writes of agreements: acts of persons (``acts``, ``rules``), what ends and reminds by itself (``holding``)."""

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
from phithak.registry.services.agreements.rules import RuleFacts, change_rule

__all__ = [
    "AgreementFacts",
    "RuleFacts",
    "add_party",
    "attach",
    "change",
    "change_rule",
    "create",
    "end",
    "open_copy",
    "remind",
    "settle",
    "sign",
    "switch",
]

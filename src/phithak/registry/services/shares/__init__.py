"""All writes of data-sharing links: acts of persons, appeals, what happens by itself, mails to the other side."""

from phithak.registry.services.shares.acts import (
    ShareFacts,
    activate,
    change,
    end,
    lift,
    propose,
    suspend,
)
from phithak.registry.services.shares.appeals import appeal, decide_appeal
from phithak.registry.services.shares.bringing import Brought, Fault, bring
from phithak.registry.services.shares.holding import settle

__all__ = [
    "Brought",
    "Fault",
    "ShareFacts",
    "activate",
    "appeal",
    "bring",
    "change",
    "decide_appeal",
    "end",
    "lift",
    "propose",
    "settle",
    "suspend",
]

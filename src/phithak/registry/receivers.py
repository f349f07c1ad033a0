"""What the registry does when something happens elsewhere."""

from __future__ import annotations

from phithak.core import signals
from phithak.core.signals import Signal
from phithak.registry.services import organisations


def connect() -> None:
    """Listen; called once when the apps are ready."""
    signals.receive(Signal.TENANT_CHANGED, organisations.follow_tenant)

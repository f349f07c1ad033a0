"""What the sweep of tenants knows of alerts: see ``objects`` and ``test_control``."""

from __future__ import annotations

SPARE: dict[str, str] = {
    "phithak.detection.queries.visible_to": "no address names an alert yet; who sees which has its own test"
}
"""Doors that guard no object of an address, each with why."""

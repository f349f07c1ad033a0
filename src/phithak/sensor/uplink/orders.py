"""What the centre may set at a sensor: less, never more.

It may switch a source off (and on again what it had switched off itself), lower the caps, and renew its authority.
It cannot switch on what the hospital switched off, add a source, read another file or run anything.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from phithak.sensor.identity import Identity, certificates
from phithak.sensor.settings import Caps, Settings
from phithak.sensor.spool import State, Switches
from phithak.sensor.spool.switches import CENTRE
from phithak.sensor.uplink.link import Link

_OK = 200
_VERSION, _ORDERS = "centre-settings-version", "centre-settings"
_BYTES = {
    "disk_mb": ("disk", 20),
    "upload_kbytes": ("upload", 10),
    "upload_night_kbytes": ("upload_night", 10),
}


class Orders:
    """The centre's settings of this sensor, as last fetched.

    Args:
        settings: of the hospital; the sources are named there.
        state: where the orders are kept between starts.
        identity: holds the authority.
    """

    def __init__(self, settings: Settings, state: State, identity: Identity) -> None:
        self._settings = settings
        self._state = state
        self._identity = identity
        self._switches = Switches(state)

    @property
    def version(self) -> str:
        """The version of the settings that this sensor runs with, "" for none."""
        return self._state.fact(_VERSION)

    def fetch(self, link: Link, version: str) -> bool:
        """Fetch and apply the orders, which the centre says are of this version; true when they were applied.

        Raises:
            UnreachableError: no answer came.
        """
        answer = link.ask("GET", "/v1/settings", tag=f'"{self.version}"' if self.version else "")
        if answer.status != _OK:
            return False
        try:
            told = json.loads(answer.body.decode("utf-8"))
        except (ValueError, RecursionError):
            return False
        if not isinstance(told, dict):
            return False
        self._apply(told)
        self._state.set_fact(_ORDERS, json.dumps(told, ensure_ascii=False))
        self._state.set_fact(_VERSION, answer.tag.strip('"') or version)
        return True

    def _apply(self, told: dict[str, Any]) -> None:
        sources = told.get("sources")
        for one in self._settings.sources:
            wanted = sources.get(one.label) if isinstance(sources, dict) else None
            if not isinstance(wanted, dict) or not isinstance(wanted.get("on"), bool):
                continue
            if wanted["on"] != self._switches.is_on(one.label, CENTRE):
                person, reason = str(wanted.get("by") or "ศูนย์"), str(wanted.get("reason") or "")
                self._switches.turn(one.label, on=wanted["on"], person=person, reason=reason, side=CENTRE)
        authority = told.get("ca")
        if isinstance(authority, str) and certificates(authority):
            self._identity.add_authority(authority)

    def caps(self) -> Caps:
        """Return the hospital's caps, lowered where the centre asks for it."""
        caps = self._settings.caps
        try:
            told = json.loads(self._state.fact(_ORDERS, "{}")).get("caps")
        except ValueError:
            told = None
        for name, value in told.items() if isinstance(told, dict) else ():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
                continue
            if name == "cpu_percent":
                caps = replace(caps, cpu=min(caps.cpu, float(value)))
            elif name in _BYTES:
                field, shift = _BYTES[name]
                lowered = min(getattr(caps, field), int(value) << shift)
                caps = replace(caps, **{field: lowered})
        return caps

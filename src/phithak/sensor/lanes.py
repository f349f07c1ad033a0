"""Which events are worth most: alerts go first, events of little value are the first to be dropped.

A source may name its own patterns; else the kind of its profile tells. Looking costs little: one search over all
events together, and event by event only where something was found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LOW, NORMAL, ALERT = 0, 1, 2
NAMES = ("low", "normal", "alert")

_ALERTS = {
    "eve": rb'"event_type":\s*"(?:alert|anomaly)"',
    "zeek": rb'"(?:note|notice|seen\.indicator)":\s*"',
    # the log was cleared, audit policy changed, malware found, protection switched off, a service installed
    "windows": rb"(?:event_id|EventID|EventId|\"Id)\"?(?: Qualifiers='[0-9]*')?[>:]\s*\"?"
    rb"(?:1102|104|4719|1116|1117|5001|7045|4697|4740|4765|4766)\b",
}
_LOWS = {
    "eve": rb'"event_type":\s*"(?:flow|netflow|stats|fileinfo|quic)"',
    # the packet filter's every connection, handles opened and closed, token rights adjusted
    "windows": rb"(?:event_id|EventID|EventId|\"Id)\"?(?: Qualifiers='[0-9]*')?[>:]\s*\"?"
    rb"(?:5156|5157|5158|5152|4658|4656|4690|4703)\b",
}
_PRIORITY = re.compile(rb"<([0-9]{1,3})>")
_CRITICAL, _DEBUG = 2, 7
_SEVERITIES = 8


class Sorter:
    """Sorts the events of one source into lanes.

    Args:
        profile: name of its privacy profile, which tells what kind of events they are.
        usual: lane of events that no pattern fits.
        alert, low: the source's own patterns, over those of the kind.
    """

    def __init__(
        self, profile: str, usual: int = NORMAL, alert: bytes | None = None, low: bytes | None = None
    ) -> None:
        self._usual = usual
        self._by_priority = profile == "syslog" and alert is None and low is None
        alert = _ALERTS.get(profile) if alert is None else alert
        low = _LOWS.get(profile) if low is None else low
        self._alert = re.compile(alert) if alert else None
        self._low = re.compile(low) if low else None

    def split(self, events: Sequence[bytes]) -> dict[int, list[bytes]]:
        """Return the events by lane, each lane in their order."""
        if self._by_priority:
            return self._by_severity(events)
        block = b"\n".join(events)
        has_alert = self._alert is not None and self._alert.search(block)
        has_low = self._low is not None and self._low.search(block)
        if not has_alert and not has_low:
            return {self._usual: list(events)}
        found: dict[int, list[bytes]] = {}
        for event in events:
            found.setdefault(self._lane(event), []).append(event)
        return found

    def _lane(self, event: bytes) -> int:
        if self._alert is not None and self._alert.search(event):
            return ALERT
        return LOW if self._low is not None and self._low.search(event) else self._usual

    def _by_severity(self, events: Sequence[bytes]) -> dict[int, list[bytes]]:
        found: dict[int, list[bytes]] = {}
        lanes: dict[bytes, int] = {}
        for event in events:
            start = event[:5]
            lane = lanes.get(start)
            if lane is None:
                lane = lanes[start] = self._severity(start)
            found.setdefault(lane, []).append(event)
        return found

    def _severity(self, start: bytes) -> int:
        """Emergency, alert and critical are alerts, debug is low (RFC 5424 section 6.2.1)."""
        match = _PRIORITY.match(start)
        if not match:
            return self._usual
        severity = int(match[1]) % _SEVERITIES
        if severity <= _CRITICAL:
            return ALERT
        return LOW if severity == _DEBUG else self._usual

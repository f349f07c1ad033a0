"""How fast and when to send: the uplink's share by day and by night, and how long to wait after a failure."""

from __future__ import annotations

from random import SystemRandom

from phithak.sensor import lanes, moments
from phithak.sensor.settings import Caps

_random = SystemRandom()  # spreads load over time, so that sensors never come in step
_HALF = 0.5
_FIRST, _LONGEST, _HOLD = 1.0, 300.0, 300.0
_LIVE_SECONDS = 900  # what was sealed within a quarter of an hour is the present, older is what piled up


class Backoff:
    """Waiting after failures: twice as long each time, up to five minutes, never in step with other sensors."""

    def __init__(self) -> None:
        self._next = _FIRST

    def after_failure(self, retry_after: float = 0.0) -> float:
        """Return seconds to wait; at least ``retry_after`` where the centre named a time."""
        spread = self._next * (0.5 + _random.random() / 2)
        self._next = min(self._next * 2, _LONGEST)
        return max(spread, retry_after + (_random.random() * min(retry_after, 10) / 2))

    def after_success(self) -> None:
        """Begin from the shortest wait again."""
        self._next = _FIRST

    @staticmethod
    def hold() -> float:
        """Return seconds until the next try when a person has to act first."""
        return _HOLD * (0.8 + _random.random() * 0.4)


class Pace:
    """The uplink's share.

    By day what piled up waits unless it is an alert, as long as there is a night to come for it; at night it goes too.
    """

    def __init__(self, caps: Caps) -> None:
        self.caps = caps
        self._debt_until = 0.0

    def is_night(self, hour: float) -> bool:
        """Tell whether an hour of the day lies in the night of the settings."""
        begin, end = self.caps.night
        return begin <= hour < end if begin <= end else hour >= begin or hour < end

    def order(self, hour: float, spool_share: float) -> tuple[int, int]:
        """Return (lowest lane that is sent whatever its age, moment since when all lanes are sent).

        Args:
            hour: of the day, by the machine's clock.
            spool_share: how full the spool is, 0 to 1; over a half nothing waits for the night.
        """
        if self.is_night(hour) or spool_share > _HALF:
            return lanes.LOW, 0
        return lanes.ALERT, moments.micros() - _LIVE_SECONDS * moments.SECOND

    def wait(self, size: int, hour: float) -> float:
        """Return seconds to wait before so many bytes may be sent, and count them as sent."""
        rate = self.caps.upload_night if self.is_night(hour) else self.caps.upload
        now = moments.steady()
        begin = max(self._debt_until, now)
        self._debt_until = begin + size / rate
        return begin - now

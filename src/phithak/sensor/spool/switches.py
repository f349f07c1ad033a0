"""The switch of each source: a source is collected while neither side has switched it off.

Whoever turns it gives a name; nothing of the log is ever changed or removed. The hospital's side lies here, the
centre's side comes with the settings; the heartbeat tells both to the centre, the local page shows both here.
"""

from __future__ import annotations

from dataclasses import dataclass

from phithak.sensor import moments
from phithak.sensor.errors import SensorError
from phithak.sensor.spool.state import State

HERE, CENTRE = "hospital", "centre"
_LONGEST = 120


@dataclass(frozen=True)
class Switch:
    """One turn of a switch: which side, on or off, by whom, why, when (microseconds, UTC)."""

    source: str
    side: str
    on: bool
    person: str
    reason: str
    moment: int


class Switches:
    """The switches of a sensor's sources."""

    def __init__(self, state: State) -> None:
        self._state = state

    def turn(self, source: str, *, on: bool, person: str, reason: str = "", side: str = HERE) -> Switch:
        """Turn a switch and log it.

        Raises:
            SensorError: ``sensor.person``, nobody is named.
        """
        person, reason = " ".join(person.split())[:_LONGEST], " ".join(reason.split())[:_LONGEST]
        if not person:
            raise SensorError(
                "sensor.person",
                "ต้องบอกชื่อผู้เปิดหรือปิดแหล่งข้อมูล",
                "Say who switches the source on or off.",
            )
        turned = Switch(source, side, on, person, reason, moments.micros())
        with self._state.write() as rows:
            rows.execute(
                "INSERT INTO switch (source, side, turned_on, person, reason, moment) VALUES (?, ?, ?, ?, ?, ?)",
                (source, side, int(on), person, reason, turned.moment),
            )
        return turned

    def last(self, source: str, side: str = "") -> Switch | None:
        """Return the last turn of a source's switch, of one side or of either; None when never turned."""
        rows = self._state.read(
            "SELECT source, side, turned_on, person, reason, moment FROM switch"
            " WHERE source = ? AND (? = '' OR side = ?) ORDER BY id DESC LIMIT 1",
            source, side, side,
        )  # fmt: skip
        return Switch(rows[0][0], rows[0][1], bool(rows[0][2]), *rows[0][3:]) if rows else None

    def is_on(self, source: str, side: str = "") -> bool:
        """Tell whether a source is collected: no side (or not this one) has switched it off."""
        sides = (side,) if side else (HERE, CENTRE)
        turned = [self.last(source, one) for one in sides]
        return all(one is None or one.on for one in turned)

    def log(self, most: int = 100) -> list[Switch]:
        """Return the last turns of all switches, newest first."""
        rows = self._state.read(
            "SELECT source, side, turned_on, person, reason, moment FROM switch ORDER BY id DESC LIMIT ?",
            most,
        )
        return [Switch(row[0], row[1], bool(row[2]), *row[3:]) for row in rows]

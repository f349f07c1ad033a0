"""Badges of assets, the same in lists and on pages."""

from __future__ import annotations

from phithak.base.text import Text
from phithak.core.ui.tables import State
from phithak.registry.models import DataLink, DataStore, Domain, IpRange
from phithak.registry.queries.assets import is_on
from phithak.registry.queries.assets.kinds import Claim, Exposure

ENDED = State("ended", Text("เลิกใช้แล้ว", "Ended"), "neutral")
_HELD = State(Claim.HELD.value, Claim.HELD.text, "good")
_CONTESTED = State(Claim.CONTESTED.value, Claim.CONTESTED.text, "warn")
_EXPOSURES = {
    Exposure.PUBLIC: State(Exposure.PUBLIC.value, Exposure.PUBLIC.text, "bad"),
    Exposure.PRIVATE: State(Exposure.PRIVATE.value, Exposure.PRIVATE.text, "good"),
    Exposure.UNKNOWN: State(Exposure.UNKNOWN.value, Exposure.UNKNOWN.text, "unknown"),
}
ON = State("on", Text("เปิด", "On"), "good")
OFF = State("off", Text("ปิด", "Off"), "neutral")
_LAPSED = State("lapsed", Text("ปิด ข้อตกลงสิ้นสุด", "Off: the agreement is over"), "warn")


def claim_state(row: Domain | IpRange) -> State:
    """Return whether a domain or range counts."""
    if row.ended_at is not None:
        return ENDED
    return _CONTESTED if row.claim == Claim.CONTESTED else _HELD


def exposure_state(row: DataStore) -> State:
    """Return what is known of a store's exposure; what nobody checked is not shown as closed."""
    found = Exposure(row.exposure)
    # a word without a check behind it counts for nothing
    return _EXPOSURES[found if row.checked_at is not None else Exposure.UNKNOWN]


def link_state(row: DataLink) -> State:
    """Return whether a link is on now."""
    if row.ended_at is not None:
        return ENDED
    if is_on(row):
        return ON
    return _LAPSED if row.active else OFF

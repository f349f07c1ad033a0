"""How the centre settles a claim on a name or range that another organisation holds."""

from __future__ import annotations

from enum import StrEnum

from phithak.base.text import Text


class Settlement(StrEnum):
    """What becomes of a contested claim."""

    SHARE = "share"
    TAKE_OVER = "take_over"
    REFUSE = "refuse"

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return _SETTLEMENTS[self]


_SETTLEMENTS = {
    Settlement.SHARE: Text("ยอมรับ ถือร่วมกันได้", "Accept; both hold it"),
    Settlement.TAKE_OVER: Text("ยอมรับ และปิดรายการของอีกฝ่าย", "Accept; the other's entry ends"),
    Settlement.REFUSE: Text("ไม่ยอมรับ ปิดรายการนี้", "Refuse; this entry ends"),
}

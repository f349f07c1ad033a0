"""What teams and shifts refuse."""

from __future__ import annotations

from phithak.base.errors import ConflictError
from phithak.base.text import Text


class OverlapError(ConflictError):
    """One person would be on duty twice at once."""

    code = "registry.shift_overlap"
    text = Text(
        "{name} มีเวรซ้อนกันช่วง {when_th} (ทีม {team_th}) โปรดเปลี่ยนเวลาหรือสลับเวรก่อน",
        "{name} is on duty already at {when_en} (team {team_en}). Change the times or swap shifts first.",
    )


class ShiftOverError(ConflictError):
    """The shift has ended or was cancelled."""

    code = "registry.shift_over"
    text = Text("เวรนี้จบหรือถูกยกเลิกแล้ว", "This shift has ended or was cancelled.")


class TeamEndedError(ConflictError):
    """The team has ended."""

    code = "registry.team_ended"
    text = Text("ทีมนี้ยุบแล้ว โปรดใช้ทีมอื่น", "This team has ended. Use another one.")

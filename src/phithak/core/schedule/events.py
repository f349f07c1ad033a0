"""What the journal keeps of this room: acts of persons."""

from __future__ import annotations

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Closed list of the room's journal tags; slots are keys of the facts."""

    PAUSED = ("schedule:schedule:paused", "พักตารางเวลา {schedule}", "Paused schedule {schedule}")
    RESUMED = ("schedule:schedule:resumed", "เปิดตารางเวลา {schedule} ต่อ", "Resumed schedule {schedule}")
    RUN_NOW = ("schedule:schedule:run_now", "สั่งตารางเวลา {schedule} ทำทันที", "Ran schedule {schedule} at once")

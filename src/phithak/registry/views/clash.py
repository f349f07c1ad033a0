"""Two people at one record: a field that the other one changed meanwhile, for the second one to decide on."""

from __future__ import annotations

from dataclasses import dataclass

from phithak.base.text import Text

KEEP, TAKE = "mine", "theirs"
"""What can be decided of a field."""

PREFIX = "take_"
"""Leads the name of a decision; the field's own name follows."""

NOTHING = Text("(ว่าง)", "(empty)")
YES, NO = Text("ใช่", "Yes"), Text("ไม่ใช่", "No")


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed meanwhile.

    Attributes:
        name: of the field.
        label: what people call it.
        before: as it stood when the person began; "" when that is not shown.
        theirs: as it stands now.
        mine: as the person typed it.
        keeps: whether the person's own is proposed: only where they had changed it too.
    """

    name: str
    label: Text
    before: str
    theirs: str
    mine: str
    keeps: bool

"""What a check of the live journal can find, and its report."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from phithak.base.text import Text

MAX_FINDINGS = 200


class Kind(StrEnum):
    """What is wrong."""

    ALTERED = "altered"
    ENTRY_MISSING = "entry missing"
    NUMBER_MISSING = "number missing"
    EXTRA_ENTRY = "extra entry"
    EXTRA_NUMBER = "extra number"
    QUEUED_MISSING = "queued entry missing"
    RENUMBERED = "renumbered"
    ROOT = "root"
    CHECKPOINT = "checkpoint"
    SIGNATURE = "signature"
    STATE = "state"


_TEXTS = {
    Kind.ALTERED: Text(
        "รายการลำดับ {first} ({entry}) ถูกแก้หลังลงลำดับ",
        "Entry number {first} ({entry}) was altered after it was numbered",
    ),
    Kind.ENTRY_MISSING: Text(
        "รายการลำดับ {first} ({entry}) ถูกลบ", "Entry number {first} ({entry}) was removed"
    ),
    Kind.NUMBER_MISSING: Text("ลำดับ {first}-{last} ถูกลบ", "Numbers {first} to {last} were removed"),
    Kind.EXTRA_ENTRY: Text(
        "รายการ {entry} ไม่มีลำดับและไม่อยู่ในคิว ถูกแทรกหรือถูกถอดลำดับ",
        "Entry {entry} has no number and is not queued: it was slipped in, or its number was taken away",
    ),
    Kind.EXTRA_NUMBER: Text(
        "ลำดับ {first}-{last} เกินจากที่ระบบลงไว้", "Numbers {first} to {last} were not given by the sequencer"
    ),
    Kind.QUEUED_MISSING: Text(
        "รายการ {entry} ถูกลบก่อนลงลำดับ", "Entry {entry} was removed before it got a number"
    ),
    Kind.RENUMBERED: Text(
        "รายการลำดับ {first} ({entry}) ถูกย้ายลำดับ", "Entry number {first} ({entry}) was moved to another number"
    ),
    Kind.ROOT: Text(
        "ลำดับ {first}-{last} ไม่ตรงกับจุดตรวจที่ลงนามไว้ มีการแก้ เพิ่ม ลบ หรือสลับในช่วงนี้",
        "Numbers {first} to {last} do not match the signed checkpoint: one was altered, added, removed or moved",
    ),
    Kind.CHECKPOINT: Text(
        "จุดตรวจที่ลำดับ {last} ต่างจากสำเนาใน checkpoints.log หรือหายไป",
        "The checkpoint at number {last} differs from the copy in checkpoints.log, or is gone",
    ),
    Kind.SIGNATURE: Text(
        "ลายเซ็นของจุดตรวจที่ลำดับ {last} ไม่ถูกต้อง", "A signature on the checkpoint at number {last} is wrong"
    ),
    Kind.STATE: Text(
        "สถานะของตัวลงลำดับไม่ตรงกับรายการถึงลำดับ {last}",
        "The sequencer's state does not match the entries up to number {last}",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One fault: the numbers it lies between (both inside), and the entry if it is exactly known."""

    kind: Kind
    first: int
    last: int
    entry: str = ""

    @property
    def text(self) -> Text:
        """What is wrong, in both languages."""
        return _TEXTS[self.kind].format(first=self.first, last=self.last, entry=self.entry)


@dataclass(frozen=True)
class Gap:
    """Numbers that were lost between two epochs, as the later one's first entry says; no fault of its own."""

    first: int
    last: int
    epoch: int

    @property
    def text(self) -> Text:
        """What is missing, in both languages."""
        return Text(
            f"ลำดับ {self.first}-{self.last} หายไปก่อนเริ่มชุดที่ {self.epoch} (กู้คืนข้อมูลเก่ากว่า)",
            f"Numbers {self.first} to {self.last} were lost before epoch {self.epoch} (older data was restored)",
        )


@dataclass
class LiveReport:
    """Outcome so far; ``complete`` only when everything was looked at.

    Attributes:
        last: the last number when the check began.
        total: numbered entries then.
        checked: how many of them were looked at.
        held: number up to which a signed checkpoint held.
        witnessed: number up to which a witness vouches.
        waiting: entries that had no number yet.
    """

    last: int = 0
    total: int = 0
    checked: int = 0
    held: int = 0
    checkpoints: int = 0
    witnessed: int = 0
    waiting: int = 0
    complete: bool = False
    findings: list[Finding] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Keep a finding; beyond 200 only the first ones are named."""
        if len(self.findings) < MAX_FINDINGS and finding not in self.findings:
            self.findings.append(finding)

    @property
    def state(self) -> str:
        """``altered``, ``partial``, ``not yet witnessed`` or ``valid``; only the last is clean."""
        if self.findings:
            return "altered"
        if not self.complete:
            return "partial"
        return "valid" if self.unwitnessed == 0 else "not yet witnessed"

    @property
    def unwitnessed(self) -> int:
        """How many entries no witness vouches for: numbered after the last witnessed checkpoint, or waiting."""
        return max(0, self.last - self.witnessed) + self.waiting

    def as_dict(self) -> dict[str, Any]:
        """For JSON and for the cursor row."""
        return {**asdict(self), "state": self.state, "unwitnessed": self.unwitnessed}

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> LiveReport:
        """Read what ``as_dict`` wrote."""
        plain = {name: value for name, value in fields.items() if name not in {"state", "unwitnessed"}}
        plain["findings"] = [
            Finding(Kind(item["kind"]), item["first"], item["last"], item["entry"])
            for item in plain["findings"]
        ]
        plain["gaps"] = [Gap(**item) for item in plain["gaps"]]
        return cls(**plain)

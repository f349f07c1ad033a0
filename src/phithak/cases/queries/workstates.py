"""The closed lists of work on a case, each with its words in both languages."""

from __future__ import annotations

from enum import StrEnum

from phithak.base.text import Text
from phithak.core.ui.states import State


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    COULD_NOT = "could_not"
    NOT_NEEDED = "not_needed"

    @property
    def text(self) -> Text:
        """The state in both languages."""
        return _TASKS[self]

    @property
    def state(self) -> State:
        """The state as a badge."""
        tones = {TaskState.DONE: "good", TaskState.COULD_NOT: "bad", TaskState.DOING: "info"}
        return State(self.value, self.text, tones.get(self, "neutral"))


_TASKS = {
    TaskState.OPEN: Text("ยังไม่เริ่ม", "Open"),
    TaskState.DOING: Text("กำลังทำ", "Under way"),
    TaskState.DONE: Text("ทำแล้ว", "Done"),
    TaskState.COULD_NOT: Text("ทำไม่ได้", "Could not"),
    TaskState.NOT_NEEDED: Text("ไม่ต้องทำ", "Not needed"),
}
UNDONE = (TaskState.OPEN, TaskState.DOING)


class FindingState(StrEnum):
    """What is said of a system."""

    COMPROMISED = "compromised"
    NOT_COMPROMISED = "not_compromised"
    UNKNOWN = "unknown"

    @property
    def text(self) -> Text:
        """The finding in both languages."""
        return _FINDINGS[self]

    @property
    def state(self) -> State:
        """The finding as a badge; not compromised is no green: it is as good as its evidence."""
        tones = {FindingState.COMPROMISED: "bad", FindingState.UNKNOWN: "unknown"}
        return State(self.value, self.text, tones.get(self, "neutral"))


_FINDINGS = {
    FindingState.COMPROMISED: Text("ถูกบุกรุก", "Compromised"),
    FindingState.NOT_COMPROMISED: Text("ไม่ถูกบุกรุก", "Not compromised"),
    FindingState.UNKNOWN: Text("ยังไม่ทราบ", "Unknown"),
}


class Basis(StrEnum):
    """Who says so."""

    ASSERTED = "asserted"
    VERIFIED = "verified"
    THIRD = "third"

    @property
    def text(self) -> Text:
        """The basis in both languages."""
        return _BASES[self]


_BASES = {
    Basis.ASSERTED: Text("หน่วยงานกล่าวเอง", "Asserted by the party"),
    Basis.VERIFIED: Text("ศูนย์ตรวจยืนยัน", "Verified by the CERT"),
    Basis.THIRD: Text("บุคคลที่สามตรวจยืนยัน", "Verified by a third"),
}


class LessonKind(StrEnum):
    """What a lesson becomes."""

    CONTROL = "control"
    RULE = "rule"
    OTHER = "other"

    @property
    def text(self) -> Text:
        """The kind in both languages."""
        return _LESSONS[self]


_LESSONS = {
    LessonKind.CONTROL: Text("มาตรการใหม่", "New control"),
    LessonKind.RULE: Text("กฎตรวจจับใหม่", "New detection rule"),
    LessonKind.OTHER: Text("บทเรียนอื่น", "Other lesson"),
}

TECHNIQUES: dict[str, Text] = {
    "T1078": Text("ใช้บัญชีจริง", "Valid accounts"),
    "T1190": Text("เจาะบริการที่เปิดสู่อินเทอร์เน็ต", "Exploit of a public service"),
    "T1133": Text("บริการเข้าถึงระยะไกล", "External remote services"),
    "T1566": Text("ฟิชชิง", "Phishing"),
    "T1110": Text("เดารหัสผ่าน", "Brute force"),
    "T1199": Text("ผ่านคู่ค้าที่เชื่อใจ", "Trusted relationship"),
    "T1505": Text("ฝังในซอฟต์แวร์เซิร์ฟเวอร์ (web shell)", "Server software component (web shell)"),
    "T1021": Text("ใช้บริการระยะไกลภายใน", "Remote services inside"),
    "T1003": Text("ขโมยรหัสผ่านจากระบบ", "Credential dumping"),
    "T1565": Text("แก้ไขข้อมูล", "Data manipulation"),
    "T1486": Text("เข้ารหัสเรียกค่าไถ่", "Data encrypted for impact"),
    "T1490": Text("ทำลายการกู้คืน", "Recovery inhibited"),
    "T1491": Text("แก้หน้าเว็บ", "Defacement"),
    "T1530": Text("ข้อมูลจากที่เก็บบนคลาวด์", "Data from cloud storage"),
    "T1567": Text("ส่งข้อมูลออกผ่านเว็บ", "Exfiltration over a web service"),
    "T1657": Text("ขโมยทางการเงิน", "Financial theft"),
}
"""Techniques of ATT&CK by their number, with words of our own."""

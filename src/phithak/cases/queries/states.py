"""The closed lists of the room, each with its words in both languages."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from phithak.base.text import Text
from phithak.core.ui.states import State


class Phase(StrEnum):
    """Where a case stands."""

    TRIAGE = "triage"
    CONTAINMENT = "containment"
    ERADICATION = "eradication"
    RECOVERY = "recovery"
    REPORTING = "reporting"
    POST_INCIDENT = "post_incident"
    CLOSED = "closed"

    @property
    def text(self) -> Text:
        """The phase in both languages."""
        return _PHASES[self]

    @property
    def state(self) -> State:
        """The phase as a badge; never green before the case is closed."""
        tone = "neutral" if self is Phase.CLOSED else "warn" if self is Phase.TRIAGE else "info"
        return State(self.value, self.text, tone)


_PHASES = {
    Phase.TRIAGE: Text("คัดกรอง", "Triage"),
    Phase.CONTAINMENT: Text("จำกัดวง", "Containment"),
    Phase.ERADICATION: Text("กำจัดต้นเหตุ", "Eradication"),
    Phase.RECOVERY: Text("กู้คืน", "Recovery"),
    Phase.REPORTING: Text("รายงาน", "Reporting"),
    Phase.POST_INCIDENT: Text("ทบทวนหลังเหตุ", "Post-incident"),
    Phase.CLOSED: Text("ปิดแล้ว", "Closed"),
}


class Severity(IntEnum):
    """How bad it is."""

    UNTOLD = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def text(self) -> Text:
        """The severity in both languages."""
        return _SEVERITIES[self]

    @property
    def state(self) -> State:
        """The severity as a badge."""
        return State(self.name.lower(), self.text, _SEVERITY_TONES[self])


_SEVERITIES = {
    Severity.UNTOLD: Text("ยังไม่ประเมิน", "Not judged yet"),
    Severity.LOW: Text("ต่ำ", "Low"),
    Severity.MEDIUM: Text("ปานกลาง", "Medium"),
    Severity.HIGH: Text("สูง", "High"),
    Severity.CRITICAL: Text("วิกฤต", "Critical"),
}
_SEVERITY_TONES = {
    Severity.UNTOLD: "unknown",
    Severity.LOW: "neutral",
    Severity.MEDIUM: "info",
    Severity.HIGH: "warn",
    Severity.CRITICAL: "bad",
}


class Level(StrEnum):
    """Level of a cyber threat, Cybersecurity Act B.E. 2562 s.60; only a person sets it, with a reason."""

    NONE = "none"
    NON_CRITICAL = "non_critical"
    CRITICAL = "critical"
    CRISIS = "crisis"

    @property
    def text(self) -> Text:
        """The level in both languages."""
        return _LEVELS[self]


_LEVELS = {
    Level.NONE: Text("ไม่เข้าเกณฑ์มาตรา 60", "No threat of section 60"),
    Level.NON_CRITICAL: Text("ไม่ร้ายแรง", "Non-critical"),
    Level.CRITICAL: Text("ร้ายแรง", "Critical"),
    Level.CRISIS: Text("วิกฤติ", "Crisis"),
}


class Personal(StrEnum):
    """Whether personal data is touched."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def text(self) -> Text:
        """The answer in both languages."""
        return _PERSONAL[self]


_PERSONAL = {
    Personal.YES: Text("กระทบข้อมูลส่วนบุคคล", "Personal data is touched"),
    Personal.NO: Text("ไม่กระทบข้อมูลส่วนบุคคล", "No personal data is touched"),
    Personal.UNKNOWN: Text("ยังไม่ทราบ", "Not yet known"),
}


class CaseKind(StrEnum):
    """What kind of incident it is; a playbook belongs to each but the last."""

    RANSOMWARE = "ransomware"
    DEFACEMENT = "defacement"
    INSIDER_CHANGE = "insider_change"
    SERVICE_ABUSE = "service_abuse"
    EXPOSED_STORE = "exposed_store"
    ACCOUNT_TAKEOVER = "account_takeover"
    LEAK_SALE = "leak_sale"
    OTHER = "other"

    @property
    def text(self) -> Text:
        """The kind in both languages."""
        return _KINDS[self]

    @property
    def rsit(self) -> tuple[str, str]:
        """The classes that are proposed for a case of this kind; the second may be empty."""
        return _RSIT[self]


_KINDS = {
    CaseKind.RANSOMWARE: Text("มัลแวร์เรียกค่าไถ่", "Ransomware"),
    CaseKind.DEFACEMENT: Text("แก้หน้าเว็บหรือฝังเว็บพนัน", "Web defacement or gambling inserts"),
    CaseKind.INSIDER_CHANGE: Text("คนในแก้ข้อมูล", "Data changed by an insider"),
    CaseKind.SERVICE_ABUSE: Text("คนในใช้บริการสาธารณะโดยมิชอบ", "Abuse of a public service by insiders"),
    CaseKind.EXPOSED_STORE: Text("ที่เก็บข้อมูลเปิดสาธารณะ", "Data store open to the public"),
    CaseKind.ACCOUNT_TAKEOVER: Text("บัญชีถูกยึด", "Account taken over"),
    CaseKind.LEAK_SALE: Text("ประกาศขายข้อมูลรั่ว", "Leaked data for sale"),
    CaseKind.OTHER: Text("อื่น ๆ", "Other"),
}
_RSIT = {
    CaseKind.RANSOMWARE: ("malicious-code.infected-system", "availability.sabotage"),
    CaseKind.DEFACEMENT: ("intrusions.application-compromise", "abusive-content.spam"),
    CaseKind.INSIDER_CHANGE: ("information-content-security.unauthorised-modification", ""),
    CaseKind.SERVICE_ABUSE: (
        "fraud.unauthorised-use-of-resources",
        "information-content-security.unauthorised-modification",
    ),
    CaseKind.EXPOSED_STORE: (
        "vulnerable.potentially-unwanted-accessible",
        "information-content-security.data-leak",
    ),
    CaseKind.ACCOUNT_TAKEOVER: ("intrusions.unprivileged-account-compromise", ""),
    CaseKind.LEAK_SALE: ("information-content-security.data-leak", ""),
    CaseKind.OTHER: ("", ""),
}


class PartyRole(StrEnum):
    """What an organisation is in a case."""

    AFFECTED = "affected"
    CONTROLLER = "controller"
    PROCESSOR = "processor"
    PLATFORM = "platform"
    MERCHANT = "merchant"
    HOSTING = "hosting"
    REPORTER = "reporter"
    HELPER = "helper"

    @property
    def text(self) -> Text:
        """The role in both languages."""
        return _ROLES[self]


_ROLES = {
    PartyRole.AFFECTED: Text("ผู้ได้รับผลกระทบ", "Affected"),
    PartyRole.CONTROLLER: Text("ผู้ควบคุมข้อมูล", "Data controller"),
    PartyRole.PROCESSOR: Text("ผู้ประมวลผลข้อมูล", "Data processor"),
    PartyRole.PLATFORM: Text("แพลตฟอร์ม", "Platform"),
    PartyRole.MERCHANT: Text("ร้านค้า", "Merchant"),
    PartyRole.HOSTING: Text("ผู้ให้บริการโฮสต์", "Hosting provider"),
    PartyRole.REPORTER: Text("ผู้แจ้ง", "Reporter"),
    PartyRole.HELPER: Text("ผู้ช่วยเหลือ", "Helper"),
}


class Moment(StrEnum):
    """What an entry of the timeline is; the first seven are the case's milestones."""

    OCCURRED = "occurred"
    DETECTED = "detected"
    AWARE = "aware"
    REPORTED = "reported"
    CONTAINED = "contained"
    RECOVERED = "recovered"
    PUBLISHED = "published"
    NOTE = "note"
    CALL = "call"
    DECISION = "decision"
    STEP = "step"

    @property
    def text(self) -> Text:
        """The moment in both languages."""
        return _MOMENTS[self]


_MOMENTS = {
    Moment.OCCURRED: Text("เกิดเหตุ", "Occurred"),
    Moment.DETECTED: Text("ตรวจพบ", "Detected"),
    Moment.AWARE: Text("หน่วยงานทราบเหตุ", "Organisation aware"),
    Moment.REPORTED: Text("รับแจ้ง", "Reported"),
    Moment.CONTAINED: Text("จำกัดวงได้", "Contained"),
    Moment.RECOVERED: Text("กู้คืนแล้ว", "Recovered"),
    Moment.PUBLISHED: Text("ชี้แจงสาธารณะ", "Published"),
    Moment.NOTE: Text("บันทึก", "Note"),
    Moment.CALL: Text("โทรศัพท์", "Call"),
    Moment.DECISION: Text("ตัดสินใจ", "Decision"),
    Moment.STEP: Text("ความเคลื่อนไหวของเคส", "Step of the case"),
}
MILESTONES = (
    Moment.OCCURRED,
    Moment.DETECTED,
    Moment.REPORTED,
    Moment.CONTAINED,
    Moment.RECOVERED,
    Moment.PUBLISHED,
)
WRITTEN = tuple(one for one in Moment if one is not Moment.STEP)
"""What a person may write; steps are written by the room itself."""


class Outcome(StrEnum):
    """What a closed case turned out to be."""

    IMPACT = "impact"
    NO_IMPACT = "no_impact"
    FALSE_POSITIVE = "false_positive"
    LEGITIMATE = "legitimate"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"
    DUPLICATE = "duplicate"

    @property
    def text(self) -> Text:
        """The outcome in both languages."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.IMPACT: Text("เหตุจริง มีผลกระทบ", "True, with impact"),
    Outcome.NO_IMPACT: Text("เหตุจริง ไม่มีผลกระทบ", "True, without impact"),
    Outcome.FALSE_POSITIVE: Text("แจ้งเตือนผิด", "False positive"),
    Outcome.LEGITIMATE: Text("การใช้งานตามปกติ", "Legitimate"),
    Outcome.NOT_APPLICABLE: Text("ไม่เข้าข่าย", "Not applicable"),
    Outcome.UNKNOWN: Text("ไม่ทราบ", "Unknown"),
    Outcome.DUPLICATE: Text("ซ้ำกับเคสอื่น", "Duplicate"),
}


class Channel(StrEnum):
    """How a report came."""

    PHONE = "phone"
    FORM = "form"
    EMAIL = "email"
    MEDIA = "media"
    PEER = "peer"

    @property
    def text(self) -> Text:
        """The channel in both languages."""
        return _CHANNELS[self]


_CHANNELS = {
    Channel.PHONE: Text("โทรศัพท์", "Telephone"),
    Channel.FORM: Text("แบบฟอร์ม", "Form"),
    Channel.EMAIL: Text("อีเมล", "E-mail"),
    Channel.MEDIA: Text("สื่อ", "Media"),
    Channel.PEER: Text("ศูนย์พันธมิตร", "Peer centre"),
}


class Reporter(StrEnum):
    """Who reported."""

    MEMBER = "member"
    CITIZEN = "citizen"
    RESEARCHER = "researcher"
    PRESS = "press"
    AUTHORITY = "authority"
    OTHER = "other"

    @property
    def text(self) -> Text:
        """The reporter in both languages."""
        return _REPORTERS[self]


_REPORTERS = {
    Reporter.MEMBER: Text("หน่วยงานสมาชิก", "Member organisation"),
    Reporter.CITIZEN: Text("ประชาชน", "Citizen"),
    Reporter.RESEARCHER: Text("นักวิจัยความมั่นคงปลอดภัย", "Security researcher"),
    Reporter.PRESS: Text("สื่อมวลชน", "Press"),
    Reporter.AUTHORITY: Text("หน่วยงานกำกับ", "Authority"),
    Reporter.OTHER: Text("อื่น ๆ", "Other"),
}


class ReportState(StrEnum):
    """What became of a report."""

    NEW = "new"
    LINKED = "linked"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"

    @property
    def text(self) -> Text:
        """The state in both languages."""
        return _REPORT_STATES[self]

    @property
    def state(self) -> State:
        """The state as a badge."""
        tone = {ReportState.NEW: "warn", ReportState.LINKED: "good"}.get(self, "neutral")
        return State(self.value, self.text, tone)


_REPORT_STATES = {
    ReportState.NEW: Text("รอคัดกรอง", "Waits for triage"),
    ReportState.LINKED: Text("เข้าเคสแล้ว", "In a case"),
    ReportState.REJECTED: Text("ไม่รับ", "Rejected"),
    ReportState.DUPLICATE: Text("ซ้ำ", "Duplicate"),
}


class Verified(StrEnum):
    """Whether a caller was called back at a number of the registry."""

    NOT_YET = "not_yet"
    YES = "yes"
    FAILED = "failed"

    @property
    def text(self) -> Text:
        """The answer in both languages."""
        return _VERIFIED[self]

    @property
    def state(self) -> State:
        """The answer as a badge."""
        tone = {Verified.YES: "good", Verified.FAILED: "bad"}.get(self, "warn")
        return State(self.value, self.text, tone)


_VERIFIED = {
    Verified.NOT_YET: Text("ยังไม่ได้โทรกลับยืนยัน", "Not called back yet"),
    Verified.YES: Text("โทรกลับยืนยันแล้ว", "Verified by call-back"),
    Verified.FAILED: Text("โทรกลับแล้วยืนยันไม่ได้", "Called back, not confirmed"),
}

TLP = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
PAP = ("CLEAR", "GREEN", "AMBER", "RED")
"""Both from the widest circle to the narrowest."""

NAMED_ONLY = "RED"
"""A case of this TLP opens to named persons and its own centre alone."""

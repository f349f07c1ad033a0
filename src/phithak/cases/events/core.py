"""What can happen to cases, their parties, timelines and reports."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the case itself."""

    OPENED = ("cases:case:opened", "เปิดเคส {number} จาก {source}", "Case {number} opened from {source}")
    CHANGED = (
        "cases:case:changed",
        "แก้เคส {number} (ฉบับที่ {version})",
        "Case {number} changed (version {version})",
    )
    MOVED = (
        "cases:case:moved",
        "เคส {number} จาก {before} ไป {after} {reason}",
        "Case {number} moved from {before} to {after} {reason}",
    )
    ASSIGNED = ("cases:case:assigned", "มอบเคส {number} ให้ {name}", "Case {number} assigned to {name}")
    LEVEL_SET = (
        "cases:case:level",
        "เคส {number} ระดับภัยมาตรา 60 เป็น {level}: {reason}",
        "Case {number} level of section 60 set to {level}: {reason}",
    )
    PERSONAL_ANSWERED = (
        "cases:case:personal",
        "เคส {number} คำถามข้อมูลส่วนบุคคล: {answer}",
        "Case {number} personal data question: {answer}",
    )
    PARTY_ADDED = (
        "cases:party:added",
        "เพิ่มหน่วยงานในเคส {number} ({role})",
        "Organisation added to case {number} ({role})",
    )
    PARTY_CHANGED = (
        "cases:party:changed",
        "แก้บทบาทหน่วยงานในเคส {number} ({role}, เห็นเคส: {sees})",
        "Organisation in case {number} changed ({role}, sees it: {sees})",
    )
    ENTRY_ADDED = (
        "cases:entry:added",
        "เพิ่มไทม์ไลน์เคส {number} ({kind})",
        "Timeline of {number}: {kind} added",
    )
    ENTRY_STRUCK = (
        "cases:entry:struck",
        "ขีดรายการในไทม์ไลน์เคส {number}: {reason}",
        "Timeline of {number}: entry struck: {reason}",
    )
    REPORTED = (
        "cases:report:received",
        "รับรายงาน {receipt} ทาง {channel}",
        "Report {receipt} received by {channel}",
    )
    REPORT_LINKED = (
        "cases:report:linked",
        "รายงาน {receipt} เข้าเคส {number}",
        "Report {receipt} put into {number}",
    )
    REPORT_CLOSED = (
        "cases:report:closed",
        "รายงาน {receipt} เป็น {state}: {reason}",
        "Report {receipt} marked {state}: {reason}",
    )
    CALLER_VERIFIED = (
        "cases:report:verified",
        "โทรกลับผู้แจ้งรายงาน {receipt}: {outcome} ({how})",
        "Caller of report {receipt} called back: {outcome} ({how})",
    )  # fmt: skip

"""What can happen to meetings, verifications and reports after the incident."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of working with others."""

    CALLED = (
        "cases:meeting:called",
        "นัดประชุมของเคส {number} เชิญ {count} หน่วยงาน",
        "Meeting of {number} called, {count} invited",
    )
    ANSWERED = (
        "cases:meeting:answered",
        "ตอบคำเชิญประชุมของเคส {number}: {answer}",
        "Invitation of {number}: {answer}",
    )
    MINUTED = ("cases:meeting:minuted", "บันทึกการประชุมของเคส {number}", "Minutes of {number} written")
    AGREED = ("cases:commitment:made", "ข้อตกลงร่วมในเคส {number}", "Commitment made in {number}")
    ACKNOWLEDGED = (
        "cases:commitment:acknowledged",
        "รับทราบข้อตกลงร่วมในเคส {number}",
        "Commitment in {number} acknowledged",
    )
    DECIDED = ("cases:decision:made", "มติของเคส {number} กำหนด {due}", "Decision of {number}, due {due}")
    REMINDED = (
        "cases:decision:reminded",
        "เตือนมติของเคส {number} กำหนด {due}",
        "Decision of {number} reminded, due {due}",
    )
    ASKED = (
        "cases:verification:asked",
        "ขอตรวจยืนยันอิสระในเคส {number}",
        "Independent check asked for in {number}",
    )
    VERIFIED = (
        "cases:verification:answered",
        "ได้ผลตรวจยืนยันในเคส {number} ({count} แถว)",
        "Independent check of {number} answered ({count} rows)",
    )
    REPORT_MADE = (
        "cases:post_report:made",
        "ทำรายงานหลังเหตุของเคส {number} ฉบับ {version}",
        "Report after {number} made, version {version}",
    )
    REPORT_APPROVED = (
        "cases:post_report:approved",
        "อนุมัติรายงานหลังเหตุของเคส {number} ฉบับ {version}",
        "Report after {number} approved, version {version}",
    )

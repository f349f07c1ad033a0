"""What can happen to contact drills."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of contact drills."""

    PLANNED = (
        "registry:drill:planned",
        "วางแผนซ้อมติดต่อ {name} กำหนดตอบ {minutes} นาที",
        "Contact drill {name} planned, answers due in {minutes} minutes",
    )
    STARTED = ("registry:drill:started", "เริ่มซ้อมติดต่อ {name}", "Contact drill {name} started")
    GATHERED = (
        "registry:drill:gathered",
        "นำผู้ประสานงาน {count} รายเข้าการซ้อม {name}",
        "Drill {name} took up {count} contacts",
    )
    ASKED = (
        "registry:drill:asked",
        "ถามผู้ประสานงาน {count} รายในการซ้อม {name}",
        "Drill {name} asked {count} contacts",
    )
    ANSWERED = (
        "registry:drill_check:answered",
        "ผู้ประสานงานตอบการซ้อม {name} ({how}) ผล {state}",
        "A contact answered drill {name} ({how}): {state}",
    )
    ESCALATED = (
        "registry:drill_check:escalated",
        "ไม่มีคำตอบในกำหนด ถามผู้ติดต่อสำรอง การซ้อม {name}",
        "No answer in time in drill {name}; the backup is asked",
    )
    MISSED = (
        "registry:drill_check:missed",
        "ติดต่อไม่ได้ในการซ้อม {name}: {why}",
        "Not reached in drill {name}: {why}",
    )
    CLOSED = (
        "registry:drill:closed",
        "จบการซ้อมติดต่อ {name}: เขียว {green} เหลือง {amber} แดง {red}",
        "Contact drill {name} ended: green {green}, amber {amber}, red {red}",
    )
    STOPPED = (
        "registry:drill:stopped",
        "หยุดการซ้อมติดต่อ {name}: {reason}",
        "Contact drill {name} stopped: {reason}",
    )
    STALE = (
        "registry:contact:stale",
        "ผู้ประสานงาน {count} รายไม่ตอบเกิน {days} วัน",
        "Contacts without an answer for over {days} days: {count}",
    )

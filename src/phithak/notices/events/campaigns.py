"""What can happen to campaigns, lists of addresses and do-not-send entries."""

from phithak.core.contrib import EventTag


class CampaignTag(EventTag):
    """Journal tags of campaigns."""

    PLANNED = ("notices:campaign:planned", "ร่างการแจ้ง {title}", "Campaign {title} drafted")
    CHANGED = ("notices:campaign:changed", "แก้การแจ้ง {title}", "Campaign {title} changed")
    LISTED = (
        "notices:campaign:listed",
        "รวบรวมผู้รับของ {title} ได้ {count} ราย ({hash})",
        "Recipients of {title} gathered: {count} ({hash})",
    )
    GATHER_FAILED = (
        "notices:campaign:gather_failed",
        "รวบรวมผู้รับของ {title} ไม่สำเร็จ ({code})",
        "Recipients of {title} could not be gathered ({code})",
    )
    SUBMITTED = (
        "notices:campaign:submitted",
        "ส่งการแจ้ง {title} ขออนุมัติ {count} ราย ({hash})",
        "Campaign {title} submitted, recipients: {count} ({hash})",
    )
    RETURNED = (
        "notices:campaign:returned",
        "ส่งคืนการแจ้ง {title}: {reason}",
        "Campaign {title} returned: {reason}",
    )
    APPROVED = (
        "notices:campaign:approved",
        "อนุมัติการแจ้ง {title} ({hash})",
        "Campaign {title} approved ({hash})",
    )
    STARTED = (
        "notices:campaign:started",
        "เริ่มแจ้ง {title} {count} ราย",
        "Campaign {title} started, recipients: {count}",
    )
    WAVE = (
        "notices:campaign:wave_sent",
        "เข้าคิวระลอกที่ {wave} ของ {title}",
        "Wave {wave} of {title} queued",
    )
    STOPPED = (
        "notices:campaign:stopped",
        "หยุดการแจ้ง {title}: {reason}",
        "Campaign {title} stopped: {reason}",
    )
    RESUMED = ("notices:campaign:resumed", "แจ้งต่อ {title}: {reason}", "Campaign {title} resumed: {reason}")
    CANCELLED = (
        "notices:campaign:cancelled",
        "ยกเลิกการแจ้ง {title}: {reason}",
        "Campaign {title} cancelled: {reason}",
    )
    BROKEN = (
        "notices:campaign:broken",
        "หยุดการแจ้ง {title} เพราะไม่ตรงกับที่อนุมัติ",
        "Campaign {title} stopped: it is not what was approved",
    )
    CLOSED = ("notices:campaign:closed", "จบการแจ้ง {title}", "Campaign {title} ended")
    TESTED = ("notices:campaign:tested", "ส่งทดสอบ {title} ถึงผู้ขอ", "Test of {title} sent to whoever asked")
    ANSWERED = (
        "notices:recipient:answered",
        "ผู้รับตอบการแจ้ง {title}: {answer} ({how})",
        "A recipient of {title} answered: {answer} ({how})",
    )
    CHASED = (
        "notices:recipient:chased",
        "ตามคำตอบของ {title}: {step} {count} ราย",
        "Answers of {title} chased: {step}, {count}",
    )
    LIST_MADE = ("notices:list:made", "สร้างรายชื่อที่อยู่ {name}", "List of addresses {name} made")
    LIST_GREW = (
        "notices:list:grew",
        "เพิ่ม {count} ที่อยู่ในรายชื่อ {name}",
        "Addresses added to list {name}: {count}",
    )
    LIST_ENDED = ("notices:list:ended", "เลิกใช้รายชื่อ {name}", "List {name} ended")
    BARRED = (
        "notices:do_not_send:added",
        "ไม่ส่งทาง {channel} ถึงที่อยู่หนึ่ง: {reason}",
        "One address wants nothing by {channel}: {reason}",
    )
    UNBARRED = (
        "notices:do_not_send:ended",
        "ยกเลิกการห้ามส่งทาง {channel}",
        "An address takes notices by {channel} again",
    )

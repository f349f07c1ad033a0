"""What can happen in the outbox."""

from phithak.core.contrib import EventTag


class Tag(EventTag):
    """Journal tags of the outbox."""

    QUEUED = ("outbox:message:queued", "เข้าคิวข้อความทาง {channel}", "Message queued for {channel}")
    QUEUED_MANY = (
        "outbox:messages:queued",
        "เข้าคิวข้อความ {count} รายการทาง {channel}",
        "{count} messages queued for {channel}",
    )
    SENT = (
        "outbox:messages:sent",
        "ผลการส่ง {count} ข้อความทาง {channel}: รับแล้ว {accepted} ไม่สำเร็จ {failed} ไม่ทราบผล {unclear}",
        "{count} messages sent by {channel}: {accepted} accepted, {failed} failed, {unclear} unclear",
    )
    UNKNOWN = (
        "outbox:message:unknown",
        "ไม่ทราบผลการส่งข้อความทาง {channel} ({code}) รอคนตัดสิน",
        "Outcome of a message by {channel} is unknown ({code}); a person decides",
    )
    RECEIPTS = (
        "outbox:receipts:taken",
        "รับใบตอบรับทาง {channel} {count} ใบ มีผล {moved} ใบ",
        "{count} receipts by {channel} taken, {moved} of them moved a message",
    )
    STOPPED = ("outbox:sending:stopped", "หยุดการส่งทั้งหมด: {reason}", "All sending stopped: {reason}")
    RELEASED = ("outbox:sending:released", "ปล่อยให้ส่งต่อ: {reason}", "Sending released: {reason}")
    DECIDED = (
        "outbox:message:decided",
        "ตัดสินข้อความที่{before}: {decision} เพราะ {reason}",
        "Message that was {before}: {decision}, because {reason}",
    )
    CAMPAIGN_HELD = ("outbox:campaign:held", "พักชุดข้อความ: {reason}", "Batch held: {reason}")
    CAMPAIGN_RELEASED = ("outbox:campaign:released", "ปล่อยชุดข้อความ: {reason}", "Batch released: {reason}")
    CAMPAIGN_CANCELLED = (
        "outbox:campaign:cancelled",
        "ยกเลิกชุดข้อความ: {reason}",
        "Batch cancelled: {reason}",
    )
